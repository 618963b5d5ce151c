//! Whether a remediation worked: a restart made it well, drift is mended.

use std::fmt::Write;

use expect_test::expect;
use podsteward_domain::evaluate::evaluate;
use podsteward_domain::verify::{Verification, with_log};

use crate::fixture::world;
use crate::told::verified;

const WEB: &str = "Container web {image: app:1, healthcheck: {command: curl localhost, interval: 30s, timeout: 5s, retries: 2}}
    live running
    applied";

/// What verification says of each of these facts, so long after a restart.
fn after(since: &str, facts: &[&str]) -> String {
    let mut all = String::new();
    for fact in facts {
        let intent = format!("intent restart stabilising {since}\n expects well 30s");
        let evaluation = evaluate(world(&format!("{WEB}\n {fact}\n {intent}")));
        let _ = writeln!(all, "{fact}: {}", verified(&evaluation.verification.expect("it stabilises")));
    }
    all
}

const HEALTH: [&str; 4] = [
    "health healthy",
    "health starting",
    "health unhealthy refused",
    "health unhealthy refused\n checked 61m",
];

#[test]
fn a_restart_made_it_well_as_soon_as_it_is_healthy_and_never_while_it_is_not() {
    expect![[r#"
        health healthy: passed
        health starting: wait 29s
        health unhealthy refused: wait 29s
        health unhealthy refused
         checked 61m: wait 29s
    "#]]
    .assert_eq(&after("1s", &HEALTH));
}

#[test]
fn when_the_time_is_up_unhealthy_failed_and_starting_has_the_patience_of_its_healthcheck() {
    expect![[r#"
        health healthy: passed
        health starting: wait 40s
        health unhealthy refused: failed: it runs and is still unhealthy
        health unhealthy refused
         checked 61m: wait 40s
    "#]]
    .assert_eq(&after("30s", &HEALTH));
    expect![[r#"
        health starting: warned: it runs, and its healthcheck has not said healthy yet
        health unhealthy refused
         checked 61m: warned: it runs, and its healthcheck has not said healthy yet
    "#]]
    .assert_eq(&after("70s", &[HEALTH[1], HEALTH[3]]));
}

#[test]
fn a_container_that_was_restarted_must_not_end_be_stopped_or_be_restarted_again() {
    expect![[r#"
        live exited
         exit death 1 1s: failed: it ended with 1 within 30s of its start
        live exited
         exit hand-stop 0 1s: inconclusive: somebody stopped it meanwhile
        live absent: inconclusive: somebody removed it meanwhile
        live unknown: wait 250ms
    "#]]
    .assert_eq(&after(
        "1s",
        &[
            "live exited\n exit death 1 1s",
            "live exited\n exit hand-stop 0 1s",
            "live absent",
            "live unknown",
        ],
    ));
}

#[test]
fn a_restart_of_what_was_well_again_before_tells_nothing() {
    let told = |more: &str| {
        let text = format!("{WEB}\n {more}\n intent restart stabilising 31s\n expects well 30s\n was-well");
        verified(&evaluate(world(&text)).verification.unwrap())
    };
    assert_eq!(told("health healthy"), "inconclusive: it was well again before it was restarted");
    assert_eq!(told("health unhealthy refused"), "failed: it runs and is still unhealthy");
}

const DRIFTING: &str = "Container web {image: app:1, args: [one], healthcheck: {command: curl localhost}}
    live running
    made-of {image: app:1, args: [two], healthcheck: {command: curl localhost}}
    applied";

/// What verification says of a recreate for drift after 20 s, of a container that is as declared or is not.
fn mended(live: &str, expects: &str) -> String {
    let text = format!("{live}\n intent recreate stabilising 20s\n expects {expects} 20s\n mends spec.args");
    verified(&evaluate(world(&text)).verification.unwrap())
}

#[test]
fn drift_is_mended_only_if_nothing_differs_whatever_else_there_is_to_say() {
    let same = DRIFTING.replace("args: [two]", "args: [one]");
    let differs = "failed: spec.args: declared one, still two";
    for expects in ["running-as-declared", "running-or-completed"] {
        assert_eq!(mended(&format!("{same}\n health healthy"), expects), "passed");
        assert_eq!(mended(&format!("{DRIFTING}\n health healthy"), expects), differs);
    }
    assert_eq!(
        mended(&format!("{DRIFTING}\n health unhealthy no"), "running-as-declared"),
        "failed: it runs and is unhealthy"
    );
    let warned = |live: &str| mended(&format!("{live}\n health starting"), "running-as-declared");
    let starting = "warned: it runs, and its healthcheck has not said healthy yet";
    let [same, differing] = [&same, DRIFTING]
        .map(|live| live.replace("curl localhost", "curl localhost, interval: 1s, timeout: 1s"));
    assert_eq!(warned(&same), starting);
    assert_eq!(warned(&differing), differs, "a warning does not hide what differs");
    let job = DRIFTING.replace("args: [one]", "args: [one], restartPolicy: OnFailure");
    let completed = format!(
        "{job}\n live exited\n made-of {{image: app:1, args: [two], restartPolicy: OnFailure, healthcheck: {{command: curl localhost}}}}\n exit death 0 1s"
    );
    assert_eq!(mended(&completed, "running-or-completed"), differs);
}

#[test]
fn what_was_changed_in_place_must_hold_for_its_stabilise_time() {
    let told = |since: &str, live: &str| {
        let text =
            format!("{live}\n intent change stabilising {since}\n expects as-declared 20s\n mends spec.args");
        verified(&evaluate(world(&text)).verification.unwrap())
    };
    let same = DRIFTING.replace("args: [two]", "args: [one]");
    assert_eq!(told("19s", &same), "wait 1s");
    assert_eq!(told("20s", &same), "passed");
    assert_eq!(told("19s", DRIFTING), "wait 1s");
    assert_eq!(told("20s", DRIFTING), "failed: spec.args: declared one, still two");
}

#[test]
fn a_complaint_in_the_log_makes_a_verified_restart_a_warning_and_saves_no_failed_one() {
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let told = |verification: Verification, log: &[&str]| verified(&with_log(verification, &lines(log)));
    assert_eq!(told(Verification::Passed, &["listening on 80", "0 errors"]), "passed");
    assert_eq!(
        told(Verification::Passed, &["listening on 80", "  2026 ERROR: cannot reach db "]),
        "warned: it is well, and its log says: 2026 ERROR: cannot reach db"
    );
    for word in ["fatal", "Panic", "EXCEPTION", "traceback", "segfault"] {
        assert!(told(Verification::Passed, &[word]).starts_with("warned"), "{word}");
    }
    assert_eq!(told(Verification::Failed("no".into()), &["error"]), "failed: no");
    assert_eq!(told(Verification::Inconclusive("no".into()), &["error"]), "inconclusive: no");
    let long = format!("error {}", "x".repeat(500));
    assert!(told(Verification::Passed, &[&long]).chars().count() < 230, "a line is cut");
}
