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
              expects Running for 10s
        "#]],
    );
}
