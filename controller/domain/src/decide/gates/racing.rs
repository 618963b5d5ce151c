//! Gates that can race with a person or with another plan: breakers, cooldowns, budgets, approvals.
//!
//! Owns one question a function, each answered from what is remembered and what is under way. Asked for every look,
//! and once more by [`crate::admit`] with what the store holds inside the transaction that begins the plan.

use podsteward_specs::alert::AlertLimits;
use podsteward_specs::key::Key;

use super::{denied, held};
use crate::action::Action;
use crate::admit::{Case, Lease, Urgency};
use crate::alert::Call;
use crate::approval::{Approval, ApprovalState};
use crate::breaker::{self, BreakerState};
use crate::decision::{Decision, GateAnswer, GateResult, Judgement, Verdict};
use crate::orient;
use crate::standing::Standing;
use crate::time::Moment;
use crate::track::RESTART_WINDOW;
use crate::words;

/// The action failed too often: on this target, anywhere, or together with others.
pub fn breaker(standing: &Standing, case: &Case, leases: &[Lease], now: Moment) -> GateAnswer {
    let (action, policy) = (case.action, &case.policy.breaker);
    let ladder = case.judgement.as_ref().and_then(|judgement| judgement.ladder.as_ref());
    if let Some(ladder) = ladder.filter(|ladder| ladder.rung.is_none()) {
        return held(ladder.to_string(), None);
    }
    let pair = orient::track(standing, action, &case.basis).opened;
    let anywhere = standing.overall.get(&action).and_then(|overall| overall.opened);
    let global = breaker::global(&standing.overall, now, policy);
    // A drill is nobody's trial.
    let remediation = |lease: &Lease| !lease.action.is_declared() && !lease.key.is_canary();
    // The trial of a target is the one plan that it may have at a time.
    let doors = [
        (pair, format!("{action} failed too often on this target"), false),
        (
            anywhere,
            format!("{action} failed too often, on several targets"),
            leases.iter().any(|lease| lease.action == action && remediation(lease)),
        ),
        (
            global,
            "several actions failed too often: all remediation rests".to_owned(),
            leases.iter().any(remediation),
        ),
    ];
    // A disk that fills up does not wait for what went wrong elsewhere.
    let only_pair = matches!(case.urgency, Urgency::Critical { .. });
    for (opened, why, on_trial) in doors.into_iter().take(if only_pair { 1 } else { 3 }) {
        match BreakerState::of(opened, now, policy) {
            BreakerState::Open => return held(why, breaker::half_opens(opened, now, policy)),
            BreakerState::HalfOpen if on_trial => {
                return held(format!("{why}; its one trial is under way"), None);
            }
            BreakerState::HalfOpen | BreakerState::Closed => {}
        }
    }
    GateAnswer::Pass
}

/// The action was tried on this target not long ago.
pub fn cooldown(standing: &Standing, case: &Case, now: Moment) -> GateAnswer {
    let action = case.action;
    let declared = case.policy.cooldowns.get(action.as_str()).copied();
    let length = declared.or_else(|| Some(action.profile()?.cooldown)).unwrap_or_default();
    let length = match case.urgency {
        Urgency::Critical { cooldown: Some(sooner) } => sooner.min(length),
        Urgency::Critical { cooldown: None } | Urgency::Usual => length,
    };
    let same = |other: &Action| *other == action || other.cleans() && action.cleans();
    let tracks = standing.tracks.iter().filter(|(other, _)| same(other));
    let ended = tracks.filter_map(|(_, track)| track.ended).min_by_key(|ended| now.since(*ended));
    let forced =
        standing.is_forced(action, now, ended) || granted(standing, case, now) == Some(Granted::Forced);
    match ended.and_then(|ended| now.end_of(ended, length)) {
        Some(until) if !forced => {
            held(format!("{action} rests for {} after it was tried", words::duration(length)), Some(until))
        }
        _ => GateAnswer::Pass,
    }
}

/// A yes that still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Granted {
    /// It lifts the verdict.
    Plain,
    /// It skips the cooldown, too.
    Forced,
}

fn granted(standing: &Standing, case: &Case, now: Moment) -> Option<Granted> {
    if case.asked {
        return Some(Granted::Plain);
    }
    match given(standing, case, now)?.state {
        ApprovalState::Approved { force: true, .. } => Some(Granted::Forced),
        _ => Some(Granted::Plain),
    }
}

