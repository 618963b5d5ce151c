//! The gates: what may keep a proposal from being carried out now.
//!
//! Owns one question a function, in a fixed order. A gate never looks at another gate's answer. The gates that
//! can race with a person or another plan (`switch`, `pause` by command, `one-in-flight`) are asked again by
//! [`crate::admit`] inside the store's transaction.

use std::time::Duration;

use podsteward_specs::key::Key;

use crate::action::Action;
use crate::decide::propose::{Proposal, Way};
use crate::decision::{Gate, GateAnswer, GateResult, Verdict};
use crate::engine::EngineInfo;
use crate::facts;
use crate::finding::FindingKind;
use crate::memory::{Attempt, QuarantineCause, Terminal};
use crate::needs;
use crate::restart;
use crate::switch::{Switch, SwitchState};
use crate::time::Moment;
use crate::view::View;
use crate::world::{Desired, Subject};

/// How long a deletion must have been true.
pub const DELETION_CERTAIN_AFTER: Duration = Duration::from_secs(10);
/// How many complete reads must have shown it.
pub const DELETION_CERTAIN_READS: u32 = 2;
/// How long a permanent error rests before it is tried again.
pub const TERMINAL_REST: Duration = Duration::from_mins(5);
/// How old the inspection of an object may be when it is acted on.
pub const FRESH: Duration = Duration::from_secs(2);

/// Asks every gate, in order.
pub fn ask(view: &View<'_>, proposal: &Proposal) -> Vec<GateResult> {
    let answer = |gate| match gate {
        Gate::Switch => switch(view, proposal),
        Gate::Pause => pause(view),
        Gate::Hold => hold(view, proposal),
        Gate::Quarantine => quarantine(view, proposal),
        Gate::Backoff => backoff(view, proposal),
        Gate::Dependencies => dependencies(view, proposal),
        Gate::Approval => approval(view, proposal),
        Gate::Freshness => freshness(view, proposal),
        Gate::OneInFlight => one_in_flight(view),
        Gate::Verdict => verdict(proposal),
    };
    Gate::ALL.into_iter().map(|gate| GateResult { gate, answer: answer(gate) }).collect()
}

fn held(detail: impl Into<String>, until: Option<Moment>) -> GateAnswer {
    GateAnswer::Hold { detail: detail.into(), until }
}

fn switch(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    if let Some(reason) = view.world.remediation_off.as_ref().filter(|_| !proposal.action.is_declared()) {
        return held(format!("remediation is off: {reason}"), None);
    }
    by_switch(&view.world.switch, view.world.now)
}

/// The answer to a switch.
pub fn by_switch(switch: &Switch, now: Moment) -> GateAnswer {
    let pause = switch.pause.as_ref();
    let said = pause.map_or_else(String::new, |pause| format!(" by {}: {}", pause.by, pause.reason));
    match switch.state(now) {
        SwitchState::Running => GateAnswer::Pass,
        SwitchState::Paused => held(format!("paused{said}"), pause.and_then(|pause| pause.until(now))),
        SwitchState::Stopped => GateAnswer::Deny { detail: format!("stopped{said}") },
    }
}

fn pause(view: &View<'_>) -> GateAnswer {
    if let Some(reason) = view.document.and_then(|document| document.paused()) {
        return held(format!("paused by annotation: {reason}"), None);
    }
    by_pause(&view.world.switch, &view.world.key, view.world.now)
}

/// The answer to the pauses of single objects.
pub fn by_pause(switch: &Switch, key: &Key, now: Moment) -> GateAnswer {
    match switch.pause_of(key, now) {
        Some(pause) => held(format!("paused by {}: {}", pause.by, pause.reason), pause.until(now)),
        None => GateAnswer::Pass,
    }
}

fn hold(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    let now = view.world.now;
    let deletes = matches!(proposal.trigger, FindingKind::Deleted | FindingKind::MassDeletion);
    if let (true, Desired::Vanishing { since, reads, .. }) = (deletes, &view.world.desired) {
        let (since, reads) = (*since, *reads);
        let certain = now.end_of(since, DELETION_CERTAIN_AFTER);
        if certain.is_some() || reads < DELETION_CERTAIN_READS {
            return held("the deletion is not certain yet", certain);
        }
    }
    let remediation = proposal.action == Action::DriftReconciliation;
    let spec = view.container.as_ref().and_then(|container| container.spec);
    let held_since = view.world.memory.hand_stopped.filter(|_| remediation).zip(spec);
    let until = held_since.and_then(|(since, spec)| now.end_of(since, spec.remediation.manual_hold));
    if until.is_some() { held("it was stopped by hand", until) } else { GateAnswer::Pass }
}

