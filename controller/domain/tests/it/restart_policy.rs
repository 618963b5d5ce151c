//! What follows an end, by restart policy and exit code, and by the declared state.

use std::fmt::Write;

use expect_test::expect;

use crate::story::story;
use crate::told::{acts, look};

#[test]
fn every_policy_with_every_code() {
    let mut told = String::new();
    for policy in ["Always", "OnFailure", "Never"] {
        for code in ["0", "1", "137", "?"] {
            let world = format!(
                "Container web {{image: app:1, restartPolicy: {policy}}}
                 live running
                 applied
                 kernel dead
                 exit death {code} 1s"
            );
            let evaluation = podsteward_domain::evaluate::evaluate(crate::fixture::world(&world));
            let does = acts(&world);
            let first = does.lines().next().unwrap_or_default();
            let _ = writeln!(told, "{policy} {code}: {}, {first}", evaluation.status.state);
        }
    }
    expect![[r#"
        Always 0: DRIFT, start because not_running (declared)
        Always 1: DRIFT, start because not_running (declared)
        Always 137: DRIFT, start because not_running (declared)
        Always ?: DRIFT, start because not_running (declared)
        OnFailure 0: COMPLETED, nothing to do
        OnFailure 1: DRIFT, start because not_running (declared)
        OnFailure 137: DRIFT, start because not_running (declared)
        OnFailure ?: DRIFT, look again in 4s
        Never 0: COMPLETED, nothing to do
        Never 1: WARNING, nothing to do
        Never 137: WARNING, nothing to do
        Never ?: DRIFT, look again in 4s
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_code_that_is_not_known_yet_is_waited_for_and_then_is_a_failure() {
    expect![[r#"
        DRIFT: its main process ended, and is left so
        look again in 1s
    "#]]
    .assert_eq(&look(
        "Container web {image: app:1, restartPolicy: OnFailure}
         live running
         applied
         kernel dead
         exit death ? 4s",
    ));
    expect![[r#"
        start because not_running (declared)
          restart: stop container web (grace 10 s), start container web
          expects RunningOrCompleted for 10s
    "#]]
    .assert_eq(&acts(
        "Container web {image: app:1, restartPolicy: OnFailure}
         live running
         applied
         kernel dead 5s
         exit death ? 5s",
    ));
}

#[test]
fn a_job_that_ends_well_is_completed_and_rests() {
    expect![[r#"
        +0.0s -- look
        +0.0s MISSING missing
        +0.0s apply because missing
        +0.0s   create container web from app:1
        +0.0s   start container web
        +0.0s MATCH
        +3.0s -- it ends with 0
        +3.0s COMPLETED
        +3.0s passed
        +3.0s closed: success
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1, restartPolicy: OnFailure}
         live absent
         ---
         lives 3s 0
         look
         wait 1h",
    ));
}

#[test]
fn a_job_that_fails_is_tried_again_on_failure() {
    let told = story(
        "Container web {image: app:1, restartPolicy: OnFailure}
         live absent
         ---
         lives 3s 2
         look
         wait 20s",
    );
    assert_eq!(told.matches("start container web").count(), 3, "{told}");
}

#[test]
fn a_job_that_never_restarts_is_left_with_a_warning_when_it_fails() {
    expect![[r#"
        +0.0s -- look
        +0.0s MISSING missing
        +0.0s apply because missing
        +0.0s   create container web from app:1
        +0.0s   start container web
        +0.0s MATCH
        +3.0s -- it ends with 2
        +3.0s WARNING
        +3.0s failed: it ended with 2 within 10s of its start
        +3.0s closed: failure
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1, restartPolicy: Never}
         live absent
         ---
         lives 3s 2
         look
         wait 1h",
    ));
}

#[test]
fn a_container_that_was_made_and_never_started_is_started_whatever_its_policy() {
    for policy in ["Always", "OnFailure", "Never"] {
        let told = acts(&format!(
            "Container web {{image: app:1, restartPolicy: {policy}}}\n live created\n applied"
        ));
        assert!(told.starts_with("start because not_running"), "{policy}: {told}");
    }
}

#[test]
fn what_should_be_stopped_is_stopped_and_rests() {
    expect![[r#"
        +0.0s -- edit {image: app:1, desiredState: Stopped}
        +0.0s DRIFT edited not_stopped
        +0.0s apply because edited
        +0.0s DRIFT not_stopped
        +0.0s passed
        +0.0s closed: success
        +0.0s apply because not_stopped
        +0.0s   stop container web (grace 10 s)
        +0.0s MATCH
        +0.0s passed
        +0.0s closed: success
        +3600.0s -- edit {image: app:1}
        +3600.0s DRIFT edited not_running
        +3600.0s apply because edited
        +3600.0s DRIFT not_running
        +3600.0s passed
        +3600.0s closed: success
        +3600.0s start because not_running
        +3600.0s   start container web
        +3600.0s MATCH
        +3610.0s passed
        +3610.0s closed: success
    "#]]
    .assert_eq(&story(
        "Container web {image: app:1}
         live running
         applied
         ---
         edit {image: app:1, desiredState: Stopped}
         wait 1h
         edit {image: app:1}
         wait 10s",
    ));
}

#[test]
fn what_should_be_stopped_is_made_and_not_started() {
    expect![[r#"
        MISSING: it is declared and does not exist
        finding warning missing: it is declared and does not exist
        apply because missing (declared)
          create: create container web from app:1
          expects Stopped for 0s
    "#]]
    .assert_eq(&look("Container web {image: app:1, desiredState: Stopped}\n live absent"));
}

#[test]
fn what_ran_when_the_host_lost_its_power_is_started_again_although_podman_shows_no_failure() {
    let lost = |policy: &str| {
        acts(&format!(
            "Container web {{image: app:1, restartPolicy: {policy}}}
             live exited
             ended 2h
             applied
             exit death ? 5s"
        ))
    };
    assert!(lost("Always").starts_with("start because not_running"));
    assert!(lost("OnFailure").starts_with("start because not_running"));
    assert_eq!(lost("Never"), "nothing to do\n");
}
