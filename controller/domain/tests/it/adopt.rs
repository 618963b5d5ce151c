//! Taking over what podsteward did not make: only by `adopt: true`, and without touching it.

use expect_test::expect;

use crate::story::story;
use crate::told::{acts, look};

#[test]
fn a_container_that_is_adopted_is_noted_and_not_touched() {
    expect![[r#"
        +0.0s -- look
        +0.0s MATCH edited
        +0.0s apply because edited
        +0.0s MATCH
        +0.0s passed
        +0.0s closed: success
        +3600.0s -- dies 1
        +3600.0s DRIFT not_running
        +3600.0s start because not_running
        +3600.0s   start container web
        +3600.0s MATCH
        +3610.0s passed
        +3610.0s closed: success
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1, adopt: true}
         live running
         owner nobody
         ---
         look
         wait 1h
         dies 1
         wait 10s",
    ));
}

#[test]
fn what_differs_when_it_is_adopted_is_no_failure_and_waits_for_approval() {
    expect![[r#"
        +0.0s -- look
        +0.0s MATCH edited
        +0.0s apply because edited
        +0.0s DRIFT drift
        +0.0s passed
        +0.0s closed: success
        +0.0s   asks: the first recreate of an adopted container loses its writable layer
        +0.0s   ApprovalNeeded: container/web: drift-reconciliation needs approval 1
        +0.0s    drift-reconciliation held by approval: the first recreate of an adopted container loses its writable layer: approval 1 waits for somebody
    "#]].assert_eq(&story(
        "Container web {image: app:1, args: [one], adopt: true}
         live running
         owner nobody
         made-of {image: app:1, args: [two]}
         ---
         look
         wait 1m",
    ));
}

#[test]
fn its_first_recreate_waits_for_approval() {
    expect![[r#"
        DRIFT: spec.args: declared one, live two (approval: the first recreate of an adopted container loses its writable layer: it waits for approval)
        finding warning drift: spec.args: declared one, live two
        drift-reconciliation because drift (notify-execute)
          held by approval: the first recreate of an adopted container loses its writable layer: it waits for approval
    "#]].assert_eq(&look(
        "Container web {image: app:1, args: [one], adopt: true}
         live running
         owner nobody
         made-of {image: app:1, args: [two]}
         applied
         adopted",
    ));
}

#[test]
fn an_edit_of_it_waits_too_and_does_not_keep_it_from_being_started() {
    expect![[r#"
        +0.0s -- edit {image: app:1, args: [--loud], adopt: true}
        +0.0s DRIFT edited
        +0.0s   asks: the first recreate of an adopted container loses its writable layer
        +0.0s   ApprovalNeeded: container/web: apply needs approval 1
        +0.0s    apply held by approval: the first recreate of an adopted container loses its writable layer: approval 1 waits for somebody
        +0.0s -- dies 1
        +0.0s DRIFT edited not_running
        +0.0s start because not_running
        +0.0s   start container web
        +0.0s DRIFT edited
    "#]].assert_eq(&story(
        "Container web {image: app:1, adopt: true}
         live running
         owner nobody
         applied
         adopted
         ---
         edit {image: app:1, args: [--loud], adopt: true}
         dies 1",
    ));
}

#[test]
fn what_can_be_changed_in_place_is_changed() {
    let told = acts(
        "Container web {image: app:1, resources: {limits: {memory: 64Mi}}, adopt: true}
         live running
         owner nobody
         made-of {image: app:1, resources: {limits: {memory: 32Mi}}}
         applied
         adopted",
    );
    assert!(told.contains("act: update limits of container web"), "{told}");
}

#[test]
fn a_recreate_attaches_anonymous_volumes_again_unless_something_is_mounted_there() {
    let reattached = |mounts: &str| {
        let world = crate::fixture::world(&format!(
            "Container web {{image: app:1, args: [one], mounts: [{mounts}]}}
             live running
             made-of {{image: app:1, mounts: [{mounts}]}}
             applied"
        ));
        let choice = podsteward_domain::evaluate::evaluate(world).choice.expect("drift is mended");
        let create = choice.plan.steps().find_map(|step| match step {
            podsteward_domain::plan::Step::CreateContainer(create) => Some(create.anonymous_volumes.clone()),
            _ => None,
        });
        format!("{:?}", create.expect("a recreate"))
    };
    assert_eq!(reattached(""), r#"{"/var/cache": "anonymous"}"#);
    assert_eq!(reattached("{type: volume, source: data, target: /var/cache}"), "{}");
}
