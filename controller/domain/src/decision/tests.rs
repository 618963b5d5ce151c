//! Which gate a withheld decision names, whatever the age of the last look.

use super::*;
use crate::notification;
use crate::time::BootId;

fn hold(gate: Gate) -> GateResult {
    GateResult { gate, answer: GateAnswer::Hold { detail: gate.to_string(), until: None } }
}

fn deny(gate: Gate) -> GateResult {
    GateResult { gate, answer: GateAnswer::Deny { detail: gate.to_string() } }
}

fn decision(gates: Vec<GateResult>) -> Decision {
    Decision {
        action: Action::ServiceRestart,
        target: "container/web".parse().unwrap(),
        trigger: FindingKind::Unhealthy,
        reason: "its healthcheck failed".to_owned(),
        verdict: Verdict::AlertOnly,
        judgement: None,
        digest: String::new(),
        gates,
    }
}

fn named(gates: Vec<GateResult>) -> Option<Gate> {
    decision(gates).withheld_by().map(|result| result.gate)
}

#[test]
fn an_old_look_is_named_only_where_nothing_else_stands_in_the_way() {
    assert_eq!(named(vec![]), None);
    assert_eq!(named(vec![hold(Gate::Freshness)]), Some(Gate::Freshness));
    assert_eq!(named(vec![hold(Gate::Freshness), deny(Gate::Verdict)]), Some(Gate::Verdict));
    assert_eq!(
        named(vec![hold(Gate::Freshness), hold(Gate::MaintenanceWindow)]),
        Some(Gate::MaintenanceWindow)
    );
    assert_eq!(named(vec![hold(Gate::Cooldown), hold(Gate::Freshness)]), Some(Gate::Cooldown));
}

#[test]
fn what_is_known_to_be_stale_by_itself_is_named_as_any_gate() {
    assert_eq!(named(vec![deny(Gate::Freshness), deny(Gate::Verdict)]), Some(Gate::Freshness));
}

#[test]
fn a_decision_opens_when_the_last_of_its_gates_does_whatever_the_clock_was_set_to() {
    let until = |gate, wall_ms, boot_ms| {
        let until = Some(Moment { wall_ms, boot_ms, boot_id: BootId(1) });
        GateResult { gate, answer: GateAnswer::Hold { detail: String::new(), until } }
    };
    let opens = |gates| decision(gates).opens().map(|at| at.boot_ms);
    let (before, after) = (until(Gate::Cooldown, 86_400_000, 1_000), until(Gate::Budget, 0, 2_000));
    assert_eq!(opens(vec![before.clone(), after.clone()]), Some(2_000));
    assert_eq!(opens(vec![after, before, hold(Gate::Storm)]), Some(2_000));
    assert_eq!(opens(vec![hold(Gate::Storm)]), None);
}

#[test]
fn what_is_left_to_people_is_told_however_old_the_last_look_is() {
    let told = |gates| notification::withheld(&decision(gates)).map(|told| told.body);
    let expected = Some("its healthcheck failed. It is verdict.".to_owned());
    assert_eq!(told(vec![deny(Gate::Verdict)]), expected);
    assert_eq!(told(vec![hold(Gate::Freshness), deny(Gate::Verdict)]), expected);
    assert_eq!(told(vec![hold(Gate::Cooldown), deny(Gate::Verdict)]), None);
    assert_eq!(told(vec![deny(Gate::Freshness), deny(Gate::Verdict)]), None);
}
