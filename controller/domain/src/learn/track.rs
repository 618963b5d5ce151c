//! What the outcome of a remediation changes: the records, the adjustment, the breakers.
//!
//! Owns the lesson of one plan. Declared work teaches nothing, and one incident teaches once; failures in a row count
//! each time. Called by the runtime inside the transaction that closes the plan.

use podsteward_specs::key::Key;
use podsteward_specs::policy::RemediationPolicy;

use crate::breaker::{self, BreakerState};
use crate::confidence::Confidence;
use crate::intent::{Intent, Outcome};
use crate::ladder::Ladder;
use crate::memory::Disturbed;
use crate::orient;
use crate::plan::Shape;
use crate::score::Points;
use crate::standing::Standing;
use crate::time::Moment;
use crate::track::{Overall, RESTART_WINDOW, Track};

/// What a plan taught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned {
    /// How the action did on its target from now on.
    pub track: Track,
    /// How it did anywhere.
    pub overall: Overall,
    /// What was learned: how far the adjustment moved. The history moves the confidence besides.
    pub delta: Points,
    /// The confidence from now on.
    pub confidence: Option<Confidence>,
    /// The breaker of the action on its target opened.
    pub pair_opened: bool,
    /// The breaker of the action opened.
    pub action_opened: bool,
}

/// What came of a plan, as far as it teaches something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lesson {
    Verified,
    Warning,
    Failed,
}

/// A plan that ended.
#[derive(Debug, Clone, Copy)]
pub struct Ended<'a> {
    /// The plan.
    pub intent: &'a Intent,
    /// What came of it.
    pub outcome: Outcome,
    /// A failure was the action's own, and not one of Podman or of podsteward.
    pub attributable: bool,
    /// An alert that it answers still fires: that it worked is not known yet, and teaches nothing.
    pub alerted: bool,
    /// When.
    pub at: Moment,
}

/// What a closed remediation teaches; `None` for declared work.
pub fn learned(standing: &Standing, ended: &Ended<'_>, policy: &RemediationPolicy) -> Option<Learned> {
    let Ended { intent, at, .. } = *ended;
    intent.action.profile()?;
    let before = orient::track(standing, intent.action, &intent.basis);
    let overall = standing.overall.get(&intent.action).cloned().unwrap_or_default();
    let (track, next) = match lesson(ended) {
        Some(lesson) => taught(tried(&before, ended), overall.clone(), ended, lesson, policy),
        None => untold(tried(&before, ended), overall.clone(), ended, policy),
    };
    // A drill teaches nothing about what others are restarted for.
    let next = if intent.key.is_canary() { overall.clone() } else { next };
    let mut after = standing.clone();
    after.tracks.insert(intent.action, track.clone());
    after.overall.insert(intent.action, next.clone());
    let confidence = orient::judged_again(intent, &after, at, &policy.learning);
    let adjustment = |track: &Track| track.adjustment.left(at, &policy.learning).0;
    let delta = Points(adjustment(&track) - adjustment(&before));
    let failed = lesson(ended) == Some(Lesson::Failed);
    let (pair_opened, action_opened) = (
        failed && track.opened.is_some() && track.opened != before.opened,
        failed && next.opened.is_some() && next.opened != overall.opened,
    );
    Some(Learned { track, overall: next, delta, confidence, pair_opened, action_opened })
}

/// The track of an action that was tried, whatever came of it.
fn tried(before: &Track, ended: &Ended<'_>) -> Track {
    let Ended { intent, at, .. } = *ended;
    // A cleanup that was interrupted goes on as soon as it can: the disk goes on filling.
    let interrupted = intent.action.cleans() && ended.outcome == Outcome::Inconclusive;
    let rests_since = if interrupted { before.ended } else { Some(at) };
    let mut track = Track { ended: rests_since, basis: intent.basis.clone(), ..before.clone() };
    if ended.outcome != Outcome::Withheld {
        charge(&mut track, intent, &intent.key, at);
    }
    track
}

