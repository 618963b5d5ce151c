//! What is not ours is never touched, whatever is declared.

use std::fmt::Write;

use expect_test::expect;

use crate::told::{acts, look};

const FOREIGN: [&str; 6] = [
    "owner nobody",
    "owner other",
    "managed systemd web.service",
    "managed pod front",
    "managed auto-remove",
    "owner default\n labelled container/other",
];

#[test]
fn every_kind_of_foreign_container_is_told_and_left_alone() {
    let mut told = String::new();
    for foreign in FOREIGN {
        let world = format!("Container web {{image: app:1}}\n live running\n {foreign}");
        let _ = writeln!(told, "{foreign}\n{}", look(&world));
    }
    expect![[r#"
        owner nobody
        FOREIGN: a container of this name exists that podsteward did not make (set `adopt: true` to take it over, or remove it)
        finding warning foreign: a container of this name exists that podsteward did not make (set `adopt: true` to take it over, or remove it)
        nothing to do

        owner other
        FOREIGN: it belongs to the instance 'other'
        finding warning foreign: it belongs to the instance 'other'
        nothing to do

        managed systemd web.service
        FOREIGN: the systemd unit web.service manages it; disable the unit first
        finding warning foreign: the systemd unit web.service manages it; disable the unit first
        nothing to do

        managed pod front
        FOREIGN: it is a member of the pod front; members of pods are not taken over
        finding warning foreign: it is a member of the pod front; members of pods are not taken over
        nothing to do

        managed auto-remove
        FOREIGN: Podman removes it when it ends (--rm); such containers are not taken over
        finding warning foreign: Podman removes it when it ends (--rm); such containers are not taken over
        nothing to do

        owner default
         labelled container/other
        FOREIGN: it belongs to container/other
        finding warning foreign: it belongs to container/other
        nothing to do

    "#]].assert_eq(&told);
}

#[test]
fn adopt_takes_over_only_what_nobody_manages() {
    for foreign in &FOREIGN[1..] {
        let told = acts(&format!("Container web {{image: app:1, adopt: true}}\n live running\n {foreign}"));
        assert_eq!(told, "nothing to do\n", "{foreign}");
    }
}

#[test]
fn an_adopted_container_that_somebody_else_manages_now_is_foreign_again() {
    for foreign in &FOREIGN[1..] {
        let told = acts(&format!(
            "Container web {{image: app:1, adopt: true}}\n live exited\n {foreign}\n applied\n adopted"
        ));
        assert_eq!(told, "nothing to do\n", "{foreign}");
    }
}

#[test]
fn the_deletion_of_a_document_whose_name_is_foreign_removes_nothing() {
    for foreign in FOREIGN {
        let told = acts(&format!(
            "Container web {{image: app:1}}\n desired vanishing 1m 2\n live running\n {foreign}"
        ));
        assert_eq!(told, "apply because deleted (declared)\n  expects AsDeclared for 0s\n", "{foreign}");
    }
}

#[test]
fn what_nobody_declares_and_is_not_ours_is_nothing_to_tell() {
    assert_eq!(
        look("Container web {image: app:1}\n live running\n owner nobody\n desired absent"),
        "FOREIGN\nnothing to do\n"
    );
}

#[test]
fn an_orphan_is_told_and_not_removed() {
    expect![[r#"
        ORPHAN: it carries podsteward's labels, and no manifest declares it (verdict: confidence 0.79, risk high: it waits for approval)
        finding warning orphan: it carries podsteward's labels, and no manifest declares it
        orphan-removal because orphan (queue)
          held by verdict: confidence 0.79, risk high: it waits for approval
    "#]]
    .assert_eq(&look("Container web {image: app:1}\n live running\n desired absent"));
}

#[test]
fn a_foreign_network_or_volume_is_used_as_it_is() {
    expect![[r#"
        FOREIGN: a network of this name exists that podsteward did not make: it is used as it is, never changed or removed
        finding warning foreign: a network of this name exists that podsteward did not make: it is used as it is, never changed or removed
        nothing to do
    "#]].assert_eq(&look("Network lan {internal: true}\n live there\n owner nobody"));
    expect![[r#"
        FOREIGN: it belongs to the instance 'other'
        finding warning foreign: it belongs to the instance 'other'
        nothing to do
    "#]]
    .assert_eq(&look("Volume data {driver: local}\n live there\n owner other"));
}
