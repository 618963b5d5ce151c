//! Conditions, as `describe` shows them.

use std::time::Duration;

use expect_test::expect;
use podsteward_domain::evaluate::evaluate;
use podsteward_domain::status::ConditionType;

use crate::fixture::{NOW, world};
use crate::told::shows;

#[test]
fn of_a_container_that_is_well() {
    expect![[r#"
        MATCH
        ManifestValid=True Valid
        Applied=True Applied
        DependenciesReady=True Ready
        Running=True Running
        Healthy=True Healthy
    "#]]
    .assert_eq(&shows(
        "Container web {image: app:1, dependsOn: [{name: db}], healthcheck: {command: curl localhost}}
         live running
         health healthy
         applied
         needs db running",
    ));
}

#[test]
fn of_a_container_that_is_not_there() {
    expect![[r#"
        MISSING: it is declared and does not exist (dependencies: container db does not run yet)
        ManifestValid=True Valid
        Applied=False Missing: it does not exist
        DependenciesReady=False Waiting: container db does not run yet
    "#]]
    .assert_eq(&shows("Container web {image: app:1, dependsOn: [{name: db}]}\n live absent\n needs db down"));
}

#[test]
fn of_one_of_which_nobody_knows() {
    expect![[r#"
        UNKNOWN: podman does not answer; the last known state holds
        ManifestValid=True Valid
        Applied=Unknown NotKnown: it was not read
    "#]]
    .assert_eq(&shows("Container web {image: app:1}\n live unknown\n engine unknown\n applied"));
    expect![[r#"
        UNKNOWN: not read yet
        ManifestValid=True Valid
        Applied=Unknown NotKnown: it was not read
    "#]]
    .assert_eq(&shows("Container web {image: app:1}\n live not-yet\n applied"));
}

#[test]
fn of_one_that_is_ill() {
    expect![[r#"
        WARNING: web.yaml:3:5: spec.immage: unknown field (and 1 more); the last good document holds
        ManifestValid=False Invalid: web.yaml:3:5: spec.immage: unknown field (and 1 more); the last good document holds
        Applied=True Applied
        Running=True Running
        Healthy=False Unhealthy: connection refused
        Warning=True Unhealthy: its healthcheck failed 3 times in a row: connection refused; app:1 means another image now; the container keeps the one it was made from
    "#]].assert_eq(&shows(
        "Container web {image: app:1, healthcheck: {command: curl localhost}, criticality: critical, dataTier: snapshot}
         problem web.yaml:3:5: spec.immage: unknown field
         problem web.yaml:9:5: spec.prots: unknown field
         live running
         health unhealthy connection refused
         applied
         image sha256:two",
    ));
}

#[test]
fn of_one_that_ended() {
    let ends = [
        "live exited\n exit hand-stop 0 1m\n hand-stopped 1m\n applied",
        "live created\n applied",
        "live exited\n code 3\n applied\n exit death 3 1s\n restarts 2 5\n looping",
        "live exited\n applied\n exit death 0 1s\n restarts 1 1\n last-exit 1s",
    ];
    let told = ends.map(|facts| shows(&format!("Container web {{image: app:1}}\n {facts}")));
    expect![[r#"
        DRIFT: it was stopped by hand; it is left alone for 15m after that (hold: it was stopped by hand)
        ManifestValid=True Valid
        Applied=True Applied
        Running=False StoppedByHand: it ended with 0
        Held=True StoppedByHand: it was stopped by hand; it is left alone for 15m after that

        DRIFT: it was never started
        ManifestValid=True Valid
        Applied=True Applied
        Running=False NeverStarted

        CrashLoopBackOff: it keeps ending: 2 restarts in a row
        ManifestValid=True Valid
        Applied=True Applied
        Running=False CrashLoopBackOff: it ended with 3

        DRIFT: it should run; it ended with 0 (backoff: back-off after 1 restart)
        ManifestValid=True Valid
        Applied=True Applied
        Running=False Ended: it ended with 0
    "#]]
    .assert_eq(&told.join("\n"));
}

#[test]
fn of_jobs_and_of_one_that_should_be_stopped() {
    expect![[r#"
        COMPLETED: it ended with 0, and is left so
        ManifestValid=True Valid
        Applied=True Applied
        Running=False Completed: it ended with 0
    "#]]
    .assert_eq(&shows(
        "Container web {image: app:1, restartPolicy: Never}\n live exited\n applied\n exit death 0 1s",
    ));
    expect![[r#"
        WARNING: it ended with 3, and is left so
        ManifestValid=True Valid
        Applied=True Applied
        Running=False Ended: it ended with 3
    "#]]
    .assert_eq(&shows(
        "Container web {image: app:1, restartPolicy: Never}\n live exited\n applied\n exit death 3 1s",
    ));
    expect![[r#"
        MATCH
        ManifestValid=True Valid
        Applied=True Applied
        Running=False Stopped: it ended with 0
    "#]]
    .assert_eq(&shows("Container web {image: app:1, desiredState: Stopped}\n live exited\n applied"));
}

#[test]
fn of_documents_that_are_not_in_force() {
    let edited = "Container web {image: app:1, args: [one]}\n live running\n made-of {image: app:1}\n applied {image: app:1}";
    expect![[r#"
        DRIFT: spec.args: declared one, live (none)
        ManifestValid=True Valid
        Applied=False Pending: the document is newer than what was applied
        Running=True Running
    "#]]
    .assert_eq(&shows(edited));
    expect![[r#"
        DRIFT: spec.args: declared one, live (none) (one-in-flight: plan 7 (apply) is stabilising)
        ManifestValid=True Valid
        Applied=Unknown Verifying: plan 7
        Running=True Running
    "#]]
    .assert_eq(&shows(&format!("{edited}\n intent recreate stabilising 1s")));
    expect![[r#"
        DRIFT: the document was taken back: it ended with 1; tried again when a fact changes, or by `podsteward retry`
        ManifestValid=True Valid
        Applied=False RolledBack: the document was taken back: it ended with 1; tried again when a fact changes, or by `podsteward retry`
        Running=True Running
    "#]].assert_eq(&shows(&format!("{edited}\n quarantined rolled-back same")));
    expect![[r#"
        DRIFT: no such image: app:1
        ManifestValid=True Valid
        Applied=False Terminal: no such image: app:1
        Running=True Running
    "#]]
    .assert_eq(&shows(&format!("{edited}\n terminal make same 1m no such image: app:1")));
}

#[test]
fn of_drift_that_does_not_converge() {
    expect![[r#"
        DRIFT: the same drift came back right after it was mended, 3 times; tried again when a fact changes, or by `podsteward retry`
        ManifestValid=True Valid
        Applied=False NotConverging: the same drift came back right after it was mended, 3 times; tried again when a fact changes, or by `podsteward retry`
        Running=True Running
    "#]].assert_eq(&shows(
        "Container web {image: app:1, args: [one]}
         live running
         made-of {image: app:1, args: [two]}
         applied
         quarantined not-converging same",
    ));
}

#[test]
fn of_one_that_is_left_alone() {
    expect![[r#"
        MATCH
        ManifestValid=True Valid
        Applied=True Applied
        Running=True Running
        Held=True Paused: by ada: a look inside
    "#]]
    .assert_eq(&shows("Container web {image: app:1}\n live running\n applied\n pause 1h"));
    expect![[r#"
        MATCH
        ManifestValid=True Valid
        Applied=True Applied
        Running=True Running
        Held=True PausedByAnnotation: moving house
    "#]].assert_eq(&shows(
        "Container web {image: app:1}\n annotations {podsteward.dev/paused: moving house}\n live running\n applied",
    ));
}

#[test]
fn a_condition_keeps_its_transition_time_until_its_status_changes() {
    let running = "Container web {image: app:1}\n live running\n applied";
    let before = evaluate(world(running)).status;
    let mut later = world(running);
    later.now = NOW.after(Duration::from_mins(1));
    let mut status = evaluate(later.clone()).status;
    status.keep_transitions(&before);
    let since = |status: &podsteward_domain::status::ObjectStatus, kind| {
        status.condition(kind).map(|condition| condition.last_transition_time)
    };
    assert_eq!(since(&status, ConditionType::Running), Some(NOW));
    assert_eq!(since(&status, ConditionType::Applied), Some(NOW));

    crate::fixture::live::change(&mut later, |live| crate::fixture::live::enter(live, "exited"));
    let mut ended = evaluate(later.clone()).status;
    ended.keep_transitions(&before);
    assert_eq!(since(&ended, ConditionType::Running), Some(later.now));
    assert_eq!(since(&ended, ConditionType::Applied), Some(NOW));
}

#[test]
fn another_reason_for_the_same_status_is_no_transition() {
    let missing = evaluate(world("Container web {image: app:1}\n live absent")).status;
    let mut foreign = world("Container web {image: app:1}\n live running\n owner nobody");
    foreign.now = NOW.after(Duration::from_mins(1));
    let mut status = evaluate(foreign).status;
    status.keep_transitions(&missing);
    let applied = status.condition(ConditionType::Applied).expect("it is there");
    assert_eq!((applied.reason.as_str(), applied.last_transition_time), ("Foreign", NOW));
}
