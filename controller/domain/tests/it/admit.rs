//! The last question before a plan begins, about what may have changed since the decision.

use std::time::Duration;

use podsteward_domain::admit::{Admission, Case, GateFacts, IntentDraft, Lease, judge};
use podsteward_domain::decision::{Decision, Gate};
use podsteward_domain::evaluate::evaluate;
use podsteward_domain::intent::IntentId;
use podsteward_domain::standing::Standing;
use podsteward_domain::switch::{Pause, Switch, SwitchState};

use crate::confidence::SICK;
use crate::fixture::{NOW, memory, world};
use crate::told::first_stop;

fn draft(text: &str) -> (Decision, IntentDraft, Case) {
    let world = world(text);
    let choice = evaluate(world.clone()).choice.expect("something to do");
    assert_eq!(choice.decision.withheld_by(), None);
    let draft = memory::draft(&world, &choice);
    (choice.decision, draft, choice.case)
}

const WEB: &str = "Container web {image: app:1, mounts: [{type: volume, source: data, target: /data}]}
    live absent
    uses volume data declared exists";
const OTHER: &str = "Container db {image: app:1, mounts: [{type: volume, source: data, target: /data}]}
    live absent
    uses volume data declared exists";
const VOLUME: &str = "Volume data {deletionPolicy: Delete}\n desired vanishing 1m 2\n live there";

fn facts() -> GateFacts {
    GateFacts { now: NOW, switch: Switch::default(), leases: Vec::new(), standing: Standing::default() }
}

fn lease(text: &str) -> Lease {
    let (_, draft, _) = draft(text);
    Lease { intent: IntentId(3), key: draft.key, action: draft.action, touches: draft.touches }
}

/// What the judge says of a plan; empty: it is admitted.
fn judged(text: &str, facts: &GateFacts) -> String {
    let (decision, draft, case) = draft(text);
    match judge(decision, draft.clone(), &case, facts) {
        Admission::Admit(admitted, _, _) => {
            assert_eq!(*admitted, draft, "what is admitted is what was asked for");
            String::new()
        }
        Admission::Withhold(decision, _) => first_stop(&decision),
        Admission::Ask(question, _) => panic!("nobody is asked: {question:?}"),
    }
}

fn pause() -> Pause {
    Pause { reason: "lunch".into(), by: "ada".into(), since: NOW, length: Some(Duration::from_mins(1)) }
}

#[test]
fn nothing_changed_and_it_begins() {
    assert_eq!(judged(WEB, &facts()), "");
}

#[test]
fn a_pause_or_a_stop_that_came_in_between_wins() {
    let mut paused = facts();
    paused.switch = Switch { state: SwitchState::Paused, pause: Some(pause()), ..Switch::default() };
    assert_eq!(judged(WEB, &paused), "held by switch: paused by ada: lunch");
    let mut stopped = facts();
    stopped.switch = Switch { state: SwitchState::Stopped, pause: Some(pause()), ..Switch::default() };
    assert_eq!(judged(WEB, &stopped), "held by switch: stopped by ada: lunch");
    let mut one = facts();
    one.switch.objects.insert("container/web".parse().unwrap(), pause());
    assert_eq!(judged(WEB, &one), "held by pause: paused by ada: lunch");
    assert_eq!(judged(OTHER, &one), "", "the pause of one object is no other's");
}

#[test]
fn a_pause_that_is_over_is_over() {
    let mut over = facts();
    over.switch = Switch { state: SwitchState::Paused, pause: Some(pause()), ..Switch::default() };
    over.now = NOW.after(Duration::from_mins(1));
    assert_eq!(judged(WEB, &over), "");
}

#[test]
fn one_object_has_one_plan_in_flight() {
    let held = GateFacts { leases: vec![lease(WEB)], ..facts() };
    assert_eq!(judged(WEB, &held), "held by one-in-flight: plan 3 of container/web holds it");
    assert_eq!(judged(OTHER, &held), "", "two containers may use one volume");
}

