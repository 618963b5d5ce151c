//! Writing down what judging needs: approvals that are over, how plans ended, what that teaches and who must hear of it.
//!
//! Owns these writes of the worker, each into the store first and the world store after. Never judges anything.

use podsteward_domain::alert;
use podsteward_domain::approval::{Approval, ApprovalState};
use podsteward_domain::evaluate::Evaluation;
use podsteward_domain::intent::{Intent, IntentState, Outcome};
use podsteward_domain::learn::track::{self, Ended, Learned};
use podsteward_domain::notification;
use podsteward_domain::plan::Shape;
use podsteward_domain::standing::Standing;
use podsteward_domain::verify::report::Report;
use podsteward_metrics::{ApprovalEvent, BreakerEvent, LearnEvent, RepairEvent};
use podsteward_specs::key::Key;
use podsteward_store::{Closing, Durability, Incident};

use super::Error;
use crate::context::Context;
use crate::queue::Reason;
use crate::source::playbooks;

/// Approvals that are over become what they are now.
pub(super) fn end_approvals(context: &Context, key: &Key, evaluation: &Evaluation) -> Result<(), Error> {
    if evaluation.approvals.is_empty() {
        return Ok(());
    }
    let store = context.keeper.store();
    store.end_approvals(&evaluation.approvals, context.now())?;
    for (id, _) in &evaluation.approvals {
        if let Some(approval) = store.approval(*id)? {
            context.telemetry.emit(ApprovalEvent::Ended { approval: &approval });
        }
    }
    // What became another plan is asked for anew: the word for it holds.
    let ends_word = |state: &ApprovalState| matches!(state, ApprovalState::Expired | ApprovalState::Lapsed);
    if evaluation.approvals.iter().any(|(_, state)| ends_word(state)) {
        playbooks::take_in(context);
    }
    approvals(context, key)
}

/// Tells of the approvals of an object that a plan which began has ended, and takes in the open ones.
pub(super) fn overtaken(context: &Context, key: &Key, begun: &Intent) -> Result<(), Error> {
    let before = context.world.remembered().approvals;
    approvals(context, key)?;
    let open = context.world.remembered().approvals;
    let ended = |it: &&Approval| it.question.target == *key && !open.iter().any(|open| open.id == it.id);
    for approval in before.iter().filter(ended).filter(|it| Some(it.id) != begun.approval) {
        if let Some(approval) = context.keeper.store().approval(approval.id)? {
            context.telemetry.emit(ApprovalEvent::Ended { approval: &approval });
        }
    }
    Ok(())
}

/// Takes in the open approvals of an object as they stand in the store.
pub(super) fn approvals(context: &Context, key: &Key) -> Result<(), Error> {
    let open = context.keeper.store().standing(key)?.approvals;
    context.world.put_approvals(key, open);
    context.outbox.notify_one();
    context.host_changed.notify_one();
    Ok(())
}

/// How an intent ended.
pub(super) struct End<'a> {
    pub(super) outcome: Outcome,
    pub(super) detail: &'a str,
    pub(super) report: Option<&'a Report>,
    pub(super) attributable: bool,
}

/// Closes an intent: what came of it, what it teaches and who must hear of it are one write.
pub(super) fn close(context: &Context, intent: &mut Intent, end: &End<'_>) -> Result<(), Error> {
    let (now, policy) = (context.now(), context.world.policy());
    let Some(ended) = context.world.intent(&intent.key) else { return Ok(()) };
    let about = incident(context, &ended)?.map(|incident| incident.kind);
    let snapshot = snapshot(context, &ended);
    let closing = Closing {
        outcome: end.outcome,
        detail: end.detail,
        report: end.report,
        rolled_back: end.outcome == Outcome::RolledBack,
        snapshot: snapshot.as_deref(),
        at: now,
        durability: Durability::Normal,
    };
    let alerted = ended
        .answers
        .as_ref()
        .is_some_and(|answers| alert::still_fires(&context.world.world(&ended.key, now), answers));
    let learn = |standing: &Standing| {
        let (outcome, attributable) = (end.outcome, end.attributable);
        let ended = Ended { intent: &ended, outcome, attributable, alerted, at: now };
        track::learned(standing, &ended, &policy)
    };
    let notify = |learned: Option<&Learned>| {
        let pair =
            learned.filter(|it| it.pair_opened).map(|_| notification::breaker_opened(&ended, about, false));
        let any =
            learned.filter(|it| it.action_opened).map(|_| notification::breaker_opened(&ended, about, true));
        let ended = notification::ended(&ended, about, end.outcome, end.detail);
        ended.into_iter().chain(pair).chain(any).collect()
    };
    let learned = context.keeper.store().close(&ended, &closing, learn, notify)?;
    for key in ended.beside() {
        context.world.put_tracks(key, context.keeper.store().standing(key)?.tracks);
    }
    intent.state = IntentState::Closed { outcome: end.outcome, detail: end.detail.to_owned() };
    context.world.put_intent(&intent.key, None);
    context.outbox.notify_one();
    if let Some(learned) = learned {
        take_in_learned(context, &ended, &learned);
    }
    repaired(context, &ended, end.outcome)
}

fn take_in_learned(context: &Context, intent: &Intent, learned: &Learned) {
    let (key, action) = (&intent.key, intent.action);
    context.world.put_learned(key, action, learned);
    let confidence = learned.confidence.map(|confidence| confidence.total);
    context.telemetry.emit(LearnEvent::Learned { key, action, delta: learned.delta, confidence });
    if learned.pair_opened {
        context.telemetry.emit(BreakerEvent::Opened { action, key: Some(key) });
    }
    if learned.action_opened {
        context.telemetry.emit(BreakerEvent::Opened { action, key: None });
        context.request_all(Reason::HostChanged);
    }
    context.host_changed.notify_one();
}

/// The names of the snapshots that a plan took, or of the one that it put back.
fn snapshot(context: &Context, intent: &Intent) -> Option<String> {
    if let Shape::Restore { name, .. } = &intent.shape {
        return Some(name.clone());
    }
    let names: Vec<String> = context.world.snapshots(&intent.key).into_iter().map(|it| it.name).collect();
    (!names.is_empty()).then(|| names.join(","))
}

/// Tells how long what was mended was broken.
fn repaired(context: &Context, intent: &Intent, outcome: Outcome) -> Result<(), Error> {
    let worked = matches!(outcome, Outcome::Success | Outcome::Warning);
    let good = worked && intent.repairs && !intent.key.is_canary();
    if let Some(incident) = incident(context, intent)?.filter(|_| good) {
        let took = context.now().since(incident.opened);
        context.telemetry.emit(RepairEvent::Repaired { key: &intent.key, kind: incident.kind, took });
    }
    Ok(())
}

/// The incident that called for a plan.
fn incident(context: &Context, intent: &Intent) -> Result<Option<Incident>, Error> {
    let Some(number) = intent.incident else { return Ok(None) };
    let recent = context.keeper.store().incidents(&intent.key, RECENT_INCIDENTS)?;
    Ok(recent.into_iter().find(|incident| incident.id.0 == number))
}

/// Among so many incidents of an object the one that a plan was about is looked for.
const RECENT_INCIDENTS: u32 = 50;
