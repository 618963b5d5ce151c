//! From one phase of a drill to the next.
//!
//! Owns when a phase is over, when it failed, and when a gate refused it. Pure: what was seen comes in.

use super::{Drill, DrillResult, Ending, Phase};
use crate::decision::{Gate, GateAnswer, GateResult};
use crate::time::Moment;
use crate::words;

/// What is seen of the canary. A look may come late: what has a time of its own is told with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// Why nothing may be begun at all: the switch.
    pub halted: Option<String>,
    /// Something is left of the drill before this one.
    pub left_over: bool,
    /// What the runtime does in this phase is done, or could not be.
    pub done: Option<Result<(), String>>,
    /// It runs, its healthcheck says healthy, and no plan of it is under way.
    pub healthy: bool,
    /// Why it cannot be made, for good.
    pub terminal: Option<String>,
    /// What is shown of it.
    pub shown: String,
    /// When it was found unhealthy, after it was broken.
    pub found: Option<Moment>,
    /// The latest decision about it: of its making while that is waited for, of its restart once it is broken.
    pub decision: Option<SeenDecision>,
}

/// What is seen of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeenDecision {
    /// A gate withholds it.
    Withheld {
        /// Which.
        gate: Gate,
        /// Why.
        detail: String,
        /// Until when, where that is known.
        until: Option<Moment>,
        /// It is not known to open by itself.
        lasting: bool,
    },
    /// A plan was begun.
    Begun {
        /// When.
        at: Moment,
        /// When its last step was done.
        acted: Option<Moment>,
        /// How it ended, and when: whether it was verified, and what is told of it.
        ended: Option<(bool, String, Moment)>,
    },
}

/// What follows from a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Look again soon.
    Wait,
    /// The drill as it is from now on. In another phase, the runtime does what that one asks for; ended, it clears away.
    Become(Box<Drill>),
}

/// Looks at a drill that is under way.
pub fn step(drill: &Drill, seen: &Seen, now: Moment) -> Next {
    let next = match drill.phase {
        Phase::Asked => asked(drill, seen, now),
        Phase::Prepare => prepare(drill, seen, now),
        Phase::Break => break_it(drill, seen, now),
        Phase::Detect => seen.found.map(|found| enter(drill, Phase::Decide, not_before(found, drill.since))),
        Phase::Decide => decide(drill, seen, now),
        Phase::Act => act(drill, seen),
        Phase::Verify => verify(drill, seen),
    };
    match next.or_else(|| late(drill, seen, now)) {
        Some(next) => Next::Become(Box::new(next)),
        None => Next::Wait,
    }
}

/// A drill that nobody goes on with: the controller ended during it.
pub fn interrupted(drill: &Drill, now: Moment) -> Drill {
    fail(drill, "the controller ended meanwhile".to_owned(), now)
}

fn asked(drill: &Drill, seen: &Seen, now: Moment) -> Option<Drill> {
    if let Some(why) = &seen.halted {
        return Some(refuse(drill, Gate::Switch, why, now));
    }
    (!seen.left_over).then(|| enter(drill, Phase::Prepare, now))
}

fn prepare(drill: &Drill, seen: &Seen, now: Moment) -> Option<Drill> {
    match &seen.done {
        Some(Err(why)) => return Some(fail(drill, why.clone(), now)),
        Some(Ok(())) if seen.healthy => return Some(enter(drill, Phase::Break, now)),
        _ => {}
    }
    if let Some(why) = &seen.terminal {
        return Some(fail(drill, format!("the canary cannot be made: {why}"), now));
    }
    refused(drill, seen, now)
}

fn break_it(drill: &Drill, seen: &Seen, now: Moment) -> Option<Drill> {
    if let Err(why) = seen.done.as_ref()? {
        return Some(fail(drill, why.clone(), now));
    }
    Some(Drill { broken: Some(now), ..enter(drill, Phase::Detect, now) })
}

fn decide(drill: &Drill, seen: &Seen, now: Moment) -> Option<Drill> {
    match seen.decision.as_ref()? {
        SeenDecision::Begun { at, .. } => Some(enter(drill, Phase::Act, not_before(*at, drill.since))),
        SeenDecision::Withheld { .. } => refused(drill, seen, now),
    }
}

fn act(drill: &Drill, seen: &Seen) -> Option<Drill> {
    let Some(SeenDecision::Begun { acted, ended, .. }) = &seen.decision else { return None };
    match (acted, ended) {
        (_, Some((false, detail, at))) => Some(fail(drill, detail.clone(), *at)),
        (Some(acted), _) => Some(enter(drill, Phase::Verify, not_before(*acted, drill.since))),
        (None, _) => None,
    }
}

