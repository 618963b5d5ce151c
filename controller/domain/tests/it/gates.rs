//! The gates: each can stop something, each lets things pass, and all are asked in their order.

use podsteward_domain::decision::{Decision, Gate, GateAnswer, Verdict};
use podsteward_domain::evaluate::evaluate;

use crate::confidence::SICK;
use crate::fixture::world;

fn decision(text: &str) -> Decision {
    evaluate(world(text)).choice.expect("something could be done").decision
}

fn answer(text: &str, gate: Gate) -> GateAnswer {
    decision(text).gates.into_iter().find(|result| result.gate == gate).expect("all gates are asked").answer
}

const MISSING: &str = "Container web {image: app:1}\n live absent";
const DRIFT: &str = "Container web {image: app:1, args: [one]}\n live running\n made-of {image: app:1, args: [two]}\n applied";
const EDITED: &str =
    "Container web {image: app:2}\n live running\n made-of {image: app:1}\n applied {image: app:1}";
const WAITS: &str = "Container web {image: app:1, dependsOn: [{name: db}]}\n live absent";
/// A declared change to another image that may write what the old one wrote.
const UPGRADED: &str = "Container web {image: app:2, mounts: [{type: volume, source: data, target: /data}]}
    live running
    made-of {image: app:1, mounts: [{type: volume, source: data, target: /data}]}
    applied {image: app:1, mounts: [{type: volume, source: data, target: /data}]}
    image sha256:two
    uses volume data exists";
/// A filesystem that is full, with a volume that a cleanup would throw away.
const FULL: &str = "DiskPolicy data {path: /srv, cleanup: [{pruneVolumes: {names: [scratch]}}]}
    applied
    used 90
    pressure space 1m
    inventory
    kept-volume scratch
    track disk-cleanup successes 30 adjustment 1500
    approval disk-cleanup approved 1m";
/// A container about which an alert fires, with a route that may act once an hour.
const ALERTED: &str = "Container web {image: app:1}
    live running
    applied
    alert Slow 2m 1m {match: {alertname: Slow}, action: service-restart, targetLabel: container, limits: {perTarget: 1, per: 1h}}";
/// An unhealthy container that depends on another one.
const LEANING: &str =
    "Container web {image: app:1, dependsOn: [{name: db}], healthcheck: {command: curl localhost}}
    live running
    applied
    health unhealthy refused";

/// For each gate what it stops, and its neighbour that it lets pass: a World, a line that is added to it so that the
/// gate stops, and one that is added so that it does not. What is above the gate passes both times.
const BOTH_WAYS: [(Gate, &str, &str, &str); 21] = [
    (Gate::Mode, SICK, "policy {mode: observe}", "policy {mode: full}"),
    (Gate::Switch, MISSING, "switch paused", ""),
    (Gate::Pause, MISSING, "pause", ""),
    (
        Gate::Hold,
        "Container web {image: app:1}\n live exited\n applied",
        "exit hand-stop 0 14m\n hand-stopped 14m",
        "exit hand-stop 0 15m\n hand-stopped 15m",
    ),
    (Gate::Quarantine, EDITED, "quarantined rolled-back same", "quarantined rolled-back other"),
    (Gate::Backoff, MISSING, "terminal make same 4m no such image", "terminal make same 5m no such image"),
    (Gate::Dependencies, WAITS, "needs db down", "needs db running"),
    (
        Gate::Override,
        SICK,
        "policy {overrides: [{match: {names: [web]}, autoRestart: false}]}",
        "policy {overrides: [{match: {names: [db]}, autoRestart: false}]}",
    ),
    (
        Gate::Suppression,
        SICK,
        "policy {suppress: [{finding: unhealthy, reason: known}]}",
        "policy {suppress: [{finding: drift, reason: known}]}",
    ),
    (Gate::Breaker, SICK, "track service-restart opened 23h", "track service-restart opened 24h"),
    (Gate::Cooldown, SICK, "track service-restart ended 4m", "track service-restart ended 5m"),
    (
        Gate::Budget,
        SICK,
        "track service-restart restarts 1m,10m,20m,30m,59m",
        "track service-restart restarts 1m,10m,20m,30m,60m",
    ),
    (Gate::Limit, ALERTED, "answered 59m other", "answered 60m other"),
    (
        Gate::OneInFlight,
        "Container web {image: app:1}\n live exited\n applied",
        "intent create stabilising",
        "",
    ),
    (Gate::Consequence, LEANING, "needs db running", "needs db healthy"),
    (Gate::Storm, SICK, "storm 119s", "storm 120s"),
    (Gate::Freshness, MISSING, "age 2001ms", "age 2s"),
    (
        Gate::MaintenanceWindow,
        SICK,
        "policy {maintenanceWindows: [{actions: [service-restart], zone: UTC, from: '12:01', to: '13:00'}]}",
        "policy {maintenanceWindows: [{actions: [service-restart], zone: UTC, from: '12:00', to: '13:00'}]}",
    ),
    (Gate::Backup, FULL, "guard {maxAge: 1d} done 25h", "guard {maxAge: 1d} done 24h"),
    (Gate::Approval, DRIFT, "adopted", ""),
    (Gate::Verdict, SICK, "overall service-restart failures 9", "overall service-restart failures 1"),
];

/// Both Worlds of a row.
fn both((_, world, stopped, passed): (Gate, &str, &str, &str)) -> [String; 2] {
    [stopped, passed].map(|line| format!("{world}\n {line}"))
}

#[test]
fn every_gate_is_shown_both_ways() {
    assert_eq!(BOTH_WAYS.map(|(gate, ..)| gate).as_slice(), Gate::ALL);
}

