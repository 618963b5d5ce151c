//! What verification looks for after an action, beyond what the way of doing it brings along.
//!
//! Owns the column "verified when" for remediation, and how long a result must hold.

use std::time::Duration;

use podsteward_specs::container::Container;

use crate::action::Action;
use crate::limits;
use crate::plan::{Expectation, ExpectedState, Plan, Shape};
use crate::probe::startup_budget;
use crate::view::View;

/// The plan with the expectation of its action.
pub(super) fn of_action(view: &View<'_>, action: Action, plan: Plan) -> Plan {
    let state = match (action, plan.expectation.state) {
        (Action::ServiceRestart, _) => ExpectedState::Well,
        (Action::ResourcePressure, _) => ExpectedState::Lighter,
        // A start ends a stop by hand; it mends no field.
        (Action::DriftReconciliation, ExpectedState::Running) if plan.shape != Shape::Start => {
            ExpectedState::RunningAsDeclared
        }
        (_, state) => state,
    };
    if action.is_declared() || action.stabilise().is_zero() {
        return Plan { expectation: Expectation { state, ..plan.expectation }, ..plan };
    }
    let spec = view.container.as_ref().and_then(|container| container.spec);
    let stabilise = action.stabilise().max(spec.map_or(Duration::ZERO, |spec| warm_up(view, spec)));
    Plan { expectation: Expectation { state, stabilise }, ..plan }
}

/// How long a container may take until it can be judged: its healthcheck's start period, the budget of its startup
/// probe, and what its manifest or the policy grants a restart.
pub(super) fn warm_up(view: &View<'_>, spec: &Container) -> Duration {
    let check = spec.healthcheck.as_ref().map_or(Duration::ZERO, |check| check.start_period);
    let limits =
        limits::limits(&view.world.policy, view.world.key.name.as_str(), view.document.map(|it| &**it));
    check.max(startup_budget(spec)).max(limits.restart_timeout.unwrap_or_default())
}
