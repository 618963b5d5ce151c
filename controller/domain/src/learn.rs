//! What is remembered of an object after a look at it, and after a plan.
//!
//! Owns every change of [`Memory`]. Never decides anything. Called by [`crate::evaluate`] (what a look shows)
//! and by the runtime (what a plan came to).

mod ladder;
pub mod track;

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_specs::key::Kind;

use crate::action::Action;
use crate::admit::Lease;
use crate::consequence;
use crate::detect::container::MISSING_FILE;
use crate::detect::probe::{failed, failing_healthcheck};
use crate::disk::memory::Cleaned;
use crate::disk::{Gauge, Measure};
use crate::facts;
use crate::intent::{Intent, IntentState, Outcome};
use crate::live::HealthStatus;
use crate::memory::{
    Applied, Attempt, Disturbed, EndedByProbe, ExitCause, Memory, Mended, Quarantine, QuarantineCause,
    Restarts, Terminal,
};
use crate::plan::Shape;
use crate::probe::ready::Readiness;
use crate::probe::{ProbeKind, ProbeWord};
use crate::restart;
use crate::time::Moment;
use crate::verify;
use crate::view::{ContainerView, Presence, View};

/// How often the same drift is mended before it is given up.
pub const CONVERGENCE_ATTEMPTS: u32 = 3;
/// How soon a drift must come back to be the same one.
const CONVERGENCE_WINDOW: Duration = Duration::from_hours(1);

/// What a look at the object adds to memory: ends, stops by hand, and baselines for what is followed.
#[must_use]
pub fn from_look(view: &View<'_>) -> Memory {
    let mut memory = view.world.memory.clone();
    if let Some((disk, sample)) = view.disk.and_then(|disk| Some((disk, disk.facts.sample.value()?))) {
        memory.disk = memory.disk.after(sample, disk.facts.forecast.value(), disk.policy, view.world.now);
    }
    let Some(container) = &view.container else { return memory };
    if view.presence != Presence::Ours {
        return memory;
    }
    // What runs, or was never started, was not stopped by hand: somebody started it, or made it anew.
    if container.is_up() || !container.was_started() {
        memory.hand_stopped = None;
    }
    memory.memory_pressure = container
        .is_up()
        .then(|| container.facts.memory.pressure(memory.memory_pressure, view.world.now))
        .flatten();
    memory.unwell = crate::ladder::unwell(view, container, failing_healthcheck(view).is_some());
    memory.caused = consequence::caused(view, container);
    note_probes(&mut memory, view, container);
    note_exit(&mut memory, view, container);
    baseline_followed(&mut memory, container);
    baseline_config(&mut memory, container);
    memory
}

/// What was once true of this start, or of this container, stays so.
fn note_probes(memory: &mut Memory, view: &View<'_>, container: &ContainerView<'_>) {
    let Some((live, probes)) = container.live.zip(container.probes).filter(|_| container.is_up()) else {
        return;
    };
    let startup = &container.facts.probes.startup;
    if probes.startup.is_some() && startup.was_well {
        memory.started_up = live.start();
        memory.starting_up = None;
    } else if probes.startup.is_some() && startup.at.is_some() {
        memory.starting_up = live.start();
    }
    let health = verify::health_since_start(live);
    let readiness = container.readiness(view.world.now);
    let told = health.is_some() || readiness != Readiness::Undeclared;
    if told && readiness.lets_pass() && health.is_none_or(|health| health == HealthStatus::Healthy) {
        memory.healthy_once = Some(live.id.clone());
    }
}

fn note_exit(memory: &mut Memory, view: &View<'_>, container: &ContainerView<'_>) {
    let Some(exit) = &container.exit else { return };
    let known = memory.last_exit.replace(exit.clone());
    if known.is_some_and(|known| known.container == exit.container && known.started_ms == exit.started_ms) {
        return;
    }
    // Another end than the one by hand: somebody started it in between.
    memory.hand_stopped = None;
    match exit.cause {
        ExitCause::Death => memory.restarts = restart::after_end(&memory.restarts, exit.at),
        ExitCause::HandStop => memory.hand_stopped = Some(view.world.now),
        ExitCause::Ours if is_beside(view) => restarted(memory, view.world.now),
        ExitCause::Ours => {}
    }
}