#[test]
fn each_gate_stops_or_limits_something_and_lets_its_neighbour_pass() {
    for row in BOTH_WAYS {
        let (gate, [stopped, passed]) = (row.0, both(row));
        assert_ne!(answer(&stopped, gate), GateAnswer::Pass, "{gate} does not pass:\n{stopped}");
        assert_eq!(answer(&passed, gate), GateAnswer::Pass, "{gate} passes:\n{passed}");
    }
}

#[test]
fn each_gate_alone_keeps_the_plan_from_being_begun() {
    for row in BOTH_WAYS {
        let [stopped, passed] = both(row);
        let stopped = decision(&stopped);
        // The mode limits the verdict, and the verdict stops it.
        let by = if row.0 == Gate::Mode { Gate::Verdict } else { row.0 };
        let stops: Vec<Gate> = stopped.stops().map(|result| result.gate).collect();
        assert_eq!(stops, [by], "{stopped:?}");
        assert_eq!(decision(&passed).withheld_by(), None, "{passed}");
    }
}

#[test]
fn all_gates_are_asked_in_their_order_whatever_stops_it() {
    for text in BOTH_WAYS.into_iter().flat_map(both) {
        let asked: Vec<Gate> = decision(&text).gates.iter().map(|result| result.gate).collect();
        assert_eq!(asked, Gate::ALL);
    }
}

#[test]
fn no_gate_of_remediation_ever_holds_declared_work() {
    let lines: Vec<&str> = BOTH_WAYS
        .iter()
        .filter(|(gate, ..)| gate.is_of_remediation() && *gate != Gate::Consequence)
        .map(|(_, _, stopped, _)| *stopped)
        .filter(|line| !line.starts_with("policy"))
        .collect();
    let policy = "policy {mode: observe, suppress: [{finding: missing, reason: known}, {finding: not_running, reason: known}], overrides: [{match: {names: [web]}, autoRestart: false, requiresConfirmation: true, deny: [service-restart, drift-reconciliation, orphan-removal]}], maintenanceWindows: [{actions: [service-restart, drift-reconciliation], zone: UTC, from: '12:01', to: '13:00'}]}";
    let held = format!("{policy}\n {}", lines.join("\n "));
    for declared in
        [MISSING, EDITED, UPGRADED, "Container web {image: app:1}\n live exited\n applied\n exit death 1 1m"]
    {
        let decision = decision(&format!("{declared}\n {held}"));
        assert_eq!(decision.withheld_by(), None, "{decision:?}");
        assert_eq!(decision.verdict, Verdict::Declared);
        let answers = decision.gates.iter().filter(|result| result.gate.is_of_remediation());
        assert!(answers.into_iter().all(|result| result.answer == GateAnswer::Pass), "{decision:?}");
    }
}

#[test]
fn the_order_in_which_gates_are_asked_is_part_of_the_log() {
    let names: Vec<&str> = Gate::ALL.iter().map(|gate| gate.as_str()).collect();
    let order = "mode switch pause hold quarantine backoff dependencies override suppression breaker cooldown budget \
                 limit one-in-flight consequence storm freshness maintenance-window backup approval verdict";
    assert_eq!(names.join(" "), order);
}

#[test]
fn only_the_age_of_what_is_known_asks_for_a_fresh_look() {
    let old = "Container web {image: app:1}\n live absent\n age 5s";
    assert!(decision(old).needs_fresh_look());
    assert!(!decision(&format!("{old}\n pause")).needs_fresh_look());
    assert!(!decision(&format!("{old}\n intent create stabilising")).needs_fresh_look());
    assert!(!decision(MISSING).needs_fresh_look());
}

#[test]
fn what_lacks_nothing_but_a_fresh_look_is_not_passed_over_for_something_less_urgent() {
    let edited = decision(
        "Container web {image: app:2}
         live exited
         made-of {image: app:1}
         applied {image: app:1}
         image not-yet",
    );
    assert_eq!(edited.trigger.as_str(), "edited");
    assert!(edited.needs_fresh_look());
}

#[test]
fn an_edit_is_not_even_noted_while_it_is_not_known_what_its_image_means() {
    let first = "Container web {image: app:1}\n live running";
    assert_eq!(answer(first, Gate::Freshness), GateAnswer::Pass);
    for image in ["image unknown", "image not-yet"] {
        assert!(answer(&format!("{first}\n {image}"), Gate::Freshness).stops(), "{image}");
    }
}

#[test]
fn nothing_is_begun_while_the_engine_has_not_said_what_it_can_do() {
    for engine in ["not-yet", "unknown"] {
        let edited = format!(
            "Container web {{image: app:2}}\n live running\n made-of {{image: app:1}}\n applied {{image: app:1}}\n engine {engine}"
        );
        assert!(answer(&edited, Gate::Freshness).stops(), "{engine}");
    }
}

#[test]
fn what_lacks_nothing_but_a_word_is_not_passed_over_for_something_that_is_held() {
    let check = "healthcheck: {command: curl localhost}";
    let quarantined = format!(
        "Container web {{image: app:2, {check}}}
         live running
         made-of {{image: app:1, {check}}}
         applied {{image: app:1, {check}}}
         health unhealthy refused
         quarantined rolled-back same"
    );
    let sure = decision(&quarantined);
    assert_eq!((sure.trigger.as_str(), sure.withheld_by()), ("unhealthy", None), "it may begin");
    let unsure = decision(&format!("{quarantined}\n overall service-restart failures 3"));
    assert_eq!(unsure.trigger.as_str(), "unhealthy");
    assert!(unsure.asks());
}
