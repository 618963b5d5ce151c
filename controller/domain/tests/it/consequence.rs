//! What is ill because of what it depends on, and what is taken along when it is interrupted.

use expect_test::expect;

use crate::story::story;
use crate::told::decided;

const WEB: &str =
    "Container web {image: app:1, healthcheck: {command: curl localhost, interval: 5s, timeout: 3s}, \
    dependsOn: [{name: db, condition: healthy}]}
    needs db healthy db@1
    live running
    applied
    healthy-once
    health healthy";

/// What is decided about it while its dependency falls ill and recovers.
fn told(lines: &str) -> String {
    let told = story(&format!("{WEB}\n---\nneeds db running db@1\nunhealthy\nwait 1m\n{lines}"));
    let wanted = ["because", "held by", "-- "];
    let lines = told.lines().filter(|line| wanted.iter().any(|word| line.contains(word)));
    lines.map(|line| line.to_owned() + "\n").collect()
}

#[test]
fn one_that_stays_ill_after_its_dependency_recovered_is_restarted_in_its_own_right() {
    expect![[r#"
        +0.0s -- needs db running db@1
        +0.0s -- unhealthy
        +0.0s    service-restart held by consequence: a consequence: db is not healthy
        +60.0s -- needs db healthy db@1
        +60.0s    service-restart held by consequence: what it depends on is well again: it may recover by itself first
        +70.0s service-restart because unhealthy (notify-execute, 0.90)
        +71.0s -- healthy
    "#]]
    .assert_eq(&told("needs db healthy db@1\n heals 1s\n wait 1m"));
}

#[test]
fn one_that_recovers_with_its_dependency_is_left_alone() {
    let told = told("needs db healthy db@1\n wait 9s\n healthy\n wait 1h");
    assert!(!told.contains("because unhealthy"), "{told}");
}

#[test]
fn a_dependency_that_falls_ill_again_begins_the_wait_anew() {
    expect![[r#"
        +0.0s -- needs db running db@1
        +0.0s -- unhealthy
        +0.0s    service-restart held by consequence: a consequence: db is not healthy
        +60.0s -- needs db healthy db@1
        +60.0s    service-restart held by consequence: what it depends on is well again: it may recover by itself first
        +69.0s -- needs db down
        +69.0s    service-restart held by consequence: a consequence: db does not run
        +129.0s -- needs db healthy db@2
        +129.0s    service-restart held by consequence: what it depends on is well again: it may recover by itself first
        +139.0s service-restart because unhealthy (notify-execute, 0.90)
    "#]]
    .assert_eq(&told(
        "needs db healthy db@1\n wait 9s\n needs db down\n wait 1m\n needs db healthy db@2\n wait 1m",
    ));
}

#[test]
fn what_nobody_depended_on_when_it_fell_ill_waits_for_nothing() {
    let told = story(&format!("{WEB}\n---\nunhealthy"));
    assert!(told.contains("service-restart because unhealthy"), "{told}");
}

#[test]
fn what_cannot_do_without_it_makes_an_interruption_riskier_and_a_change_in_place_not() {
    let risk = |text: &str, action: &str| {
        let judgement = decided(text, action).judgement.unwrap();
        format!("{action} {}: {}\n", judgement.risk, judgement.escalated.unwrap_or_default())
    };
    let dependents = "dependents container/app container/proxy";
    let ill = "Container db {image: app:1, healthcheck: {command: curl localhost}}
        live running\n applied\n health unhealthy";
    let larger = "Container db {image: app:1, resources: {limits: {memory: 64Mi}}}
        live running\n made-of {image: app:1, resources: {limits: {memory: 32Mi}}}\n applied";
    let told = [
        risk(ill, "service-restart"),
        risk(&format!("{ill}\n{dependents}"), "service-restart"),
        risk(&format!("{larger}\n{dependents}"), "drift-reconciliation"),
    ];
    expect![[r"
        service-restart low: 
        service-restart medium: what depends on it does without it meanwhile: container/app, container/proxy
        drift-reconciliation medium: 
    "]]
    .assert_eq(&told.concat());
}
