//! What a container must find before it is made or started, and whose restarts it follows.

use std::fmt::Write;

use expect_test::expect;

use crate::story::story;
use crate::told::{acts, look};

#[test]
fn every_condition_with_every_state_of_the_dependency() {
    let mut told = String::new();
    for condition in ["started", "healthy", "completed"] {
        for state in ["running", "healthy", "completed", "down", "unknown", "not-yet"] {
            let does = acts(&format!(
                "Container web {{image: app:1, dependsOn: [{{name: db, condition: {condition}}}]}}
                 live absent
                 needs db {state}"
            ));
            let held = does.lines().find(|line| line.contains("held")).map_or("goes on", str::trim);
            let _ = writeln!(told, "{condition} {state}: {held}");
        }
    }
    expect![[r#"
        started running: goes on
        started healthy: goes on
        started completed: goes on
        started down: held by dependencies: container db does not run yet
        started unknown: held by dependencies: container db is not known yet
        started not-yet: held by dependencies: container db is not known yet
        healthy running: held by dependencies: container db is not healthy yet
        healthy healthy: goes on
        healthy completed: held by dependencies: container db is not healthy yet
        healthy down: held by dependencies: container db is not healthy yet
        healthy unknown: held by dependencies: container db is not known yet
        healthy not-yet: held by dependencies: container db is not known yet
        completed running: held by dependencies: container db has not completed yet
        completed healthy: held by dependencies: container db has not completed yet
        completed completed: goes on
        completed down: held by dependencies: container db has not completed yet
        completed unknown: held by dependencies: container db is not known yet
        completed not-yet: held by dependencies: container db is not known yet
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_container_that_waits_says_for_what() {
    expect![[r#"
        MISSING: it is declared and does not exist (dependencies: network lan is not made yet, network other does not exist, and no manifest declares it, volume data is not made yet, container cache does not run yet, container db is not healthy yet)
        finding warning missing: it is declared and does not exist
        finding info waiting: waiting: network lan is not made yet, network other does not exist, and no manifest declares it, volume data is not made yet, container cache does not run yet, container db is not healthy yet
        apply because missing (declared)
          held by dependencies: network lan is not made yet, network other does not exist, and no manifest declares it, volume data is not made yet, container cache does not run yet, container db is not healthy yet
    "#]].assert_eq(&look(
        "Container web {image: app:1, dependsOn: [{name: db, condition: healthy}, {name: cache}]}
         live absent
         needs db running
         needs cache down
         uses network lan declared
         uses network other
         uses volume data declared
         uses volume loose",
    ));
}

#[test]
fn a_dependency_that_is_not_there_is_waited_for_too() {
    expect![[r#"
        apply because missing (declared)
          held by dependencies: container db is not known yet
    "#]]
    .assert_eq(&acts("Container web {image: app:1, dependsOn: [{name: db}]}\n live absent"));
}

#[test]
fn a_running_container_does_not_wait() {
    expect![[r#"
        MATCH
        nothing to do
    "#]]
    .assert_eq(&look(
        "Container web {image: app:1, dependsOn: [{name: db}]}\n live running\n applied\n needs db down",
    ));
}

#[test]
fn a_stop_does_not_wait() {
    let told = acts(
        "Container web {image: app:1, desiredState: Stopped, dependsOn: [{name: db}]}\n live running\n applied\n needs db down",
    );
    assert!(told.contains("act: stop container web"), "{told}");
}

const FOLLOWS: &str = "Container web {image: app:1, dependsOn: [{name: db, restart: true}]}
     live running
     applied
     needs db running first";

#[test]
fn a_restart_of_a_dependency_is_followed_once() {
    expect![[r#"
        +0.0s -- look
        +0.0s MATCH
        +0.0s -- needs db down
        +0.0s -- needs db running second
        +0.0s DRIFT dependency_restarted
        +0.0s apply because dependency_restarted
        +0.0s   stop container web (grace 10 s)
        +0.0s   start container web
        +0.0s MATCH
        +10.0s passed
        +10.0s closed: success
    "#]]
    .assert_eq(&story(&format!("{FOLLOWS}\n---\n look\n needs db down\n needs db running second\n wait 1h")));
}

#[test]
fn a_restart_before_its_own_start_is_not_followed() {
    expect![[r#"
        +0.0s -- look
        +0.0s MATCH
        +0.0s -- dies 1
        +0.0s DRIFT not_running
        +0.0s start because not_running
        +0.0s   start container web
        +0.0s MATCH
        +0.0s -- needs db running second
        +0.0s DRIFT dependency_restarted
        +10.0s passed
        +10.0s closed: success
        +10.0s apply because dependency_restarted
        +10.0s   stop container web (grace 10 s)
        +10.0s   start container web
        +10.0s MATCH
        +20.0s passed
        +20.0s closed: success
    "#]]
    .assert_eq(&story(&format!("{FOLLOWS}\n---\n look\n dies 1\n needs db running second\n wait 1h")));
}

#[test]
fn a_dependency_that_is_not_followed_changes_nothing() {
    let told = look(
        "Container web {image: app:1, dependsOn: [{name: db}]}
         live running
         applied
         followed db first
         needs db running second",
    );
    assert_eq!(told, "MATCH\nnothing to do\n");
}

#[test]
fn a_signal_for_a_config_file_does_not_swallow_the_restart_of_a_dependency() {
    let told = story(
        "Container web {image: app:1, dependsOn: [{name: db, restart: true}], configFiles: [{path: /etc/web, onChange: signal}]}
         live running
         applied
         read-before /etc/web one
         config /etc/web two
         followed db first
         needs db running second
         ---
         look",
    );
    expect![[r#"
        +0.0s -- look
        +0.0s DRIFT config_changed dependency_restarted
        +0.0s apply because config_changed
        +0.0s   send signal 1 to container web
        +0.0s DRIFT dependency_restarted
        +0.0s passed
        +0.0s closed: success
        +0.0s apply because dependency_restarted
        +0.0s   stop container web (grace 10 s)
        +0.0s   start container web
        +0.0s MATCH
    "#]]
    .assert_eq(&told);
}

#[test]
fn what_is_down_follows_no_restart_and_what_is_over_waits_for_nothing() {
    let down = "Container web {image: app:1, dependsOn: [{name: db, restart: true}]}
         live exited
         applied
         followed db first
         needs db running second";
    assert!(!look(down).contains("dependency_restarted"));
    let over = "Container web {image: app:1, restartPolicy: Never, dependsOn: [{name: db}]}
         live exited
         applied
         exit death 0 1s
         needs db down";
    assert!(!look(over).contains("waiting"));
}
