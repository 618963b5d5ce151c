//! The chapter about an object that is looked at.
//!
//! Owns one look that finds an object left alone: somebody paused it, and what is called for was tried not long ago.

use podsteward_domain::action::Action;
use podsteward_domain::decision::{Decision, Gate, GateAnswer, GateResult, Verdict};
use podsteward_domain::status::{Condition, ConditionStatus, ConditionType, ObjectState, ObjectStatus};
use podsteward_domain::time::Moment;

use super::{decision, judgement, web};
use crate::{ObjectEvent, Telemetry};

fn status() -> ObjectStatus {
    let held = Condition {
        kind: ConditionType::Held,
        status: ConditionStatus::True,
        reason: "Paused".to_owned(),
        message: "by ada: upgrade of the host".to_owned(),
        last_transition_time: Moment::default(),
    };
    ObjectStatus {
        key: web(),
        state: ObjectState::Match,
        message: String::new(),
        conditions: vec![held],
        restarts: 1,
        container_id: None,
        image: None,
        created_ms: None,
        observed: Moment::default(),
    }
}

/// A restart that is called for and was tried not long ago.
fn held_back() -> Decision {
    let until = Some(Moment { wall_ms: 1_790_000_300_000, ..Moment::default() });
    let answer = GateAnswer::Hold { detail: "it was tried 1 m ago".to_owned(), until };
    let gates = vec![GateResult { gate: Gate::Cooldown, answer }];
    let of_restart = decision(Action::ServiceRestart, Verdict::NotifyExecute);
    Decision { judgement: Some(judgement()), gates, ..of_restart }
}

/// An object is looked at.
pub(super) fn look(telemetry: &Telemetry) {
    telemetry.emit(ObjectEvent::Looked { status: &status(), decisions: &[held_back()] });
}
