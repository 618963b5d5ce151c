//! What keeps podsteward from beginning anything: the switch, and pauses of one object.

use expect_test::expect;
use podsteward_domain::switch::Pause;

use crate::fixture::NOW;
use crate::story::story;
use crate::told::{acts, look};

#[test]
fn the_annotation_leaves_one_object_alone() {
    expect![[r#"
        MISSING: it is declared and does not exist (pause: paused by annotation: a look inside)
        finding warning missing: it is declared and does not exist
        apply because missing (declared)
          held by pause: paused by annotation: a look inside
    "#]]
    .assert_eq(&look(
        "Container web {image: app:1}\n annotations {podsteward.dev/paused: \"a look inside\"}\n live absent",
    ));
}

#[test]
fn the_annotation_holds_for_a_deleted_document_too() {
    expect![[r#"
        apply because deleted (declared)
          held by pause: paused by annotation: a look inside
    "#]]
    .assert_eq(&acts(
        "Container web {image: app:1}
         annotations {podsteward.dev/paused: \"a look inside\"}
         desired vanishing 1m 3
         live running
         applied",
    ));
}

#[test]
fn a_pause_of_one_object_ends_by_itself_and_the_object_is_looked_at_then() {
    expect![[r#"
        +0.0s -- pause 6m
        +0.0s MATCH
        +0.0s -- dies 1
        +0.0s DRIFT not_running
        +0.0s    start held by pause: paused by ada: a look inside
        +300.0s start because not_running
        +300.0s   start container web
        +300.0s MATCH
        +310.0s passed
        +310.0s closed: success
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1}\n live running\n applied\n---\n pause 6m\n dies 1\n wait 10m",
    ));
}

#[test]
fn a_pause_without_an_end_waits_for_resume() {
    expect![[r#"
        apply because missing (declared)
          held by pause: paused by ada: a look inside
    "#]]
    .assert_eq(&acts("Container web {image: app:1}\n live absent\n pause"));
}

#[test]
fn the_switch_paused_holds_and_stopped_denies() {
    expect![[r#"
        apply because missing (declared)
          held by switch: paused by ada: a look inside, for 300s
        look again in 300s
    "#]]
    .assert_eq(&acts("Container web {image: app:1}\n live absent\n switch paused 6m"));
    expect![[r#"
        apply because missing (declared)
          held by switch: paused by ada: a look inside
    "#]]
    .assert_eq(&acts("Container web {image: app:1}\n live absent\n switch paused"));
    expect![[r#"
        apply because missing (declared)
          denied by switch: stopped by ada: a look inside
    "#]]
    .assert_eq(&acts("Container web {image: app:1}\n live absent\n switch stopped 6m"));
}

#[test]
fn a_stop_does_not_end_by_itself() {
    let told = acts("Container web {image: app:1}\n live absent\n switch stopped 1m");
    assert!(told.contains("denied by switch"), "{told}");
}

#[test]
fn of_two_pauses_the_longer_one_says_when_to_look_again() {
    let told = acts("Container web {image: app:1}\n live absent\n switch paused 6m\n pause 11m");
    assert!(told.ends_with("look again in 600s\n"), "{told}");
}

#[test]
fn a_pause_that_is_over_holds_nothing() {
    for over in ["switch paused 1m", "pause 1m"] {
        let told = acts(&format!("Container web {{image: app:1}}\n live absent\n {over}"));
        assert!(told.starts_with("apply because missing (declared)\n  create"), "{over}: {told}");
    }
}

#[test]
fn while_remediation_is_off_declared_work_goes_on_and_drift_stays() {
    expect![[r#"
        apply because missing (declared)
          create: create container web from app:1, start container web
          expects Running for 10s
    "#]]
    .assert_eq(&acts("Container web {image: app:1}\n live absent\n remediation-off the store was lost"));
    expect![[r#"
        drift-reconciliation because drift (notify-execute)
          held by switch: remediation is off: the store was lost
    "#]]
    .assert_eq(&acts(
        "Container web {image: app:1, args: [one]}
         live running
         made-of {image: app:1, args: [two]}
         applied
         remediation-off the store was lost",
    ));
}

#[test]
fn who_gave_no_reason_is_named_without_one() {
    let pause = |reason: &str| Pause { reason: reason.into(), by: "ann".into(), since: NOW, length: None };
    assert_eq!(pause("moving house").said(), "by ann: moving house");
    assert_eq!(pause("").said(), "by ann");
}