/// Whether a playbook about another object does something to this one.
fn is_beside(view: &View<'_>) -> bool {
    let (key, mut leases) = (&view.world.key, view.world.host.leases.iter());
    let about = |lease: &Lease| lease.key != *key && lease.touches.objects.contains(key);
    leases.any(|lease| matches!(lease.action, Action::Playbook(_)) && about(lease))
}

/// What is followed from now on begins with what is there now.
fn baseline_followed(memory: &mut Memory, container: &ContainerView<'_>) {
    let Some(spec) = container.spec else { return };
    memory.followed.retain(|name, _| {
        spec.depends_on.iter().any(|(declared, dependency)| declared.as_str() == name && dependency.restart)
    });
    for (name, start) in starts(container) {
        memory.followed.entry(name).or_insert(start);
    }
}

fn starts(container: &ContainerView<'_>) -> BTreeMap<String, String> {
    let Some(spec) = container.spec else { return BTreeMap::new() };
    let followed = spec.depends_on.iter().filter(|(_, dependency)| dependency.restart);
    followed
        .filter_map(|(name, _)| {
            let start = container.facts.dependencies.get(name)?.start.clone()?;
            Some((name.to_string(), start))
        })
        .collect()
}

fn baseline_config(memory: &mut Memory, container: &ContainerView<'_>) {
    let Some(applied) = &mut memory.applied else { return };
    for (path, digest) in digests(container) {
        applied.config_digests.entry(path).or_insert(digest);
    }
}

fn digests(container: &ContainerView<'_>) -> BTreeMap<String, String> {
    let known = container.facts.config_files.iter().filter_map(|(path, observation)| {
        let digest = observation.value().filter(|digest| *digest != MISSING_FILE)?;
        Some((path.clone(), digest.clone()))
    });
    known.collect()
}

/// What a plan came to.
#[derive(Debug)]
pub struct Lesson<'a> {
    /// The plan.
    pub intent: &'a Intent,
    /// What came of it.
    pub outcome: Outcome,
    /// The error or the failed verification, for people.
    pub error: Option<&'a str>,
    /// Trying the same again cannot help until a fact changes.
    pub permanent: bool,
    /// The replacement stays, whatever verification could tell.
    pub kept: bool,
}

/// Memory after all steps of a plan were carried out. A replacement counts only once it is verified.
#[must_use]
pub fn from_steps(view: &View<'_>, intent: &Intent) -> Memory {
    let mut memory = view.world.memory.clone();
    let now = view.world.now;
    match intent.shape {
        Shape::Create => {
            memory.restarts =
                Restarts { last_start: Some(now), total: memory.restarts.total, ..Restarts::default() };
            apply(&mut memory, view, intent);
        }
        Shape::Start => {
            memory.restarts = match memory.hand_stopped {
                Some(_) => Restarts { last_start: Some(now), ..memory.restarts },
                None => restart::after_start(&memory.restarts, now),
            };
            started(&mut memory, view);
        }
        // What a probe ended counts as an end of its own, so that it is backed off from.
        Shape::Restart if intent.action == Action::LivenessRestart => {
            memory.restarts = restart::after_start(&restart::after_end_by_probe(&memory.restarts, now), now);
            started(&mut memory, view);
        }
        Shape::Restart => {
            restarted(&mut memory, now);
            started(&mut memory, view);
        }
        Shape::Stop if intent.action == Action::LivenessRestart => {
            memory.ended_by_probe = view.container.as_ref().and_then(ended_by_probe);
        }
        Shape::Signal => config_is_read(&mut memory, view),
        Shape::Recreate { .. } => inputs_are_read(&mut memory, view),
        Shape::Change | Shape::Note => apply(&mut memory, view, intent),
        Shape::Playbook(ref course) if course.ran.contains(&intent.key) => {
            memory.restarts.total += 1;
            memory.restarts.last_start = Some(now);
            started(&mut memory, view);
        }
        Shape::Stop | Shape::Remove | Shape::Clean { .. } | Shape::Restore { .. } | Shape::Playbook(_) => {}
    }
    let started = intent.shape.attempt() == Attempt::Start;
    let same = |terminal: &Terminal| {
        view.container.is_none()
            || terminal.attempt == intent.shape.attempt()
            || started && terminal.attempt == Attempt::Make
    };
    if memory.terminal.as_ref().is_some_and(same) {
        memory.terminal = None;
    }
    memory
}