/// The approval of this very plan that was given and still holds.
pub fn given<'a>(standing: &'a Standing, case: &Case, now: Moment) -> Option<&'a Approval> {
    let approval = approval(standing, case)?;
    let given = matches!(approval.state, ApprovalState::Approved { .. });
    (given && approval.overdue(now, &case.policy.approvals).is_none()).then_some(approval)
}

/// So much is under way, or was done within the hour, that it must wait.
pub fn budget(key: &Key, standing: &Standing, case: &Case, leases: &[Lease], now: Moment) -> GateAnswer {
    // A budget is one of containers.
    if case.action.cleans() {
        return GateAnswer::Pass;
    }
    // A drill takes nothing from what others may do.
    let counts = |lease: &&Lease| !lease.action.is_declared() && lease.key != *key && !lease.key.is_canary();
    let others = || leases.iter().filter(counts);
    let (budgets, on_host) = (&case.policy.budgets, others().count());
    let number = |bound: u32| usize::try_from(bound).unwrap_or(usize::MAX);
    for group in &case.groups {
        let mended =
            |lease: &&Lease| !group.is_disjoint(&lease.touches.objects) || group.contains(&lease.key);
        let names: Vec<String> = others().filter(mended).map(|lease| lease.key.to_string()).collect();
        if names.len() >= number(budgets.concurrent_per_group) {
            let names = names.join(", ");
            return held(format!("one at a time among what depends on each other: {names}"), None);
        }
    }
    let at_once = (case.containers * number(budgets.concurrent_percent) / 100).max(1);
    if on_host >= at_once {
        return held(format!("{on_host} of at most {at_once} remediations are under way"), None);
    }
    if !case.restarts {
        return GateAnswer::Pass;
    }
    restarts(standing, case.limits.restarts_per_hour, 1, now)
}

/// So many restarts were spent on an object within the hour that no so many more are left.
pub(super) fn restarts(standing: &Standing, per_hour: u32, times: u32, now: Moment) -> GateAnswer {
    let tracks = standing.tracks.values().flat_map(|track| &track.restarts);
    let mut spent: Vec<Moment> =
        tracks.copied().filter(|at| !now.left_of(*at, RESTART_WINDOW).is_zero()).collect();
    let [limit, times] = [per_hour, times].map(|number| usize::try_from(number).unwrap_or(usize::MAX));
    if spent.len().saturating_add(times) <= limit {
        return GateAnswer::Pass;
    }
    // The budget opens when so many are over that enough are free again.
    spent.sort_by_key(|at| now.since(*at));
    let frees = limit.checked_sub(times).and_then(|at| spent.get(at));
    let until = frees.and_then(|at| now.end_of(*at, RESTART_WINDOW));
    let takes = if times > 1 { format!(", and it takes {times}") } else { String::new() };
    held(format!("{} of {limit} restarts within the hour are spent{takes}", spent.len()), until)
}

/// What was done because of the very alerts that call for it, or by their route.
pub fn limit(standing: &Standing, case: &Case, now: Moment) -> GateAnswer {
    let Some(call) = &case.call else { return GateAnswer::Pass };
    // What is answered already does not go on by itself when the limit lets others pass.
    match repeated(standing, case, call, now) {
        GateAnswer::Pass => spent(standing, call, now),
        held => held,
    }
}

/// A route acts on one target so often within a time.
fn spent(standing: &Standing, call: &Call, now: Moment) -> GateAnswer {
    let Some(AlertLimits { per_target, per }) = call.limits else { return GateAnswer::Pass };
    let of_route = standing.answered.iter().filter(|answer| answer.route == call.route);
    let mut spent: Vec<Moment> =
        of_route.map(|answer| answer.at).filter(|at| !now.left_of(*at, per).is_zero()).collect();
    let limit = usize::try_from(per_target).unwrap_or(usize::MAX);
    if spent.len() < limit {
        return GateAnswer::Pass;
    }
    spent.sort_by_key(|at| now.since(*at));
    let frees = limit.checked_sub(1).and_then(|at| spent.get(at));
    let until = frees.and_then(|at| now.end_of(*at, per));
    let (times, within) = (spent.len(), words::duration(per));
    held(format!("{} acted {times} of {limit} times on it within {within}", call.route), until)
}