fn verify(drill: &Drill, seen: &Seen) -> Option<Drill> {
    let Some(SeenDecision::Begun { ended: Some((good, detail, at)), .. }) = &seen.decision else {
        return None;
    };
    let at = not_before(*at, drill.since);
    if !good {
        return Some(fail(drill, detail.clone(), at));
    }
    let ended = Ending { at, result: DrillResult::Passed, gate: None, detail: String::new() };
    Some(Drill { ended: Some(ended), ..timed(drill, at) })
}

/// A gate that stays shut for longer than the drill may wait refuses it.
fn refused(drill: &Drill, seen: &Seen, now: Moment) -> Option<Drill> {
    let Some(SeenDecision::Withheld { gate, detail, until, lasting }) = &seen.decision else { return None };
    let left = now.left_of(drill.since, drill.phase.limit());
    let too_late = until.is_some_and(|until| until.since(now) > left);
    (*lasting || too_late).then(|| refuse(drill, *gate, detail, now))
}

/// A phase that takes too long.
fn late(drill: &Drill, seen: &Seen, now: Moment) -> Option<Drill> {
    let limit = drill.phase.limit();
    if !now.left_of(drill.since, limit).is_zero() {
        return None;
    }
    let deciding = matches!(drill.phase, Phase::Prepare | Phase::Decide);
    if let Some(SeenDecision::Withheld { gate, detail, .. }) = seen.decision.as_ref().filter(|_| deciding) {
        return Some(refuse(drill, *gate, detail, now));
    }
    let limit = words::duration(limit);
    let why = match drill.phase {
        Phase::Asked => format!("the canary of the drill before was still there after {limit}"),
        Phase::Prepare => format!("the canary was not healthy within {limit}{}", shown(seen)),
        Phase::Break => format!("the canary could not be broken within {limit}"),
        Phase::Detect => format!("the broken canary was not found unhealthy within {limit}{}", shown(seen)),
        Phase::Decide => format!("nothing was decided about it within {limit}"),
        Phase::Act => format!("the restart was not carried out within {limit}"),
        Phase::Verify => format!("the restart was not verified within {limit}{}", shown(seen)),
    };
    Some(fail(drill, why, now))
}

fn shown(seen: &Seen) -> String {
    if seen.shown.is_empty() { String::new() } else { format!(": it is {}", seen.shown) }
}

/// What was written down before the drill came to wait for it counts from then on.
fn not_before(at: Moment, since: Moment) -> Moment {
    at.later(since)
}

/// The next phase, from `at` on.
fn enter(drill: &Drill, phase: Phase, at: Moment) -> Drill {
    Drill { phase, since: at, ..timed(drill, at) }
}

/// The phase that it is in is over at `at`.
fn timed(drill: &Drill, at: Moment) -> Drill {
    let mut drill = drill.clone();
    let took = u64::try_from(at.since(drill.since).as_millis()).unwrap_or(u64::MAX);
    drill.took_ms.insert(drill.phase, took);
    drill
}

fn fail(drill: &Drill, detail: String, at: Moment) -> Drill {
    let ended = Ending { at, result: DrillResult::Failed, gate: None, detail };
    Drill { ended: Some(ended), ..drill.clone() }
}

fn refuse(drill: &Drill, gate: Gate, detail: &str, at: Moment) -> Drill {
    let ended = Ending { at, result: DrillResult::Refused, gate: Some(gate), detail: detail.to_owned() };
    Drill { ended: Some(ended), ..drill.clone() }
}

impl SeenDecision {
    /// A decision that a gate withholds. Who waits for a person or for a fact that nobody is about to change waits for
    /// longer than a drill; the others open by themselves.
    pub fn withheld(stop: &GateResult) -> Option<Self> {
        let (detail, until, denied) = match &stop.answer {
            GateAnswer::Hold { detail, until } => (detail.clone(), *until, false),
            GateAnswer::Deny { detail } => (detail.clone(), None, true),
            GateAnswer::Pass | GateAnswer::Cap { .. } => return None,
        };
        let lasting = match stop.gate {
            // The next look may be fresher.
            Gate::Freshness => false,
            Gate::Switch
            | Gate::Pause
            | Gate::Hold
            | Gate::Quarantine
            | Gate::Suppression
            | Gate::Breaker
            | Gate::Approval
            | Gate::Verdict => until.is_none(),
            _ => denied,
        };
        Some(Self::Withheld { gate: stop.gate, detail, until, lasting })
    }
}
