//! A deleted document: certain before anything is removed, and never data by mistake.

use expect_test::expect;

use crate::story::story;
use crate::told::{acts, look};

fn deleted(since: &str, reads: u32) -> String {
    acts(&format!(
        "Container web {{image: app:1}}\n desired vanishing {since} {reads}\n live running\n applied"
    ))
}

#[test]
fn it_must_be_true_for_ten_seconds_and_two_reads() {
    expect![[r#"
        apply because deleted (declared)
          held by hold: the deletion is not certain yet, for 10s
        look again in 10s
    "#]]
    .assert_eq(&deleted("0s", 1));
    expect![[r#"
        apply because deleted (declared)
          held by hold: the deletion is not certain yet, for 1s
        look again in 1s
    "#]]
    .assert_eq(&deleted("9s", 2));
    expect![[r#"
        apply because deleted (declared)
          held by hold: the deletion is not certain yet
    "#]]
    .assert_eq(&deleted("1h", 1));
    expect![[r#"
        apply because deleted (declared)
          act: stop container web (grace 10 s), remove container web
          expects Gone for 0s
    "#]]
    .assert_eq(&deleted("10s", 2));
}

#[test]
fn a_container_is_stopped_and_removed_and_then_forgotten() {
    expect![[r#"
        +0.0s -- delete
        +0.0s DRIFT deleted
        +0.0s    apply held by hold: the deletion is not certain yet
        +10.0s apply because deleted
        +10.0s   stop container web (grace 10 s)
        +10.0s   remove container web
        +10.0s MISSING deleted
        +10.0s passed
        +10.0s closed: success
        +10.0s MISSING
    "#]]
    .assert_eq(&story("Container web {image: app:1}\n live running\n applied\n---\n delete\n wait 1m"));
}

#[test]
fn a_document_that_comes_back_in_time_changes_nothing() {
    expect![[r#"
        +0.0s -- delete
        +0.0s DRIFT deleted
        +0.0s    apply held by hold: the deletion is not certain yet
        +9.0s -- edit {image: app:1}
        +9.0s MATCH
    "#]].assert_eq(&story(
        "Container web {image: app:1}\n live running\n applied\n---\n delete\n wait 9s\n edit {image: app:1}\n wait 1h",
    ));
}

#[test]
fn a_mass_deletion_waits_for_somebodys_word_and_what_dies_meanwhile_is_started() {
    let dying = "Container web {image: app:1}\n desired vanishing 1h 9 5 6\n live running\n applied";
    expect![[r#"
        DRIFT: 5 of 6 documents vanished together; nothing is removed until somebody approves
        finding critical mass_deletion: 5 of 6 documents vanished together; nothing is removed until somebody approves
        apply because mass_deletion (declared)
          held by approval: 5 of 6 documents vanished together; nothing is removed until somebody approves: it waits for approval
    "#]].assert_eq(&look(dying));
    expect![[r#"
        start because not_running (declared)
          start: start container web
          expects Running for 10s
        look again in 5s
    "#]]
    .assert_eq(&acts(&format!("{dying}\n kernel dead\n end 0ms running")));
}

#[test]
fn a_document_whose_object_is_gone_already_is_only_forgotten() {
    expect![[r#"
        MISSING: its document was deleted
        finding info deleted: its document was deleted
        apply because deleted (declared)
          expects AsDeclared for 0s
    "#]]
    .assert_eq(&look("Container web {image: app:1}\n desired vanishing 1m 2\n live absent\n applied"));
}

#[test]
fn while_nobody_knows_what_is_there_nothing_is_removed_and_nothing_forgotten() {
    for kind in ["Container web {image: app:1}", "Network lan", "Volume data {deletionPolicy: Delete}"] {
        for live in ["unknown", "not-yet"] {
            let told = acts(&format!("{kind}\n desired vanishing 1m 2\n live {live}"));
            assert!(told.contains("held by freshness"), "{kind} {live}: {told}");
        }
    }
}

#[test]
fn a_volume_is_retained_unless_its_policy_says_delete() {
    expect![[r#"
        apply because deleted (declared)
          expects AsDeclared for 0s
    "#]]
    .assert_eq(&acts("Volume data\n desired vanishing 1m 2\n live there\n applied"));
    expect![[r#"
        apply because deleted (declared)
          act: remove volume data with its data
          expects Gone for 0s
    "#]]
    .assert_eq(&acts("Volume data {deletionPolicy: Delete}\n desired vanishing 1m 2\n live there\n applied"));
}

#[test]
fn a_network_or_volume_in_use_is_not_removed() {
    expect![[r#"
        DRIFT: its document was deleted (dependencies: still used by web, db)
        finding info deleted: its document was deleted
        apply because deleted (declared)
          held by dependencies: still used by web, db
    "#]]
    .assert_eq(&look("Network lan\n desired vanishing 1m 2\n live there\n applied\n users web db"));
    expect![[r#"
        apply because deleted (declared)
          held by dependencies: still used by web
    "#]]
    .assert_eq(&acts(
        "Volume data {deletionPolicy: Delete}\n desired vanishing 1m 2\n live there\n applied\n users web",
    ));
}
