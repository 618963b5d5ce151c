//! The gates: what may keep a proposal from being carried out now.
//!
//! Owns one question a function, in a fixed order. A gate never looks at another gate's answer, except for the verdict,
//! which comes last. The gates that can race with a person or another plan are asked again by [`crate::admit`] inside
//! the store's transaction.

mod backup;
mod limit;
mod playbook;
pub mod racing;
pub mod standing;
mod surroundings;

pub use limit::{by_limits, maintenance_window};

use std::time::Duration;

use podsteward_specs::key::Key;

use crate::action::{Action, Profile};
use crate::decide::Asked;
use crate::decide::propose::{Proposal, Way};
use crate::decision::{Gate, GateAnswer, GateResult, Verdict};
use crate::disk::facts as disk;
use crate::engine::EngineInfo;
use crate::facts;
use crate::finding::{Finding, FindingKind};
use crate::memory::{Attempt, QuarantineCause, Terminal};
use crate::needs;
use crate::orient;
use crate::planning;
use crate::playbook::request_of;
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

/// Asks every gate, in order, and answers with the verdict that they leave.
pub fn ask(view: &View<'_>, findings: &[Finding], asked: &Asked<'_>) -> (Vec<GateResult>, Verdict) {
    let mut gates: Vec<GateResult> = Vec::with_capacity(Gate::ALL.len());
    for gate in Gate::ALL {
        let answer = answer(*gate, view, findings, asked, &gates);
        gates.push(GateResult { gate: *gate, answer });
    }
    let verdict = super::capped(verdict_before_gates(view, asked), &gates);
    (gates, verdict)
}

fn answer(
    gate: Gate,
    view: &View<'_>,
    findings: &[Finding],
    asked: &Asked<'_>,
    before: &[GateResult],
) -> GateAnswer {
    let (world, proposal, case) = (view.world, asked.proposal, asked.case);
    let (action, now, standing) = (proposal.action, world.now, &world.standing);
    if action.is_declared() && gate.is_of_remediation() {
        return GateAnswer::Pass;
    }
    match gate {
        Gate::Mode => limit::mode(&case.policy),
        Gate::Switch => switch(view, proposal),
        Gate::Pause => pause(view).or(|| playbook::paused(view, proposal)),
        Gate::Hold => hold(view, proposal),
        Gate::Quarantine => quarantine(view, proposal),
        Gate::Backoff => backoff(view, findings, proposal),
        Gate::Dependencies => dependencies(view, proposal),
        Gate::Override => match playbook::overridden(view, proposal) {
            forbidden @ GateAnswer::Deny { .. } => forbidden,
            confirmed => match limit::overridden(view, case) {
                GateAnswer::Pass => confirmed,
                limited => limited,
            },
        },
        Gate::Suppression => limit::suppression(view, findings, proposal),
        Gate::Breaker => racing::breaker(standing, case, &world.host.leases, now),
        Gate::Cooldown => racing::cooldown(standing, case, now),
        Gate::Budget => racing::budget(&world.key, standing, case, &world.host.leases, now)
            .or(|| playbook::spent(view, proposal, asked.plan)),
        Gate::Limit => racing::limit(standing, case, now),
        Gate::OneInFlight => one_in_flight(view),
        Gate::Consequence => surroundings::consequence(view, proposal),
        Gate::Storm => surroundings::storm(view),
        Gate::Freshness => freshness(view, proposal),
        Gate::MaintenanceWindow => limit::maintenance_window(action, &case.policy, now),
        Gate::Backup => backup::backup(view, asked),
        Gate::Approval => racing::must_ask(standing, case, now),
        Gate::Verdict => {
            let verdict = super::capped(verdict_before_gates(view, asked), before);
            racing::verdict(verdict, before, standing, case, now)
        }
    }
}

/// How far it goes by itself, before any gate limits that.
fn verdict_before_gates(view: &View<'_>, asked: &Asked<'_>) -> Verdict {
    let action = asked.proposal.action;
    let Some((judgement, profile)) = asked.judgement.zip(action.profile()) else { return Verdict::Declared };
    let track = orient::track(&view.world.standing, action, &asked.case.basis);
    let profile = Profile { always_asks: profile.always_asks || orient::loses_data(asked.plan), ..profile };
    let verdict = orient::verdict(judgement, &profile, track.record.successes, &asked.case.policy);
    // What a person wants is never only told.
    let wanted = asked.proposal.trigger == FindingKind::PlaybookRequested;
    if wanted { verdict.min(Verdict::Queue) } else { verdict }
}

fn held(detail: impl Into<String>, until: Option<Moment>) -> GateAnswer {
    GateAnswer::Hold { detail: detail.into(), until }
}

fn denied(detail: impl Into<String>) -> GateAnswer {
    GateAnswer::Deny { detail: detail.into() }
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
    let said = pause.map_or_else(String::new, |pause| format!(" {}", pause.said()));
    match switch.state(now) {
        SwitchState::Running => GateAnswer::Pass,
        SwitchState::Paused => held(format!("paused{said}"), pause.and_then(|pause| pause.until(now))),
        SwitchState::Stopped => GateAnswer::Deny { detail: format!("stopped{said}") },
    }
}