/// One occurrence of an alert is acted on once: what did not end it is not tried again unless a person says so.
fn repeated(standing: &Standing, case: &Case, call: &Call, now: Moment) -> GateAnswer {
    let answers = call.alerts.iter().map(|alert| {
        let mut of_it = standing.answered.iter().filter(|answer| answer.episodes.contains(&alert.episode));
        of_it.next_back().map(|answer| (answer, alert.is_unhelped(answer)))
    });
    // One that nothing was done about yet is enough.
    let Some(answers) = answers.collect::<Option<Vec<_>>>() else { return GateAnswer::Pass };
    let Some((answer, unhelped)) =
        answers.into_iter().max_by_key(|(answer, unhelped)| (*unhelped, answer.intent))
    else {
        return GateAnswer::Pass;
    };
    if standing.is_forced(case.action, now, Some(answer.at)) {
        return GateAnswer::Pass;
    }
    let failed = if unhelped { " and did not end it" } else { "" };
    held(format!("plan {} ({}) was an answer to this very alert{failed}", answer.intent, answer.action), None)
}

/// The verdict itself: what is not done by itself needs a person's word. A word that was given lifts whatever
/// confidence says, but not the policy's mode.
pub fn verdict(
    verdict: Verdict,
    gates: &[GateResult],
    standing: &Standing,
    case: &Case,
    now: Moment,
) -> GateAnswer {
    if let Some(no) = rejected(standing, case) {
        return no;
    }
    let caps = caps(verdict, gates);
    match verdict {
        Verdict::Declared | Verdict::AutoExecute | Verdict::NotifyExecute => GateAnswer::Pass,
        Verdict::Queue => approved(&why(&caps, case), standing, case, now),
        Verdict::AlertOnly if caps.is_empty() && granted(standing, case, now).is_some() => GateAnswer::Pass,
        Verdict::AlertOnly => denied(format!("only told: {}", why(&caps, case))),
    }
}

/// Why a person is asked.
pub fn why_asked(decision: &Decision, case: &Case) -> String {
    case.must_ask.clone().unwrap_or_else(|| why(&caps(decision.verdict, &decision.gates), case))
}

/// What limits the verdict to this.
fn caps(verdict: Verdict, gates: &[GateResult]) -> Vec<&str> {
    let caps = gates.iter().filter_map(|result| match &result.answer {
        GateAnswer::Cap { verdict: cap, detail } if *cap == verdict => Some(detail.as_str()),
        _ => None,
    });
    caps.collect()
}

/// What limits a verdict, and the numbers behind it.
fn why(caps: &[&str], case: &Case) -> String {
    let numbers = case.judgement.as_ref().map(|judgement| {
        let escalated = judgement.escalated.as_ref().map(|why| format!(", because {why}"));
        let Judgement { confidence, risk, .. } = judgement;
        format!("confidence {}, risk {risk}{}", confidence.total, escalated.unwrap_or_default())
    });
    caps.iter().map(|cap| (*cap).to_owned()).chain(numbers).collect::<Vec<_>>().join("; ")
}

/// What a person must say is meant, however sure podsteward is.
pub fn must_ask(standing: &Standing, case: &Case, now: Moment) -> GateAnswer {
    match &case.must_ask {
        Some(why) => approved(why, standing, case, now),
        None => GateAnswer::Pass,
    }
}

/// A no holds until the plan changes, however sure podsteward becomes meanwhile, and whoever wants it.
fn rejected(standing: &Standing, case: &Case) -> Option<GateAnswer> {
    let approval = approval(standing, case)?;
    let ApprovalState::Rejected { by, reason, .. } = &approval.state else { return None };
    let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    let id = approval.id;
    Some(denied(format!("approval {id} was rejected by {by}{reason}; that holds until the plan changes")))
}

/// What a person said to this very plan.
fn approved(why: &str, standing: &Standing, case: &Case, now: Moment) -> GateAnswer {
    if let Some(no) = rejected(standing, case) {
        return no;
    }
    if case.asked {
        return GateAnswer::Pass;
    }
    let Some(approval) = approval(standing, case) else {
        return held(format!("{why}: it waits for approval"), None);
    };
    let (id, approvals) = (approval.id, &case.policy.approvals);
    if approval.overdue(now, approvals).is_some() {
        return held(format!("{why}: approval {id} is over; it is asked for again"), None);
    }
    match &approval.state {
        ApprovalState::Approved { .. } => GateAnswer::Pass,
        _ => held(format!("{why}: approval {id} waits for somebody"), approval.ends(now, approvals)),
    }
}

/// The open approval of this very plan.
pub fn approval<'a>(standing: &'a Standing, case: &Case) -> Option<&'a Approval> {
    let mut open = standing.approvals.iter().rev().filter(|approval| approval.state.is_open());
    open.find(|approval| approval.is_about(case.action, &case.digest))
}