/// What was taken back is not made again; drift that does not converge is not mended again.
fn quarantine(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    let Some(quarantine) = &view.world.memory.quarantine else { return GateAnswer::Pass };
    let concerned = match quarantine.cause {
        QuarantineCause::RolledBack => proposal.way == Way::Recreate,
        QuarantineCause::NotConverging => proposal.trigger == FindingKind::Drift,
    };
    if concerned && facts::are_still(view, &quarantine.facts) {
        return GateAnswer::Deny { detail: quarantine.reason.clone() };
    }
    GateAnswer::Pass
}

fn backoff(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    let memory = &view.world.memory;
    let now = view.world.now;
    // Of a network or volume every attempt is of one kind.
    let attempt = proposal.way.attempt();
    // One that was made and could not be started is still the attempt that failed.
    let unstarted = view.container.as_ref().and_then(|container| container.live);
    let unstarted = unstarted.is_some_and(|live| live.started_ms.is_none());
    let goes_on = |terminal: &Terminal| {
        unstarted && terminal.attempt == Attempt::Make && attempt == Some(Attempt::Start)
    };
    let same = |terminal: &&Terminal| {
        view.container.is_none() || attempt == Some(terminal.attempt) || goes_on(terminal)
    };
    if let Some(terminal) = memory.terminal.as_ref().filter(|_| attempt.is_some()).filter(same) {
        let until = now.end_of(terminal.at, TERMINAL_REST);
        if until.is_some() && facts::are_still(view, &terminal.facts) {
            return held(terminal.message.clone(), until);
        }
    }
    let restarting = proposal.trigger == FindingKind::NotRunning;
    let Some(last_exit) = memory.restarts.last_exit.filter(|_| restarting) else { return GateAnswer::Pass };
    match now.end_of(last_exit, restart::wait(&view.world.key, &memory.restarts)) {
        Some(until) => {
            held(format!("back-off after {} restarts in a row", memory.restarts.streak), Some(until))
        }
        None => GateAnswer::Pass,
    }
}

fn dependencies(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    if proposal.way == Way::Remove && !view.users.is_empty() {
        return held(format!("still used by {}", view.users.join(", ")), None);
    }
    let unmet = if proposal.way.starts() { needs::unmet(view) } else { Vec::new() };
    if unmet.is_empty() { GateAnswer::Pass } else { held(unmet.join(", "), None) }
}

fn approval(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    if proposal.trigger == FindingKind::MassDeletion {
        return held(proposal.reason.clone(), None);
    }
    let adopted = view.world.memory.applied.as_ref().is_some_and(|applied| applied.adopted);
    let loses = match proposal.way {
        Way::Recreate => true,
        Way::Revive => !view.world.engine.value().is_some_and(EngineInfo::tells_stops),
        _ => false,
    };
    if adopted && loses {
        return held(
            "the first recreate of an adopted container loses its writable layer: somebody must approve",
            None,
        );
    }
    GateAnswer::Pass
}

/// What is made from an image needs to know what the image's reference means now.
fn freshness(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    let now = view.world.now;
    let makes = matches!(proposal.way, Way::Create | Way::Recreate | Way::Revive);
    let fresh = match &view.world.subject {
        // Without a word of what the engine can do, nothing is compared.
        Subject::Container(facts) => {
            let engine = view.world.engine.value().is_some();
            engine && facts.live.is_fresh(now, FRESH) && (!makes || facts.image.is_fresh(now, FRESH))
        }
        Subject::Network(facts) => facts.live.is_fresh(now, FRESH),
        Subject::Volume(facts) => facts.live.is_fresh(now, FRESH),
    };
    if fresh {
        GateAnswer::Pass
    } else {
        held("what is known is too old to act on; it is read again first", None)
    }
}

fn one_in_flight(view: &View<'_>) -> GateAnswer {
    match &view.world.intent {
        Some(intent) => {
            held(format!("plan {} ({}) is {}", intent.id, intent.action, intent.state.as_str()), None)
        }
        None => GateAnswer::Pass,
    }
}

fn verdict(proposal: &Proposal) -> GateAnswer {
    let verdict = super::verdict(proposal);
    if verdict.executes() { GateAnswer::Pass } else { capped(verdict) }
}

fn capped(verdict: Verdict) -> GateAnswer {
    held(format!("the verdict is {verdict}"), None)
}