fn pause(view: &View<'_>) -> GateAnswer {
    let by_manifest = standing::paused(view.document.map(|document| &**document));
    by_manifest.or(|| by_pause(&view.world.switch, &view.world.key, view.world.now))
}

/// The answer to the pauses of single objects.
pub fn by_pause(switch: &Switch, key: &Key, now: Moment) -> GateAnswer {
    match switch.pause_of(key, now) {
        Some(pause) => held(format!("paused {}", pause.said()), pause.until(now)),
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

fn backoff(view: &View<'_>, findings: &[Finding], proposal: &Proposal) -> GateAnswer {
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
    // What a probe has restarted already, or what keeps ending, is not restarted sooner for what a healthcheck or an alert
    // says of the same.
    let starts = [FindingKind::LivenessFailed, FindingKind::StartupFailed, FindingKind::CrashLoop];
    let is_started_anew = |finding: &Finding| starts.contains(&finding.kind);
    let restarting = proposal.trigger == FindingKind::NotRunning
        || proposal.action == Action::LivenessRestart
        || proposal.action == Action::ServiceRestart && findings.iter().any(is_started_anew);
    let Some(last_exit) = memory.restarts.last_exit.filter(|_| restarting) else { return GateAnswer::Pass };
    match now.end_of(last_exit, restart::wait(&view.world.key, &memory.restarts)) {
        Some(until) => {
            held(format!("back-off after {}", restart::in_a_row(memory.restarts.streak)), Some(until))
        }
        None => GateAnswer::Pass,
    }
}

fn dependencies(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    if proposal.way == Way::Remove && !view.users.is_empty() {
        return held(format!("still used by {}", view.users.join(", ")), None);
    }
    // What remediation waits for in another container is its cause: the gate `consequence` says so.
    let mut unmet = match (proposal.way.starts(), proposal.action.is_declared()) {
        (true, true) => needs::unmet(view),
        (true, false) => needs::networks_and_volumes(view),
        (false, _) => Vec::new(),
    };
    match proposal.way {
        Way::Recreate => unmet.extend(planning::obstacles(view)),
        Way::Restore => unmet.extend(needs::users_of_others(view)),
        Way::Playbook { .. } => unmet.extend(playbook::not_now(view, proposal)),
        _ => {}
    }
    if unmet.is_empty() { GateAnswer::Pass } else { held(unmet.join(", "), None) }
}

/// A person's word for a playbook that waits for an answer is about the plan that is asked for: what that became meanwhile,
/// nobody meant yet.
pub(super) fn said_long_ago(view: &View<'_>, proposal: &Proposal) -> Option<String> {
    let Action::Playbook(name) = proposal.action else { return None };
    (proposal.trigger == FindingKind::PlaybookRequested).then_some(())?;
    let request = request_of(view.world, name)?;
    let long_ago = !request.is_recent(view.world.now);
    long_ago.then(|| format!("{} wanted it a while ago", request.by))
}

/// Why a person must say that a proposal is meant, however sure podsteward is, if one must.
pub(super) fn must_ask(view: &View<'_>, proposal: &Proposal) -> Option<String> {
    if proposal.trigger == FindingKind::MassDeletion {
        return Some(proposal.reason.clone());
    }
    if let Some(why) = said_long_ago(view, proposal) {
        return Some(why);
    }
    let adopted = view.world.memory.applied.as_ref().is_some_and(|applied| applied.adopted);
    let loses = match &proposal.way {
        way if way.makes_anew() => true,
        Way::Revive => !view.world.engine.value().is_some_and(EngineInfo::tells_stops),
        _ => false,
    };
    let why = "the first recreate of an adopted container loses its writable layer";
    (adopted && loses).then(|| why.to_owned())
}

/// What is made from an image needs to know what the image's reference means now. So does an edit, whatever it takes:
/// the image that the document means is noted with it.
fn freshness(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    let now = view.world.now;
    let makes = matches!(proposal.way, Way::Create | Way::Revive) || proposal.way.makes_anew();
    let fresh = match &view.world.subject {
        // Without a word of what the engine can do, nothing is compared.
        Subject::Container(facts) => {
            let engine = view.world.engine.value().is_some();
            let image = match (makes, proposal.trigger) {
                (true, _) => facts.image.is_fresh(now, FRESH),
                (false, FindingKind::Edited) => facts.image.value().is_some(),
                (false, _) => true,
            };
            let memory = !surroundings::memory_is_stale(view, proposal);
            let before = surroundings::previous_image_is_read(view, proposal);
            engine && image && memory && before && facts.live.is_fresh(now, FRESH)
        }
        Subject::Network(facts) => facts.live.is_fresh(now, FRESH),
        Subject::Volume(facts) => facts.live.is_fresh(now, FRESH),
        Subject::Disk(facts) if matches!(proposal.way, Way::Clean(_)) => {
            facts.sample.is_fresh(now, disk::FRESH) && planning::cleanup::is_read(view)
        }
        Subject::Disk(_) | Subject::Backup(_) | Subject::Channel(_) | Subject::Setting => true,
    };
    if fresh && playbook::is_fresh(view, proposal) {
        surroundings::is_told(view, proposal)
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