/// What is to be told of a start that was just ended because of a probe.
fn ended_by_probe(container: &ContainerView<'_>) -> Option<EndedByProbe> {
    let (start, facts) = (container.live?.start()?, &container.facts.probes);
    let startup = facts.startup.word == ProbeWord::Ill && !facts.startup.was_well;
    let probe = if startup { ProbeKind::Startup } else { ProbeKind::Liveness };
    Some(EndedByProbe { start, probe, why: failed(probe, facts.of(probe)) })
}

/// The container was started with what is there now.
fn started(memory: &mut Memory, view: &View<'_>) {
    memory.hand_stopped = None;
    inputs_are_read(memory, view);
}

/// Whatever container runs from now on, this one or its predecessor, was started with what is there now, or later.
fn inputs_are_read(memory: &mut Memory, view: &View<'_>) {
    config_is_read(memory, view);
    memory.followed.extend(view.container.iter().flat_map(starts));
}

fn config_is_read(memory: &mut Memory, view: &View<'_>) {
    if let Some(applied) = &mut memory.applied {
        applied.config_digests.extend(view.container.iter().flat_map(digests));
    }
}

/// The document is in force from now on. A container that was not started for it keeps what it was started with.
fn apply(memory: &mut Memory, view: &View<'_>, intent: &Intent) {
    let Some(document) = &intent.document else { return };
    let before = memory.applied.take();
    let same = before.as_ref().is_some_and(|before| before.canonical == *document);
    let generation = before.as_ref().map_or(1, |before| before.generation + u64::from(!same));
    let live = view.container.as_ref().and_then(|container| container.live);
    let (digests, was_adopted) =
        before.as_ref().map(|before| (before.config_digests.clone(), before.adopted)).unwrap_or_default();
    if !same {
        memory.previous = before.filter(|_| view.container.is_some());
    }
    let (config_digests, adopted) = match intent.shape {
        Shape::Create => (BTreeMap::new(), false),
        // Its files were noted when it was started.
        Shape::Recreate { .. } => (digests, false),
        _ => (digests, was_adopted || view.presence == Presence::Adoptable),
    };
    memory.applied = Some(Applied {
        canonical: document.clone(),
        generation,
        image_id: live.map(|live| live.image_id.clone()),
        config_digests,
        adopted,
        at: view.world.now,
    });
    let made = intent.shape.attempt() == Attempt::Make;
    if !same || made {
        memory.quarantine = None;
    }
    if intent.shape == Shape::Create {
        started(memory, view);
    }
}

