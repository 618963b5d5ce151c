//! Writing down what a look showed: memory, status, incidents, events, decisions, and the life of intents.
//!
//! Owns every write of the worker, each into the store first and the world store after, so that what is acted on
//! is never newer than what is kept. Writes nothing that did not change.

use std::sync::Arc;

use podsteward_domain::action::Action;
use podsteward_domain::decision::Decision;
use podsteward_domain::evaluate::Evaluation;
use podsteward_domain::finding::{Finding, FindingKind, Severity};
use podsteward_domain::intent::{Intent, IntentState};
use podsteward_domain::memory::{ExitCause, Memory};
use podsteward_domain::notification::{self, Notification};
use podsteward_domain::observation::Observation;
use podsteward_domain::plan::Shape;
use podsteward_domain::status::{ObjectState, ObjectStatus};
use podsteward_domain::view::{self, Presence};
use podsteward_domain::world::{Desired, World};
use podsteward_metrics::label::Intervention;
use podsteward_metrics::{DecisionEvent, HostEvent, ObjectEvent};
use podsteward_specs::key::{Key, Kind};
use podsteward_store::{Durability, EventType, Fate, Found, Incident, NewEvent, Store, Tombstone};

use super::{Error, judged};
use crate::context::Context;
use crate::incidents;

/// Keeps what an evaluation found.
pub(super) fn evaluation(context: &Context, key: &Key, evaluation: &Evaluation) -> Result<(), Error> {
    note_hand_stop(context, key, &evaluation.memory)?;
    memory(context, key, evaluation.memory.clone())?;
    found(context, key, evaluation)?;
    judged::end_approvals(context, key, evaluation)?;
    let Evaluation { status: shown, decisions, .. } = evaluation;
    context.telemetry.emit(ObjectEvent::Looked { status: shown, decisions });
    status(context, evaluation.status.clone())
}

fn note_hand_stop(context: &Context, key: &Key, after: &Memory) -> Result<(), Error> {
    let before = context.world.memory(key);
    let by_hand = after.last_exit.as_ref().is_some_and(|exit| exit.cause == ExitCause::HandStop);
    if before.hand_stopped.is_some() || after.hand_stopped.is_none() || !by_hand {
        return Ok(());
    }
    let world = context.world.world(key, context.now());
    let spec = world.desired.document().and_then(|document| document.container());
    if let Some(hold) = spec.map(|spec| spec.remediation.manual_hold) {
        context.telemetry.emit(ObjectEvent::HandStopSeen { key, hold });
        event(
            context,
            key,
            EventType::Normal,
            "StoppedByHand",
            "somebody stopped it; it is left alone for a while",
        )?;
        tell(context, &[notification::hand_stop(key, hold)])?;
        context.intervened(Intervention::HandStop);
    }
    Ok(())
}

/// Keeps the memory of an object, if it differs.
pub(super) fn memory(context: &Context, key: &Key, memory: Memory) -> Result<(), Error> {
    let before = context.world.memory(key);
    if before != memory {
        let kept = context.keeper.store().follow_memory(key, &before, memory, Durability::Normal)?;
        context.world.put_memory(key, kept);
        // Another document may be in force, and with it other probes.
        context.probes_changed.notify_one();
    }
    Ok(())
}

/// What must be heard of goes into the outbox.
pub(super) fn tell(context: &Context, notifications: &[Notification]) -> Result<(), Error> {
    if !notifications.is_empty() {
        context.keeper.store().tell(notifications, context.now())?;
        context.outbox.notify_one();
    }
    Ok(())
}

fn found(context: &Context, key: &Key, evaluation: &Evaluation) -> Result<(), Error> {
    let store = context.keeper.store();
    let findings = &evaluation.findings;
    // What cannot be seen is not over: while Podman does not answer, nothing is closed. What a plan is about is over
    // when the plan is verified.
    let blind = findings.iter().any(|finding| finding.kind == FindingKind::SourceUnknown);
    let mends = |intent: &Intent| intent.judgement.is_some() || intent.action == Action::LivenessRestart;
    let mended = context.world.intent(key).filter(mends).and_then(|intent| intent.incident);
    // Until Podman has told what it can do, limits are not compared.
    let assumed = context.world.engine_is_assumed();
    let fate = |incident: &Incident| {
        let uncompared = assumed && incident.kind == FindingKind::Drift;
        // Whoever sends an alert says when it is over.
        let mended = Some(incident.id.0) == mended && incident.kind != FindingKind::Alert;
        if blind || uncompared || mended { Fate::Stays } else { incidents::fate(context, incident) }
    };
    let now = context.now();
    let found = Found { findings, fate: &fate };
    let changes =
        store.follow_incidents(key, &found, now, |changes| incidents::told(changes, findings, now))?;
    // What is suppressed no more is news, as what is new.
    for incident in changes.opened.iter().chain(&changes.worse) {
        let finding = findings.iter().find(|finding| finding.kind == incident.kind);
        if let Some(finding) = finding {
            opened(context, finding);
        }
    }
    for finding in findings.iter().filter(|it| changes.milder.iter().any(|milder| milder.kind == it.kind)) {
        context.telemetry.emit(ObjectEvent::FindingKept { finding });
    }
    for incident in &changes.closed {
        let open = context.now().since(incident.opened);
        context.telemetry.emit(ObjectEvent::FindingClosed { key, kind: incident.kind, open });
        if incident.forgotten {
            let text = "nobody speaks of it any more: whether it still fires is not known";
            event(context, key, EventType::Warning, "AlertForgotten", text)?;
        }
    }
    if !(changes.opened.is_empty() && changes.worse.is_empty() && changes.closed.is_empty()) {
        context.outbox.notify_one();
        context.host_changed.notify_one();
    }
    Ok(())
}

