//! Gates that can race with a person or with another plan: breakers, cooldowns, budgets, approvals.
//!
//! Owns one question a function, each answered from what is remembered and what is under way. Asked for every look,
//! and once more by [`crate::admit`] with what the store holds inside the transaction that begins the plan.

use podsteward_specs::key::Key;

use super::{denied, held};
use crate::action::Action;
use crate::admit::{Case, Lease};
use crate::approval::{Approval, ApprovalState};
use crate::breaker::{self, BreakerState};
use crate::decision::{GateAnswer, Verdict};
use crate::orient;
use crate::standing::Standing;
use crate::time::Moment;
use crate::track::RESTART_WINDOW;
use crate::words;

/// The action failed too often: on this target, anywhere, or together with others.
pub fn breaker(
    action: Action,
    standing: &Standing,
    case: &Case,
    leases: &[Lease],
    now: Moment,
) -> GateAnswer {
    let policy = &case.policy.breaker;
    let pair = orient::track(standing, action, &case.basis).opened;
    let anywhere = standing.overall.get(&action).and_then(|overall| overall.opened);
    let global = breaker::global(&standing.overall, now, policy);
    let doors = [
        (pair, format!("{action} failed too often on this target")),
        (anywhere, format!("{action} failed too often, on several targets")),
        (global, "several actions failed too often: all remediation rests".to_owned()),
    ];
    for (opened, why) in doors {
        let until = opened.and_then(|opened| now.end_of(opened, policy.half_open_after));
        match BreakerState::of(opened, now, policy) {
            BreakerState::Open => return held(why, until),
            BreakerState::HalfOpen if leases.iter().any(|lease| lease.action == action) => {
                return held(format!("{why}; its one trial is under way"), None);
            }
            BreakerState::HalfOpen | BreakerState::Closed => {}
        }
    }
    GateAnswer::Pass
}

/// The action was tried on this target not long ago.
pub fn cooldown(action: Action, standing: &Standing, case: &Case, now: Moment) -> GateAnswer {
    let declared = case.policy.cooldowns.get(action.as_str()).copied();
    let length = declared.or_else(|| Some(action.profile()?.cooldown)).unwrap_or_default();
    let ended = standing.tracks.get(&action).and_then(|track| track.ended);
    let forced = standing.is_forced(now) || approval(action, standing, case).is_some_and(is_forced);
    match ended.and_then(|ended| now.end_of(ended, length)) {
        Some(until) if !forced => {
            held(format!("{action} rests for {} after it was tried", words::duration(length)), Some(until))
        }
        _ => GateAnswer::Pass,
    }
}

fn is_forced(approval: &Approval) -> bool {
    matches!(approval.state, ApprovalState::Approved { force: true, .. })
}

/// So much is under way, or was done within the hour, that it must wait.
pub fn budget(key: &Key, standing: &Standing, case: &Case, leases: &[Lease], now: Moment) -> GateAnswer {
    let others = || leases.iter().filter(|lease| !lease.action.is_declared() && lease.key != *key);
    let (in_group, on_host) =
        (others().filter(|lease| case.group.contains(&lease.key)).count(), others().count());
    let budgets = &case.policy.budgets;
    let number = |bound: u32| usize::try_from(bound).unwrap_or(usize::MAX);
    if in_group >= number(budgets.concurrent_per_group) {
        let names =
            others().filter(|lease| case.group.contains(&lease.key)).map(|lease| lease.key.to_string());
        let names: Vec<String> = names.collect();
        return held(format!("one at a time among what depends on each other: {}", names.join(", ")), None);
    }
    let at_once = (case.containers * number(budgets.concurrent_percent) / 100).max(1);
    if on_host >= at_once {
        return held(format!("{on_host} of at most {at_once} remediations are under way"), None);
    }
    if !case.restarts {
        return GateAnswer::Pass;
    }
    restarts(standing, case, now)
}

fn restarts(standing: &Standing, case: &Case, now: Moment) -> GateAnswer {
    let tracks = standing.tracks.values().flat_map(|track| &track.restarts);
    let mut spent: Vec<Moment> =
        tracks.copied().filter(|at| !now.left_of(*at, RESTART_WINDOW).is_zero()).collect();
    let limit = usize::try_from(case.limits.restarts_per_hour).unwrap_or(usize::MAX);
    if spent.len() < limit {
        return GateAnswer::Pass;
    }
    // The budget opens when so many are over that one is free again.
    spent.sort_by_key(|at| now.since(*at));
    let frees = limit.checked_sub(1).and_then(|at| spent.get(at));
    let until = frees.and_then(|at| now.end_of(*at, RESTART_WINDOW));
    held(format!("{} of {limit} restarts within the hour are spent", spent.len()), until)
}

/// The verdict itself: what is not done by itself needs a person's word.
pub fn verdict(
    verdict: Verdict,
    action: Action,
    standing: &Standing,
    case: &Case,
    now: Moment,
) -> GateAnswer {
    match verdict {
        Verdict::Declared | Verdict::AutoExecute | Verdict::NotifyExecute => GateAnswer::Pass,
        Verdict::Queue => approved(why_queued(case), action, standing, case, now),
        Verdict::AlertOnly => denied(format!("only told: {}", why_queued(case))),
    }
}

/// The numbers behind a verdict.
fn why_queued(case: &Case) -> String {
    let Some(judgement) = &case.judgement else { return "a person must say that it is meant".to_owned() };
    let escalated = judgement.escalated.as_ref().map(|why| format!(", because {why}")).unwrap_or_default();
    format!("confidence {}, risk {}{escalated}", judgement.confidence.total, judgement.risk)
}

/// What a person said to this very plan.
pub fn approved(why: String, action: Action, standing: &Standing, case: &Case, now: Moment) -> GateAnswer {
    let Some(approval) = approval(action, standing, case) else {
        return held(format!("{why}: it waits for approval"), None);
    };
    let (id, approvals) = (approval.id, &case.policy.approvals);
    if approval.overdue(now, approvals).is_some() {
        return held(format!("{why}: approval {id} is over; it is asked for again"), None);
    }
    match &approval.state {
        ApprovalState::Approved { .. } => GateAnswer::Pass,
        ApprovalState::Rejected { by, reason, .. } => {
            let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            denied(format!("approval {id} was rejected by {by}{reason}; that holds until the plan changes"))
        }
        _ => held(format!("{why}: approval {id} waits for somebody"), approval.ends(now, approvals)),
    }
}

/// The open approval of this very plan.
pub fn approval<'a>(action: Action, standing: &'a Standing, case: &Case) -> Option<&'a Approval> {
    let mut open = standing.approvals.iter().rev().filter(|approval| approval.state.is_open());
    open.find(|approval| approval.is_about(action, &case.digest))
}
