//! The states of an object: one World for each.

use expect_test::{Expect, expect};

use crate::told::look;

#[expect(clippy::needless_pass_by_value, reason = "expectations are made where they are checked")]
fn check(world: &str, expected: Expect) {
    expected.assert_eq(&look(world));
}

#[test]
fn a_container_as_declared_is_a_match_and_nothing_is_to_do() {
    check(
        "Container web {image: app:1}\n live running\n applied",
        expect![[r#"
        MATCH
        nothing to do
    "#]],
    );
}

#[test]
fn a_declared_container_that_does_not_exist_is_missing_and_made() {
    check(
        "Container web {image: app:1}\n live absent",
        expect![[r#"
        MISSING: it is declared and does not exist
        finding warning missing: it is declared and does not exist
        apply because missing (declared)
          create: create container web from app:1, start container web
          expects Running for 10s
    "#]],
    );
}

#[test]
fn a_field_that_differs_is_drift_and_mended() {
    check(
        "Container web {image: app:1, env: [{name: LEVEL, value: info}]}
         live running
         made-of {image: app:1, env: [{name: LEVEL, value: debug}]}
         applied",
        expect![[r#"
            DRIFT: spec.env[LEVEL]: declared "info", live "debug"
            finding warning drift: spec.env[LEVEL]: declared "info", live "debug"
            drift-reconciliation because drift (notify-execute)
              replace: stop container web (grace 10 s), rename container web to web-podsteward-previous-c1, create container web from app:1, start container web
              then settle: remove container web-podsteward-previous-c1
              expects RunningAsDeclared for 20s
        "#]],
    );
}

#[test]
fn before_the_first_read_nothing_is_known() {
    for facts in ["live not-yet", "live running\n desired not-yet", "live absent\n desired not-yet"] {
        let told = look(&format!("Container web {{image: app:1}}\n {facts}"));
        assert!(told.starts_with("UNKNOWN"), "{facts}: {told}");
        assert!(told.ends_with("nothing to do\n"), "{facts}: {told}");
    }
}

#[test]
fn while_podman_does_not_answer_nothing_is_known_and_nothing_done() {
    check(
        "Container web {image: app:1}\n live unknown\n engine unknown\n applied",
        expect![[r#"
        UNKNOWN: podman does not answer; the last known state holds
        finding critical source_unknown: podman does not answer; the last known state holds
        nothing to do
    "#]],
    );
}

#[test]
fn a_manifest_that_does_not_parse_is_a_warning_and_its_last_good_document_holds() {
    check(
        "Container web {image: app:1}\n problem web.yaml:1:1: not YAML\n live absent\n applied",
        expect![[r#"
            MISSING: web.yaml:1:1: not YAML; the last good document holds
            finding warning manifest_invalid: web.yaml:1:1: not YAML; the last good document holds
            finding warning missing: it is declared and does not exist
            apply because missing (declared)
              create: create container web from app:1, start container web
              expects Running for 10s
        "#]],
    );
}

#[test]
fn of_a_document_that_was_never_good_nothing_is_in_force() {
    check(
        "Container web {image: app:1}\n desired absent\n problem web.yaml:1:1: not YAML\n live absent",
        expect![[r#"
            MISSING: web.yaml:1:1: not YAML; nothing of it is in force yet
            finding warning manifest_invalid: web.yaml:1:1: not YAML; nothing of it is in force yet
            nothing to do
        "#]],
    );
}

#[test]
fn an_edit_that_cannot_be_mended_is_noted_and_stays_a_warning() {
    check(
        "Volume data {options: {type: tmpfs}}
         live there
         made-of {options: {type: nfs}}
         applied {options: {type: nfs}}",
        expect![[r#"
            WARNING: spec.options[type]: declared tmpfs, live nfs
            finding info edited: spec.options[type]: declared tmpfs, live nfs
            finding info unfixable: spec.options[type]: declared tmpfs, live nfs; Podman cannot change a volume, and to make it anew would lose its data: undo the edit, or declare a volume of another name, or copy the data away and remove data by hand, and it is made anew
            apply because edited (declared)
              expects AsDeclared for 0s
        "#]],
    );
}

#[test]
fn a_field_that_podsteward_alone_acts_on_is_applied_without_touching_the_container() {
    check(
        "Container web {image: app:1, remediation: {manualHold: 1h}}
         live running
         made-of {image: app:1}
         applied {image: app:1}",
        expect![[r#"
            MATCH: spec.remediation.manualHold: declared 1h, live 15m
            finding info edited: spec.remediation.manualHold: declared 1h, live 15m
            apply because edited (declared)
              expects AsDeclared for 0s
        "#]],
    );
}

#[test]
fn an_undeclared_field_of_the_live_container_is_no_drift() {
    check(
        "Container web {image: app:1}
         live running
         made-of {image: app:1, env: [{name: LEVEL, value: debug}], args: [one]}
         applied",
        expect![[r#"
            MATCH
            nothing to do
        "#]],
    );
}

#[test]
fn only_what_runs_is_unhealthy() {
    let ill = "health unhealthy refused\n applied";
    let told = |state: &str| look(&format!("Container web {{image: app:1}}\n live {state}\n {ill}"));
    assert!(told("running").contains("finding warning unhealthy"));
    assert!(!told("exited").contains("unhealthy"));
}
