//! A stop by hand is held, and then ended.

use expect_test::expect;

use crate::story::story;
use crate::told::look;

const RUNNING: &str = "Container web {image: app:1}\n live running\n applied";

#[test]
fn a_stop_by_hand_is_held_for_a_quarter_of_an_hour_and_then_ended_by_drift_reconciliation() {
    expect![[r#"
        +0.0s -- stopped by hand
        +0.0s DRIFT hand_stopped
        +0.0s    drift-reconciliation held by hold: it was stopped by hand
        +900.0s drift-reconciliation because hand_stopped (notify-execute, 0.88)
        +900.0s   Acting: container/web: drift-reconciliation begins
        +900.0s   start container web
        +900.0s MATCH
        +920.0s passed
        +920.0s closed: success
        +920.0s learned: +0.05 to 0.9525
        +920.0s   Recovered: container/web: drift-reconciliation worked
    "#]]
    .assert_eq(&story(&format!("{RUNNING}\n---\n stopped by hand\n wait 1h")));
}

#[test]
fn manual_hold_says_how_long() {
    let told = story(
        "Container web {image: app:1, remediation: {manualHold: 1m}}\n live running\n applied\n---\n stopped by hand\n wait 1h",
    );
    assert!(told.contains("+60.0s drift-reconciliation because hand_stopped"), "{told}");
}

#[test]
fn a_start_by_hand_ends_the_hold() {
    expect![[r#"
        +0.0s -- stopped by hand
        +0.0s DRIFT hand_stopped
        +0.0s    drift-reconciliation held by hold: it was stopped by hand
        +60.0s -- started by hand
        +60.0s MATCH
        +3660.0s -- dies 1
        +3660.0s DRIFT not_running
        +3660.0s start because not_running
        +3660.0s   start container web
        +3660.0s MATCH
        +3670.0s passed
        +3670.0s closed: success
    "#]]
    .assert_eq(&story(&format!(
        "{RUNNING}\n---\n stopped by hand\n wait 1m\n started by hand\n wait 1h\n dies 1\n wait 1m"
    )));
}

#[test]
fn of_a_container_that_runs_no_stop_by_hand_is_remembered() {
    let world = crate::fixture::world(&format!("{RUNNING}\n hand-stopped 1m"));
    assert_eq!(podsteward_domain::evaluate::evaluate(world).memory.hand_stopped, None);
}

#[test]
fn an_edit_ends_the_hold_at_once() {
    expect![[r#"
        +0.0s -- stopped by hand
        +0.0s DRIFT hand_stopped
        +0.0s    drift-reconciliation held by hold: it was stopped by hand
        +60.0s -- edit {image: app:1, args: [--loud]}
        +60.0s DRIFT edited hand_stopped
        +60.0s apply because edited
        +60.0s   rename container web to web-podsteward-previous-c1
        +60.0s   create container web from app:1
        +60.0s   start container web
        +60.0s MATCH edited
        +70.0s passed
        +70.0s   remove container web-podsteward-previous-c1
        +70.0s closed: success
        +70.0s MATCH
    "#]]
    .assert_eq(&story(&format!(
        "{RUNNING}\n---\n stopped by hand\n wait 1m\n edit {{image: app:1, args: [--loud]}}\n wait 10s"
    )));
}

#[test]
fn an_end_of_the_hold_is_no_restart_in_a_row() {
    let told = story(&format!("{RUNNING}\n---\n stopped by hand\n wait 16m\n dies 1"));
    assert!(
        told.ends_with("+960.0s start because not_running\n+960.0s   start container web\n+960.0s MATCH\n"),
        "{told}"
    );
}

#[test]
fn a_container_that_should_be_stopped_is_not_held_when_a_hand_stopped_it() {
    expect![[r#"
        MATCH
        nothing to do
    "#]]
    .assert_eq(&look(
        "Container web {image: app:1, desiredState: Stopped}
         live exited
         applied
         exit hand-stop 0 1m
         hand-stopped 1m",
    ));
}

#[test]
fn a_hold_that_began_before_the_boot_ends_even_when_the_clock_was_put_back() {
    let mut world = crate::fixture::world(
        "Container web {image: app:1}\n live exited\n applied\n exit hand-stop 0 1m\n hand-stopped 1m",
    );
    world.now.boot_id = podsteward_domain::time::BootId(2);
    world.now.wall_ms -= 86_400_000;
    for (up_secs, again) in [(60, Some(840)), (899, Some(1)), (900, None)] {
        world.now.boot_ms = up_secs * 1000;
        crate::fixture::live::fresh(&mut world);
        let evaluation = podsteward_domain::evaluate::evaluate(world.clone());
        assert_eq!(evaluation.again.map(|again| again.as_secs()), again, "{up_secs} s after the boot");
    }
}
