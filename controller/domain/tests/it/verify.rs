//! Whether a plan worked: every expectation with everything that may be there.

use std::fmt::Write;

use expect_test::expect;
use podsteward_domain::evaluate::evaluate;

use crate::fixture::world;
use crate::told::verified;

fn told(text: &str) -> String {
    verified(&evaluate(world(text)).verification.expect("it stabilises"))
}

/// Each of these facts after a plan of a shape that expects something.
fn each(web: &str, intent: &str, facts: &[&str]) -> String {
    let mut all = String::new();
    for fact in facts {
        let _ = writeln!(
            all,
            "{fact}: {}",
            told(&format!("{web}\n {fact}\n applied\n {intent}")).replace('\n', ";")
        );
    }
    all
}

const WEB: &str = "Container web {image: app:1}";
const ENDS: [&str; 8] = [
    "live running",
    "live exited",
    "live exited\n exit death 1 1s",
    "live exited\n exit hand-stop 0 1s",
    "live exited\n end 0ms stopping",
    "live absent",
    "live unknown",
    "live not-yet",
];

#[test]
fn a_container_that_should_run_must_not_end_within_its_stabilise_time() {
    expect![[r#"
        live running: wait 6s
        live exited: failed: it ended with 0 within 10s of its start
        live exited
         exit death 1 1s: failed: it ended with 1 within 10s of its start
        live exited
         exit hand-stop 0 1s: inconclusive: somebody stopped it meanwhile
        live exited
         end 0ms stopping: wait 250ms
        live absent: inconclusive: somebody removed it meanwhile
        live unknown: wait 250ms
        live not-yet: wait 250ms
    "#]]
    .assert_eq(&each(WEB, "intent start stabilising 4s", &ENDS));
    expect![[r#"
        live running: passed
        live exited: failed: it ended with 0 within 10s of its start
        live exited
         exit death 1 1s: failed: it ended with 1 within 10s of its start
    "#]]
    .assert_eq(&each(WEB, "intent start stabilising 10s", &ENDS[..3]));
}

#[test]
fn a_job_may_also_end_well() {
    let job = "Container web {image: app:1, restartPolicy: OnFailure}";
    let intent = "intent start stabilising 4s\n expects running-or-completed 10s";
    let unknown =
        ["live running\n kernel dead\n exit death ? 1s", "live running\n kernel dead\n exit death ? 5s"];
    expect![[r#"
        live running: wait 6s
        live exited: passed
        live exited
         exit death 1 1s: failed: it ended with 1 within 10s of its start
        live exited
         exit hand-stop 0 1s: inconclusive: somebody stopped it meanwhile
        live exited
         end 0ms stopping: wait 250ms
        live absent: inconclusive: somebody removed it meanwhile
        live unknown: wait 250ms
        live not-yet: wait 250ms
        live running
         kernel dead
         exit death ? 1s: wait 250ms
        live running
         kernel dead
         exit death ? 5s: failed: its main process ended within 10s of its start
    "#]]
    .assert_eq(&each(job, intent, &[&ENDS[..], &unknown[..]].concat()));
}

#[test]
fn the_end_of_another_container_says_nothing_of_a_job() {
    expect!["inconclusive: somebody replaced it meanwhile"].assert_eq(&told(
        "Container web {image: app:1, restartPolicy: OnFailure}
         live exited
         exit death 0 1s
         applied
         intent start stabilising 4s
         expects running-or-completed 10s
         baseline another",
    ));
}

#[test]
fn a_stop_must_be_seen() {
    let intent = "intent stop stabilising\n expects stopped 0s";
    expect![[r#"
        live running: failed: it runs
        live exited: passed
        live exited
         exit death 1 1s: passed
        live exited
         exit hand-stop 0 1s: passed
        live exited
         end 0ms stopping: passed
        live absent: passed
        live unknown: wait 250ms
        live not-yet: wait 250ms
    "#]]
    .assert_eq(&each(WEB, intent, &ENDS));
}

#[test]
fn drift_of_a_stopped_container_is_mended_only_if_nothing_differs() {
    let web = "Container web {image: app:1, args: [one], desiredState: Stopped}";
    let facts = [
        "live exited",
        "live exited\n made-of {image: app:1, args: [two]}",
        "live running\n made-of {image: app:1, args: [two]}",
    ];
    let intent = "intent recreate stabilising\n expects stopped 0s\n mends spec.args";
    expect![[r#"
        live exited: passed
        live exited
         made-of {image: app:1, args: [two]}: failed: spec.args: declared one, still two
        live running
         made-of {image: app:1, args: [two]}: failed: it runs
    "#]]
    .assert_eq(&each(web, intent, &facts));
}

#[test]
fn nothing_is_as_declared_before_podman_has_told_what_can_be_compared() {
    let rows = [
        ("change", "as-declared 10s"),
        ("recreate", "running-as-declared 10s"),
        ("recreate", "running 10s\n mends spec.resources.limits.memory"),
        ("start", "running 10s"),
    ];
    let limited =
        "Container web {image: app:1, resources: {limits: {memory: 64Mi}}}\n live running\n applied";
    let told = |(shape, expects): (&str, &str), assumed: &str| {
        told(&format!("{limited}\n{assumed}\n intent {shape} stabilising 10s\n expects {expects}"))
    };
    let wait = "wait 250ms";
    assert_eq!(rows.map(|row| told(row, "engine-assumed")), [wait, wait, wait, "passed"]);
    assert_eq!(rows.map(|row| told(row, "")), ["passed"; 4]);
}

#[test]
fn a_removal_must_be_seen() {
    let intent = "intent remove stabilising\n expects gone 0s";
    let facts =
        ["live running", "live running\n owner nobody", "live absent", "live unknown", "live not-yet"];
    expect![[r#"
        live running: failed: it is still there
        live running
         owner nobody: passed
        live absent: passed
        live unknown: wait 250ms
        live not-yet: wait 250ms
    "#]]
    .assert_eq(&each(WEB, intent, &facts));
}

#[test]
fn a_change_must_show() {
    let web = "Container web {image: app:1, args: [one]}";
    let facts = [
        "live running",
        "live running\n made-of {image: app:1, args: [two]}",
        "live running\n owner nobody",
        "live absent",
        "live unknown",
        "live not-yet",
    ];
    expect![[r#"
        live running: passed
        live running
         made-of {image: app:1, args: [two]}: failed: spec.args: declared one, still two
        live running
         owner nobody: inconclusive: a container of this name exists that podsteward did not make (set `adopt: true` to take it over, or remove it)
        live absent: failed: it does not exist
        live unknown: wait 250ms
        live not-yet: wait 250ms
    "#]].assert_eq(&each(web, "intent change stabilising\n expects as-declared 0s", &facts));
}

#[test]
fn a_removal_that_had_nothing_to_remove_passes() {
    for live in ["live absent", "live running\n owner nobody"] {
        let text = format!(
            "{WEB}\n desired vanishing 1m 2\n {live}\n intent note stabilising\n expects as-declared 0s"
        );
        assert_eq!(told(&text), "passed", "{live}");
    }
}

#[test]
fn somebody_elses_hand_makes_it_inconclusive() {
    expect!["inconclusive: somebody replaced it meanwhile"]
        .assert_eq(&told(&format!("{WEB}\n live running\n applied\n intent start stabilising 4s\n id c2")));
    expect!["inconclusive: somebody restarted it meanwhile"].assert_eq(&told(&format!(
        "{WEB}\n live running\n applied\n intent start stabilising 4s\n started 1s"
    )));
}

#[test]
fn only_another_document_supersedes() {
    let text = format!("{WEB}\n live running\n applied\n intent start stabilising 4s");
    assert_eq!(told(&text), "wait 6s");
    assert_eq!(told(&format!("{text}\n begun-for {{image: app:1}}")), "wait 6s");
    assert_eq!(told(&format!("{text}\n begun-for {{image: app:2}}")), "superseded");
    let deleted =
        format!("{WEB}\n desired vanishing 1m 2\n live running\n applied\n intent start stabilising 4s");
    assert_eq!(told(&format!("{deleted}\n begun-for {{image: app:2}}")), "wait 6s");
}

#[test]
fn health_ends_the_wait_early_and_starting_prolongs_it_as_long_as_the_healthcheck_may_take() {
    let web = "Container web {image: app:1, healthcheck: {command: curl localhost, interval: 5s, timeout: 1s, retries: 2, startPeriod: 20s}}";
    let mut all = String::new();
    for since in ["1s", "20s", "31s", "32s"] {
        for health in ["healthy", "starting", "unhealthy"] {
            let intent = format!("intent start stabilising {since}\n expects running 20s");
            let text = format!("{web}\n live running\n health {health}\n applied\n {intent}");
            let _ = writeln!(all, "{since} {health}: {}", told(&text));
        }
    }
    expect![[r#"
        1s healthy: passed
        1s starting: wait 19s
        1s unhealthy: wait 19s
        20s healthy: passed
        20s starting: wait 12s
        20s unhealthy: warned: it runs and is unhealthy
        31s healthy: passed
        31s starting: wait 1s
        31s unhealthy: warned: it runs and is unhealthy
        32s healthy: passed
        32s starting: warned: it runs, and its healthcheck has not said healthy yet
        32s unhealthy: warned: it runs and is unhealthy
    "#]]
    .assert_eq(&all);
}

#[test]
fn an_unhealthy_replacement_is_taken_back_unless_a_new_image_may_have_rewritten_data() {
    let spec =
        |data: &str| format!("{{image: app:1, healthcheck: {{command: curl localhost}}, mounts: [{data}]}}");
    let mut all = String::new();
    for data in ["", "source: data", "source: data, readOnly: true"] {
        for image in ["sha256:one", "sha256:two"] {
            let mount = if data.is_empty() {
                String::new()
            } else {
                format!("{{type: volume, {data}, target: /data}}")
            };
            let text = format!(
                "Container web {}\n live running\n from {image}\n health unhealthy\n applied\n intent recreate stabilising 10s",
                spec(&mount)
            );
            let _ = writeln!(all, "[{data}] {image}: {}", told(&text));
        }
    }
    expect![[r#"
        [] sha256:one: failed: it runs and is unhealthy
        [] sha256:two: failed: it runs and is unhealthy
        [source: data] sha256:one: failed: it runs and is unhealthy
        [source: data] sha256:two: warned: it runs and is unhealthy
        [source: data, readOnly: true] sha256:one: failed: it runs and is unhealthy
        [source: data, readOnly: true] sha256:two: failed: it runs and is unhealthy
    "#]]
    .assert_eq(&all);
}

#[test]
fn stabilise_is_at_least_the_start_period() {
    let expects = |healthcheck: &str| {
        let text = format!("Container web {{image: app:1, {healthcheck}}}\n live absent");
        evaluate(world(&text)).choice.expect("it is made").plan.expectation.stabilise.as_secs()
    };
    assert_eq!(expects("init: true"), 10);
    assert_eq!(expects("healthcheck: {command: x, startPeriod: 5s}"), 10);
    assert_eq!(expects("healthcheck: {command: x, startPeriod: 90s}"), 90);
}