/// What a plan did to the containers beside its target, as it counts for them: nothing is learned of it, and their budgets are
/// charged as by a plan of their own.
pub fn beside(before: &Track, intent: &Intent, key: &Key, at: Moment) -> Track {
    let disturbed = Some(Disturbed { action: intent.action, begun: intent.begun, ended: at });
    let mut track = Track { disturbed, ..before.clone() };
    charge(&mut track, intent, key, at);
    track
}

fn charge(track: &mut Track, intent: &Intent, key: &Key, at: Moment) {
    track.restarts.retain(|restart| !at.left_of(*restart, RESTART_WINDOW).is_zero());
    let times = match &intent.shape {
        Shape::Playbook(course) => course.restarts.get(key).copied().unwrap_or_default(),
        _ => u32::from(intent.restarts),
    };
    track.restarts.extend((0..times).map(|_| intent.begun));
}

fn lesson(ended: &Ended<'_>) -> Option<Lesson> {
    match ended.outcome {
        Outcome::Success | Outcome::Warning if ended.alerted => None,
        Outcome::Success => Some(Lesson::Verified),
        Outcome::Warning => Some(Lesson::Warning),
        Outcome::Failure | Outcome::RolledBack if ended.attributable => Some(Lesson::Failed),
        Outcome::Failure | Outcome::RolledBack | Outcome::Inconclusive | Outcome::Withheld => None,
    }
}

/// A trial of a half-open breaker that told nothing was the one of its period all the same. That of a cleanup which was
/// interrupted goes on.
fn untold(track: Track, overall: Overall, ended: &Ended<'_>, policy: &RemediationPolicy) -> (Track, Overall) {
    if ended.intent.action.cleans() && ended.outcome == Outcome::Inconclusive {
        return (track, overall);
    }
    let rests = |opened| {
        let state = BreakerState::of(opened, ended.intent.begun, &policy.breaker);
        if state == BreakerState::HalfOpen { Some(ended.at) } else { opened }
    };
    let (pair, anywhere) = (rests(track.opened), rests(overall.opened));
    (Track { opened: pair, ..track }, Overall { opened: anywhere, ..overall })
}

fn taught(
    mut track: Track,
    mut overall: Overall,
    ended: &Ended<'_>,
    lesson: Lesson,
    policy: &RemediationPolicy,
) -> (Track, Overall) {
    let (intent, now) = (ended.intent, ended.at);
    let learning = &policy.learning;
    let good = lesson != Lesson::Failed;
    track.record = track.record.with(good, now, learning);
    overall.record = overall.record.with(good, now, learning);
    let news = intent.incident.is_none() || intent.incident != track.learned_of;
    if news {
        let points = match lesson {
            Lesson::Verified => learning.verified,
            Lesson::Warning => learning.warning,
            Lesson::Failed => learning.failed,
        };
        track.adjustment = track.adjustment.with(points, now, learning);
        track.learned_of = intent.incident;
    }
    if good {
        let left = |opened| breaker::after_success(opened, intent.begun, &policy.breaker);
        let track = Track { failures: 0, tried: Vec::new(), opened: left(track.opened), ..track };
        let overall = Overall { failing: Vec::new(), opened: left(overall.opened), ..overall };
        return (track, overall);
    }
    track.failures = track.failures.saturating_add(1);
    let ladder = intent.judgement.as_ref().and_then(|judgement| judgement.ladder.as_ref());
    track.tried = ladder.map(|ladder| ladder.after_failure(now)).unwrap_or_default();
    let given_up = ladder.is_some_and(Ladder::ends);
    overall.failing.push(intent.key.clone());
    let kept = usize::try_from(policy.breaker.failures.max(policy.breaker.targets)).unwrap_or(usize::MAX);
    let excess = overall.failing.len().saturating_sub(kept.max(1));
    overall.failing.drain(..excess);
    (
        breaker::after_failure(track, given_up, now, &policy.breaker),
        breaker::after_failure_anywhere(overall, now, &policy.breaker),
    )
}