fn opened(context: &Context, finding: &Finding) {
    context.telemetry.emit(ObjectEvent::FindingOpened { finding });
    // What is suppressed is known, and no sign of anything new.
    if finding.severity == Severity::Info {
        return;
    }
    if let Some(storm) = context.world.put_opened(finding.kind, &finding.target, context.now()) {
        context.telemetry.emit(HostEvent::StormBegan { bad: storm.bad, all: storm.all });
    }
}

fn status(context: &Context, mut status: ObjectStatus) -> Result<(), Error> {
    let before = context.world.status(&status.key);
    if let Some(before) = &before {
        status.keep_transitions(before);
    }
    let same = before
        .as_ref()
        .is_some_and(|before| ObjectStatus { observed: before.observed, ..status.clone() } == *before);
    if same {
        return Ok(());
    }
    context.keeper.store().put_status(&status)?;
    let from = before.map(|before| before.state);
    if from != Some(status.state) {
        let (key, to, message) = (&status.key, status.state, status.message.as_str());
        context.telemetry.emit(ObjectEvent::StateChanged { key, from, to, message });
        let kind = match to {
            ObjectState::Match | ObjectState::Completed => EventType::Normal,
            _ => EventType::Warning,
        };
        let text = if message.is_empty() { to.to_string() } else { format!("{to}: {message}") };
        event(context, key, kind, "StateChanged", &text)?;
    }
    context.world.put_status(status.clone());
    context.progress.tell(&status);
    Ok(())
}

/// Records an event of an object.
pub(super) fn event(
    context: &Context,
    key: &Key,
    kind: EventType,
    reason: &str,
    message: &str,
) -> Result<(), Error> {
    let (reason, message) = (reason.to_owned(), message.to_owned());
    let event = NewEvent { key: key.clone(), kind, reason, message, at: context.now() };
    Ok(context.keeper.store().record_event(&event)?)
}

/// Takes an intent to its next state, in the store and in the world.
pub(super) async fn advance(
    context: &Arc<Context>,
    intent: &mut Intent,
    state: IntentState,
    durability: Durability,
) -> Result<(), Error> {
    let (id, next) = (intent.id, state.clone());
    let write = move |store: &Store| store.advance(id, &next, durability);
    match durability {
        Durability::Full => context.keeper.durably(write).await?,
        Durability::Normal => write(context.keeper.store())?,
    }
    intent.state = state;
    let open = !matches!(intent.state, IntentState::Closed { .. });
    context.world.put_intent(&intent.key, open.then(|| intent.clone()));
    // A container that it made is probed by another document from now on.
    context.probes_changed.notify_one();
    Ok(())
}

/// Records that a gate withheld a decision.
pub(super) fn withheld(context: &Context, decision: &Decision) -> Result<(), Error> {
    let told = notification::withheld(decision);
    context.keeper.store().record_decision(decision, told.as_ref(), context.now())?;
    tell_withheld(context, decision);
    if told.is_some() {
        context.outbox.notify_one();
    }
    Ok(())
}

/// Tells that a gate withheld a decision that is recorded already.
pub(super) fn tell_withheld(context: &Context, decision: &Decision) {
    context.telemetry.emit(DecisionEvent::Made { decision });
    if let Some(gate) = decision.withheld_by() {
        context.telemetry.emit(DecisionEvent::Withheld { decision, gate });
    }
}

/// After a good plan: what was removed is recorded as deleted and forgotten.
pub(super) fn removed(context: &Context, intent: &Intent) -> Result<(), Error> {
    let world = context.world.world(&intent.key, context.now());
    let Desired::Vanishing { last, .. } = &world.desired else { return Ok(()) };
    if !matches!(intent.shape, Shape::Remove | Shape::Note) {
        return Ok(());
    }
    let tombstone = Tombstone { canonical: last.canonical.to_string(), at: context.now() };
    context.keeper.store().put_tombstone(&intent.key, &tombstone)?;
    context.manifests.forget(intent.key.clone());
    forget(context, &intent.key)
}

/// An object that nothing declares and that does not exist is forgotten.
pub(super) fn forget_if_gone(context: &Context, key: &Key) -> Result<(), Error> {
    let world = context.world.world(key, context.now());
    let gone =
        world.desired == Desired::Absent && world.intent.is_none() && world.manifest_problems.is_empty();
    if gone && view::presence(&world) == Presence::Absent {
        forget(context, key)?;
    }
    Ok(())
}

/// What is still shown of an object that is none of our business any more is forgotten, once it is known to be gone: a
/// list that is complete does not hold it.
pub(super) fn forget_shown(context: &Context, key: &Key, world: &World) -> Result<(), Error> {
    let gone = matches!(view::presence(world), Presence::Absent | Presence::NotYet);
    let answers = matches!(world.engine, Observation::Known { .. });
    let elsewhere = world.host.leases.iter().any(|lease| lease.touches.objects.contains(key));
    if gone && answers && !elsewhere && key.kind != Kind::Host && context.world.status(key).is_some() {
        forget(context, key)?;
    }
    Ok(())
}

fn forget(context: &Context, key: &Key) -> Result<(), Error> {
    let store = context.keeper.store();
    store.forget(key)?;
    store.remove_status(key)?;
    let now = context.now();
    let found = Found { findings: &[], fate: &|_| Fate::Over };
    store.follow_incidents(key, &found, now, |changes| incidents::told(changes, &[], now))?;
    context.outbox.notify_one();
    context.world.forget(key);
    context.telemetry.emit(ObjectEvent::Forgotten { key });
    context.progress.forget(key);
    Ok(())
}