#[test]
fn one_network_has_one_plan_in_flight_too() {
    let made = GateFacts { leases: vec![lease("Network lan\n live absent")], ..facts() };
    let removed = "Network lan\n desired vanishing 1m 2\n live there";
    assert_eq!(judged(removed, &made), "held by one-in-flight: plan 3 of network/lan holds it");
    assert_eq!(judged("Network wan\n live absent", &made), "");
}

#[test]
fn a_container_that_a_plan_touches_under_another_name_is_held_too() {
    let mut lease = lease(OTHER);
    lease.touches.containers.insert("web".into());
    let held = GateFacts { leases: vec![lease], ..facts() };
    assert_eq!(judged(WEB, &held), "held by one-in-flight: plan 3 of container/db holds it");
}

#[test]
fn what_a_plan_uses_is_not_removed_and_what_is_being_removed_is_not_used() {
    let used = GateFacts { leases: vec![lease(WEB)], ..facts() };
    assert_eq!(judged(VOLUME, &used), "held by one-in-flight: plan 3 of container/web holds it");
    let removed = GateFacts { leases: vec![lease(VOLUME)], ..facts() };
    assert_eq!(judged(WEB, &removed), "held by one-in-flight: plan 3 of volume/data holds it");
}

#[test]
fn what_was_withheld_before_stays_so() {
    let (mut decision, draft, case) = draft(WEB);
    let quarantine = decision.gates.iter_mut().find(|result| result.gate == Gate::Quarantine).unwrap();
    quarantine.answer = podsteward_domain::decision::GateAnswer::Deny { detail: "taken back".into() };
    let Admission::Withhold(decision, _) = judge(decision, draft, &case, &facts()) else {
        panic!("it is withheld")
    };
    assert_eq!(first_stop(&decision), "held by quarantine: taken back");
}

/// What is remembered, and what is under way, as another World knows it.
fn meanwhile(text: &str) -> GateFacts {
    let world = world(text);
    GateFacts {
        now: NOW,
        switch: world.switch.clone(),
        leases: world.host.leases.clone(),
        standing: world.standing.clone(),
    }
}

#[test]
fn every_gate_that_can_race_is_asked_again_with_what_the_store_knows() {
    let rows = [
        (
            "track service-restart opened 1h",
            "held by breaker: service-restart failed too often on this target",
        ),
        (
            "overall service-restart opened 25h\n lease container/db service-restart",
            "held by breaker: service-restart failed too often, on several targets; its one trial is under way",
        ),
        (
            "track service-restart ended 1m",
            "held by cooldown: service-restart rests for 5m after it was tried",
        ),
        (
            "track service-restart restarts 1m,1m,1m,1m,1m",
            "held by budget: 5 of 5 restarts within the hour are spent",
        ),
        (
            "lease container/db service-restart\n lease container/proxy service-restart",
            "held by budget: 2 of at most 2 remediations are under way",
        ),
        ("lease container/web start", "held by one-in-flight: plan 3 of container/web holds it"),
        ("lease container/db apply\n lease container/proxy start", ""),
        ("track service-restart successes 3", ""),
    ];
    for (known, expected) in rows {
        let facts = meanwhile(&format!("{SICK}\n {known}"));
        assert_eq!(judged(SICK, &facts), expected, "{known}");
    }
}

#[test]
fn what_held_it_before_and_is_over_now_lets_it_pass() {
    let held = evaluate(world(&format!("{SICK}\n track service-restart ended 1m"))).choice.unwrap();
    let draft = memory::draft(&world(SICK), &held);
    assert_eq!(held.decision.withheld_by().map(|result| result.gate), Some(Gate::Cooldown));
    let admission = judge(held.decision, draft, &held.case, &meanwhile(SICK));
    assert!(matches!(admission, Admission::Admit(..)), "{admission:?}");
}

#[test]
fn the_decision_that_is_written_down_shows_what_was_found_inside_the_transaction() {
    let (decision, draft, case) = draft(SICK);
    let facts = meanwhile(&format!("{SICK}\n track service-restart ended 1m"));
    let Admission::Withhold(written, told) = judge(decision, draft, &case, &facts) else {
        panic!("it rests")
    };
    assert_eq!(written.withheld_by().map(|result| result.gate), Some(Gate::Cooldown));
    assert_eq!(told, None);
}