/// Memory after a plan was closed.
#[must_use]
pub fn from_outcome(view: &View<'_>, lesson: &Lesson<'_>) -> Memory {
    let mut memory = view.world.memory.clone();
    let now = view.world.now;
    let intent = lesson.intent;
    let good = matches!(lesson.outcome, Outcome::Success | Outcome::Warning);
    if (good || lesson.kept) && matches!(intent.shape, Shape::Recreate { .. }) {
        match ladder::rung(intent) {
            None => replaced(&mut memory, view, intent),
            Some(rung) => ladder::climbed(&mut memory, view, intent, rung),
        }
    }
    // A change that did not take is the same drift again, too.
    let done = good || lesson.outcome == Outcome::Failure;
    if intent.action == Action::DriftReconciliation && !intent.mends.is_empty() && done {
        note_mended(&mut memory, intent, now);
    }
    // One that was interrupted says nothing about what cleaning can do.
    if let (Shape::Clean { measure }, IntentState::Stabilising { .. }) = (&intent.shape, &intent.state) {
        memory.disk.cleaned = cleaned(view, intent, *measure).or(memory.disk.cleaned);
    }
    if intent.key.kind == Kind::Container && intent.shape != Shape::Note {
        memory.disturbed = Some(Disturbed { action: intent.action, begun: intent.begun, ended: now });
    }
    let facts = facts::with_image(view, &intent.facts);
    match lesson.outcome {
        // What a rung of the ladder brought back is the document in force.
        Outcome::RolledBack
            if lesson.permanent && ladder::rung(intent).is_none() && !is_asked_once(&intent.shape) =>
        {
            let why = lesson.error.unwrap_or("it failed verification");
            let reason = format!("the document was taken back: {why}");
            let cause = QuarantineCause::RolledBack;
            memory.quarantine = Some(Quarantine { facts, reason, cause, since: now });
        }
        // A restore is asked for once, and a playbook rests by itself: neither is a permanent error of the object.
        Outcome::Failure if lesson.permanent && !is_asked_once(&intent.shape) => {
            let message = lesson.error.unwrap_or("it failed").to_owned();
            let attempt = intent.shape.attempt();
            memory.terminal = Some(Terminal { facts, message, attempt, at: now });
        }
        _ => {}
    }
    memory
}

fn is_asked_once(shape: &Shape) -> bool {
    matches!(shape, Shape::Restore { .. } | Shape::Playbook(_))
}

/// Another document is in force from now on, in a container of its own.
fn replaced(memory: &mut Memory, view: &View<'_>, intent: &Intent) {
    let last_start = Some(view.world.now);
    memory.restarts = Restarts { last_start, total: memory.restarts.total, ..Restarts::default() };
    apply(memory, view, intent);
}

/// It was started anew because it was not well: that says nothing about how often it ends.
fn restarted(memory: &mut Memory, now: Moment) {
    memory.restarts.total += 1;
    memory.restarts.last_start = Some(now);
}

/// What a cleanup came to, by the levels before and after; `None`: they are not known.
fn cleaned(view: &View<'_>, intent: &Intent, measure: Measure) -> Option<Cleaned> {
    let disk = view.disk?;
    let before = measure.of(intent.before.disk.as_ref()?)?.share();
    let after = disk.share(measure)?;
    let reached = after < measure.thresholds(disk.policy).target;
    let lowest = match &intent.state {
        IntentState::Stabilising { baseline, .. } => baseline.disk.as_ref().and_then(|disk| measure.of(disk)),
        _ => None,
    };
    let lowest = lowest.map_or(after, Gauge::share);
    Some(Cleaned { at: view.world.now, measure, before, after, lowest, reached })
}

fn note_mended(memory: &mut Memory, intent: &Intent, now: Moment) {
    if memory.mended.as_ref().is_some_and(|mended| mended.by == Some(intent.id)) {
        return;
    }
    let diffs = &intent.mends;
    let again = memory
        .mended
        .as_ref()
        .filter(|mended| mended.diffs == *diffs && now.since(mended.at) < CONVERGENCE_WINDOW);
    let times = again.map_or(1, |mended| mended.times + 1);
    memory.mended = Some(Mended { diffs: diffs.clone(), times, at: now, by: Some(intent.id) });
    if times >= CONVERGENCE_ATTEMPTS {
        memory.quarantine = Some(Quarantine {
            facts: intent.facts.clone(),
            reason: format!("the same drift came back right after it was mended, {times} times"),
            cause: QuarantineCause::NotConverging,
            since: now,
        });
    }
}
