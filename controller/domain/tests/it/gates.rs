//! The gates: each can stop something, each lets things pass, and all are asked in their order.

use podsteward_domain::decision::{Decision, Gate, GateAnswer};
use podsteward_domain::evaluate::evaluate;

use crate::fixture::world;

fn decision(text: &str) -> Decision {
    evaluate(world(text)).choice.expect("something could be done").decision
}

fn answer(text: &str, gate: Gate) -> GateAnswer {
    decision(text).gates.into_iter().find(|result| result.gate == gate).expect("all gates are asked").answer
}

const MISSING: &str = "Container web {image: app:1}\n live absent";
const DRIFT: &str = "Container web {image: app:1, args: [one]}\n live running\n made-of {image: app:1, args: [two]}\n applied";
const ADOPTED: &str = "Container web {image: app:1, args: [one]}
    live running
    made-of {image: app:1, args: [two]}
    applied
    adopted";

/// One World that a gate stops, and one that it lets pass. The verdict stops nothing yet: nothing that is built
/// has one that does not execute.
const BOTH_WAYS: [(Gate, &str, &str); 9] = [
    (Gate::Switch, "Container web {image: app:1}\n live absent\n switch paused", MISSING),
    (Gate::Pause, "Container web {image: app:1}\n live absent\n pause", MISSING),
    (
        Gate::Hold,
        "Container web {image: app:1}\n live exited\n applied\n exit hand-stop 0 14m\n hand-stopped 14m",
        "Container web {image: app:1}\n live exited\n applied\n exit hand-stop 0 15m\n hand-stopped 15m",
    ),
    (
        Gate::Quarantine,
        "Container web {image: app:2}\n live running\n made-of {image: app:1}\n applied {image: app:1}\n quarantined rolled-back same",
        "Container web {image: app:2}\n live running\n made-of {image: app:1}\n applied {image: app:1}\n quarantined rolled-back other",
    ),
    (
        Gate::Backoff,
        "Container web {image: app:1}\n live absent\n terminal make same 4m no such image",
        "Container web {image: app:1}\n live absent\n terminal make same 5m no such image",
    ),
    (
        Gate::Dependencies,
        "Container web {image: app:1, dependsOn: [{name: db}]}\n live absent\n needs db down",
        "Container web {image: app:1, dependsOn: [{name: db}]}\n live absent\n needs db running",
    ),
    (Gate::Approval, ADOPTED, DRIFT),
    (
        Gate::Freshness,
        "Container web {image: app:1}\n live absent\n age 2001ms",
        "Container web {image: app:1}\n live absent\n age 2s",
    ),
    (
        Gate::OneInFlight,
        "Container web {image: app:1}\n live exited\n applied\n intent create stabilising",
        "Container web {image: app:1}\n live exited\n applied",
    ),
];

#[test]
fn each_gate_stops_something_and_lets_its_neighbour_pass() {
    for (gate, stopped, passed) in BOTH_WAYS {
        assert!(answer(stopped, gate).stops(), "{gate} stops:\n{stopped}");
        assert_eq!(answer(passed, gate), GateAnswer::Pass, "{gate} passes:\n{passed}");
    }
}

#[test]
fn each_gate_alone_keeps_the_plan_from_being_begun() {
    for (gate, stopped, passed) in BOTH_WAYS {
        let stopped = decision(stopped);
        assert_eq!(stopped.withheld_by().map(|result| result.gate), Some(gate), "{stopped:?}");
        assert_eq!(decision(passed).withheld_by(), None, "{passed}");
    }
}

#[test]
fn all_gates_are_asked_in_their_order_whatever_stops_it() {
    for (_, stopped, passed) in BOTH_WAYS {
        for text in [stopped, passed] {
            let asked: Vec<Gate> = decision(text).gates.iter().map(|result| result.gate).collect();
            assert_eq!(asked, Gate::ALL);
        }
    }
}

#[test]
fn the_order_in_which_gates_are_asked_is_part_of_the_log() {
    let names: Vec<&str> = Gate::ALL.iter().map(|gate| gate.as_str()).collect();
    let order = "mode switch pause hold quarantine backoff dependencies override suppression breaker cooldown budget \
                 one-in-flight consequence storm freshness maintenance-window approval verdict";
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
fn nothing_is_begun_while_the_engine_has_not_said_what_it_can_do() {
    for engine in ["not-yet", "unknown"] {
        let edited = format!(
            "Container web {{image: app:2}}\n live running\n made-of {{image: app:1}}\n applied {{image: app:1}}\n engine {engine}"
        );
        assert!(answer(&edited, Gate::Freshness).stops(), "{engine}");
    }
}
