//! What becomes of the open approvals of an object, seen from what could be done about it now.
//!
//! Owns when an approval is over: its time is, its trigger is gone, or its plan is another one. Never writes one.

use std::time::Duration;

use crate::approval::{Approval, ApprovalId, ApprovalState};
use crate::decision::Decision;
use crate::switch::SwitchState;
use crate::view::View;
use crate::world::Desired;

/// The approvals that are over, with what they become. While podsteward is stopped their time stands still; while
/// what a plan is made of is not known nothing is over.
pub fn over(view: &View<'_>, decisions: &[Decision]) -> Vec<(ApprovalId, ApprovalState)> {
    if !is_known(view) || stands_still(view) {
        return Vec::new();
    }
    let open = view.world.standing.approvals.iter().filter(|approval| approval.state.is_open());
    open.filter_map(|approval| Some((approval.id, becomes(view, decisions, approval)?))).collect()
}

/// Whether the manifests, the object and what it would be made from were read: else a plan that is missing, or is
/// another one, tells nothing.
fn is_known(view: &View<'_>) -> bool {
    // What nothing declares is made from nothing.
    let declared = view.container.as_ref().filter(|container| container.spec.is_some());
    let made_from = declared.is_none_or(|container| container.facts.image.value().is_some());
    let engine = view.world.engine.value().is_some() && !view.world.host.engine_assumed;
    view.world.desired != Desired::NotYet && view.presence.is_known() && made_from && engine
}

fn becomes(view: &View<'_>, decisions: &[Decision], approval: &Approval) -> Option<ApprovalState> {
    // While its plan is under way the trigger may be gone already.
    if view.world.intent.is_some() {
        return None;
    }
    let question = &approval.question;
    let of_action: Vec<&Decision> =
        decisions.iter().filter(|decision| decision.action == question.action).collect();
    let closed = |why: &str| Some(ApprovalState::Closed { why: why.to_owned() });
    // A no holds until the plan changes, also when the trigger comes and goes.
    if of_action.is_empty() && matches!(approval.state, ApprovalState::Rejected { .. }) {
        return None;
    }
    let overdue = approval.overdue(view.world.now, &view.world.policy.approvals);
    if of_action.is_empty() {
        return overdue.or_else(|| closed("what called for it is gone"));
    }
    if !of_action.iter().any(|decision| decision.digest == question.digest) {
        return closed("the plan is another one now");
    }
    overdue
}

/// When the next approval is over.
pub fn next(view: &View<'_>) -> Option<Duration> {
    let now = view.world.now;
    if stands_still(view) {
        return None;
    }
    let open = view.world.standing.approvals.iter();
    open.filter_map(|approval| Some(approval.ends(now, &view.world.policy.approvals)?.since(now))).min()
}

fn stands_still(view: &View<'_>) -> bool {
    view.world.switch.state(view.world.now) == SwitchState::Stopped
}
