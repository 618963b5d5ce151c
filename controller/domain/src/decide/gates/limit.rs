//! Gates that a manifest or the policy sets: the mode, overrides and denials, suppressions, maintenance windows.
//!
//! Owns one question a function. What they answer changes with the manifests only, so that nothing races with them.

use podsteward_specs::policy::{Mode, RemediationPolicy, Suppression};

use super::{denied, held};
use crate::action::Action;
use crate::admit::Case;
use crate::decide::Proposal;
use crate::decision::{GateAnswer, Verdict};
use crate::finding::Finding;
use crate::limits::Limits;
use crate::suppress;
use crate::time::Moment;
use crate::view::{Presence, View};

/// The policy's mode.
pub(super) fn mode(policy: &RemediationPolicy) -> GateAnswer {
    let cap = |verdict, detail: &str| GateAnswer::Cap { verdict, detail: detail.to_owned() };
    match policy.mode {
        Mode::Full => GateAnswer::Pass,
        Mode::Ask => cap(Verdict::Queue, "the policy's mode is ask"),
        Mode::Observe => cap(Verdict::AlertOnly, "the policy's mode is observe"),
    }
}

/// What the manifest or an override forbids, or wants confirmed. Deny wins.
pub(super) fn overridden(view: &View<'_>, case: &Case) -> GateAnswer {
    let by_limits = by_limits(case.action, &case.limits);
    let Some(call) = case.call.as_ref().filter(|_| !matches!(by_limits, GateAnswer::Deny { .. })) else {
        return by_limits;
    };
    if let Some(why) = &call.nowhere {
        let detail = format!("there is nothing to act on: {why}");
        return GateAnswer::Cap { verdict: Verdict::AlertOnly, detail };
    }
    if let Some(stopped) = not_ours(view) {
        return stopped;
    }
    if call.requires_confirmation && by_limits == GateAnswer::Pass {
        let detail = format!("requiresConfirmation is true by {}", call.route);
        return GateAnswer::Cap { verdict: Verdict::Queue, detail };
    }
    by_limits
}

/// An alert calls for something on what podsteward owns alone: nothing of somebody else's is stopped because of one.
fn not_ours(view: &View<'_>) -> Option<GateAnswer> {
    match &view.presence {
        Presence::Ours => None,
        Presence::Foreign(why) => Some(denied(why)),
        Presence::Adoptable => Some(held("it is not taken over yet", None)),
        Presence::Absent => Some(held("it does not exist", None)),
        Presence::NotYet | Presence::Unknown => Some(held("whether it is there is not known", None)),
    }
}

/// What the limits of an object say to an action. Deny wins.
pub fn by_limits(action: Action, limits: &Limits) -> GateAnswer {
    if limits.deny.contains(action.as_str()) {
        return denied(format!("{action} is denied by its manifest or an override of the policy"));
    }
    let restarts = matches!(action, Action::ServiceRestart | Action::ResourcePressure);
    if let Some(by) = limits.no_restart.filter(|_| restarts) {
        return denied(format!("autoRestart is false by {by}"));
    }
    // What is well and only large is not restarted unless somebody said that it may be.
    if action == Action::ResourcePressure && !limits.may_restart {
        return denied("its manifest does not allow a restart (remediation.autoRestart: true)");
    }
    match limits.confirmation {
        Some(by) => GateAnswer::Cap {
            verdict: Verdict::Queue,
            detail: format!("requiresConfirmation is true by {by}"),
        },
        None => GateAnswer::Pass,
    }
}

/// A finding that is known and left alone.
pub(super) fn suppression(view: &View<'_>, findings: &[Finding], proposal: &Proposal) -> GateAnswer {
    let found = findings.iter().find(|finding| finding.kind == proposal.trigger);
    match found
        .and_then(|finding| suppress::of(finding.kind, &finding.target, &view.world.policy, view.world.now))
    {
        Some(suppression) => held(suppress::sentence(suppression), until(suppression, view.world.now)),
        None => GateAnswer::Pass,
    }
}

/// The wall clock's time as a moment of this boot.
fn until(suppression: &Suppression, now: Moment) -> Option<Moment> {
    suppression.until_ms.map(|until| at(until, now))
}

fn at(wall_ms: i64, now: Moment) -> Moment {
    let ahead = u64::try_from(wall_ms.saturating_sub(now.wall_ms)).unwrap_or(0);
    now.after(std::time::Duration::from_millis(ahead))
}

/// An action that a window names runs in the windows that name it only.
pub fn maintenance_window(action: Action, policy: &RemediationPolicy, now: Moment) -> GateAnswer {
    let named = policy.maintenance_windows.iter().filter(|it| it.actions.contains(action.as_str()));
    let windows: Vec<_> = named.map(|it| &it.window).collect();
    if windows.is_empty() || windows.iter().any(|window| window.is_open(now.wall_ms)) {
        return GateAnswer::Pass;
    }
    let opens = windows.iter().filter_map(|window| window.opens(now.wall_ms)).min();
    held(format!("{action} runs in its maintenance window only"), opens.map(|opens| at(opens, now)))
}
