//! One reconcile: the whole flow on one page.
//!
//! Owns the order: recover what a crash left, evaluate, remember, verify or admit, act, learn. Every decision is the
//! domain's; every effect is the executor's. Run by the queue, never twice at once for one object.

mod act;
mod judged;
mod outcome;
mod remember;

use std::sync::Arc;

use podsteward_domain::evaluate::{self, Evaluation};
use podsteward_domain::intent::IntentState;
use podsteward_domain::memory::Memory;
use podsteward_domain::observation::Observation;
use podsteward_domain::plan::Shape;
use podsteward_domain::recover::Interruption;
use podsteward_domain::verify::{Verification, checked};
use podsteward_domain::view::{self, Presence, View};
use podsteward_domain::world::{Desired, Subject, World};
use podsteward_metrics::label::ReconcileResult;
use podsteward_metrics::{ReconcileEvent, chain};
use podsteward_podman as podman;
use podsteward_specs::key::{Key, Kind};
use tokio::time::Instant;

use crate::context::Context;
use crate::executor;
use crate::queue::{Request, RunResult};
use act::Acted;

/// How many looks one reconcile may take: a look, a fresh look, an act, its verification, and what follows.
const LOOKS_MAX: u32 = 8;

/// A playbook whose turn it is not is looked at again after this.
const PLAYBOOK_TURN: std::time::Duration = std::time::Duration::from_secs(1);

/// Why a reconcile failed. It is tried again with back-off.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Podman could not be read.
    #[error("podman cannot be read")]
    Podman(#[from] podman::Error),
    /// The store could not be read or written.
    #[error("the store cannot be used")]
    Store(#[from] podsteward_store::Error),
    /// A plan was not carried out to its end.
    #[error("the plan was not carried out")]
    Plan(#[from] executor::Error),
}

/// What one look came to.
enum Look {
    /// Something was read anew: look again at once.
    Again,
    /// Something was done: look again at once.
    Acted,
    /// That is all for now.
    Done(ReconcileResult, Option<std::time::Duration>),
}

/// Reconciles one object.
pub async fn reconcile(context: Arc<Context>, request: Request) -> RunResult {
    let begun = Instant::now();
    let (key, reason) = (&request.key, request.reason.as_str());
    let mut acted = false;
    for _ in 0..LOOKS_MAX {
        match Box::pin(look(&context, key)).await {
            Ok(Look::Again) => {}
            Ok(Look::Acted) => acted = true,
            Ok(Look::Done(result, again)) => {
                let result = if acted { ReconcileResult::Acted } else { result };
                context.telemetry.emit(ReconcileEvent::Finished {
                    key,
                    reason,
                    result,
                    took: begun.elapsed(),
                });
                return RunResult::Done { again };
            }
            Err(error) => {
                let error = chain(&error);
                context.telemetry.emit(ReconcileEvent::Failed {
                    key,
                    reason,
                    error: &error,
                    took: begun.elapsed(),
                });
                return RunResult::Failed;
            }
        }
    }
    RunResult::Done { again: Some(std::time::Duration::from_secs(1)) }
}

/// One look at one object, and what follows from it.
///
/// Before the first complete reads nothing is done, and the last known status holds; every object is looked at once
/// they are there. That Podman cannot be read at all is worth showing, however.
async fn look(context: &Arc<Context>, key: &Key) -> Result<Look, Error> {
    let world = context.world.world(key, context.now());
    let reads_are_missing = reads_are_missing(context, key);
    let cannot_be_read = matches!(world.engine, Observation::Unknown { .. });
    let unread = key.kind == Kind::BackupCheck && !context.world.backup_is_read(key);
    if reads_are_missing && (unread || !cannot_be_read) {
        return Ok(Look::Done(ReconcileResult::Unchanged, None));
    }
    if !is_of_interest(&world) {
        remember::forget_shown(context, key, &world)?;
        return Ok(Look::Done(ReconcileResult::Unchanged, None));
    }
    if reads_are_missing {
        remember::evaluation(context, key, &evaluate::evaluate(world))?;
        return Ok(Look::Done(ReconcileResult::Unchanged, None));
    }
    let due = verification_is_due(context, &world);
    if view::presence(&world) == Presence::NotYet || due {
        context.observe(key).await?;
        return Ok(Look::Again);
    }
    if let Some(intent) = &world.intent
        && !matches!(intent.state, IntentState::Stabilising { .. })
    {
        outcome::recover(context, intent, Interruption::Crash, None).await?;
        return Ok(Look::Acted);
    }
    let intent = world.intent.clone();
    if let Some(intent) = intent.as_ref().filter(|intent| checked::are_due(&View::of(&world), intent)) {
        let Ok(_turn) = context.playbooks.try_acquire() else {
            return Ok(Look::Done(ReconcileResult::Unchanged, Some(PLAYBOOK_TURN)));
        };
        outcome::ask_checks(context, &world, intent).await;
        if context.shutdown.is_cancelled() {
            return Ok(Look::Done(ReconcileResult::Unchanged, None));
        }
        return Ok(Look::Again);
    }
    let evaluation = evaluate::evaluate(world);
    let calm = context.world.storm_until(context.now()).is_none();
    remember::evaluation(context, key, &evaluation)?;
    if calm && context.world.storm_until(context.now()).is_some() {
        // The storm began with this very finding, which was judged before.
        return Ok(Look::Again);
    }
    match (intent, &evaluation.verification) {
        (Some(_), Some(Verification::Wait { .. })) => {
            Ok(Look::Done(ReconcileResult::Unchanged, evaluation.again))
        }
        (Some(intent), Some(verification)) => {
            outcome::conclude(context, &intent, verification.clone()).await?;
            Ok(Look::Acted)
        }
        _ => Box::pin(follow(context, key, evaluation)).await,
    }
}

/// Whether the first complete reads are missing that a look at an object needs. A full disk may be what keeps Podman from
/// answering, so it does not wait for it.
fn reads_are_missing(context: &Context, key: &Key) -> bool {
    match key.kind {
        Kind::Disk => context.world.manifests().is_none(),
        // Nothing is said of a backup before it was looked at.
        Kind::BackupCheck if !context.world.backup_is_read(key) => true,
        _ => !context.world.missing_reads().is_empty(),
    }
}

/// Whether a cleanup is to be verified and was not measured since it had to hold.
fn verification_is_due(context: &Context, world: &World) -> bool {
    let Subject::Disk(facts) = &world.subject else { return false };
    let Some((intent, since)) = world.intent.as_ref().and_then(|intent| match intent.state {
        IntentState::Stabilising { since, .. } => Some((intent, since)),
        _ => None,
    }) else {
        return false;
    };
    let age = context.now().since(since);
    let measured = match facts.sample {
        Observation::Known { at, .. } => context.now().since(at),
        // It is tried by its source, and looked at when that works again.
        Observation::Unknown { .. } => return false,
        Observation::NotYet => return true,
    };
    age.checked_sub(intent.expectation.stabilise).is_some_and(|over| measured > over)
}

/// Whether the object is ours in any way: what others made and nobody declares is none of our business.
fn is_of_interest(world: &World) -> bool {
    let declared = world.desired != Desired::Absent || !world.manifest_problems.is_empty();
    let remembered = world.memory != Memory::default() || world.intent.is_some();
    // What waits under another name while it is replaced is the business of that plan.
    let name = world.key.name.as_str();
    let elsewhere =
        world.host.leases.iter().any(|it| it.key != world.key && it.touches.containers.contains(name));
    if elsewhere && !declared {
        return false;
    }
    // A question about what is gone must come to its end.
    let asked = !world.standing.approvals.is_empty() || world.restore.is_some();
    declared || remembered || asked || view::presence(world).is_ours()
}

/// Carries out what was chosen, unless a gate says otherwise. What else could be done and is withheld is written down,
/// too.
async fn follow(context: &Arc<Context>, key: &Key, evaluation: Evaluation) -> Result<Look, Error> {
    let Evaluation { choice, decisions, again, .. } = evaluation;
    let Some(choice) = choice else {
        remember::forget_if_gone(context, key)?;
        return Ok(Look::Done(ReconcileResult::Unchanged, again));
    };
    if !context.may_act_on(key) {
        return Ok(Look::Done(ReconcileResult::Unchanged, None));
    }
    if choice.needs_fresh_look() {
        context.observe(key).await?;
        if matches!(choice.plan.shape, Shape::Playbook(_)) {
            for other in context.world.others(key) {
                context.observe(&other).await?;
            }
        }
        return Ok(Look::Again);
    }
    let others = decisions.iter().filter(|decision| decision.action != choice.decision.action);
    for decision in others.filter(|decision| decision.withheld_by().is_some() && !decision.asks()) {
        remember::withheld(context, decision)?;
    }
    if choice.decision.withheld_by().is_some() && !choice.decision.asks() {
        remember::withheld(context, &choice.decision)?;
        return Ok(Look::Done(ReconcileResult::Withheld, again));
    }
    if context.shutdown.is_cancelled() {
        return Ok(Look::Done(ReconcileResult::Withheld, None));
    }
    if choice.decision.waits_for_answer() {
        // It was asked and logged already; the answer, or the end of its time, wakes it.
        return Ok(Look::Done(ReconcileResult::Withheld, again));
    }
    let is_playbook = matches!(choice.plan.shape, Shape::Playbook(_));
    let turn = is_playbook.then(|| context.playbooks.try_acquire()).transpose();
    let Ok(_turn) = turn else {
        return Ok(Look::Done(ReconcileResult::Withheld, Some(PLAYBOOK_TURN)));
    };
    match act::act(context, key, choice).await? {
        Acted::Done => Ok(Look::Acted),
        Acted::JudgeAgain => Ok(Look::Again),
        Acted::Held(until) => {
            let opens = until.map(|until| until.since(context.now()));
            Ok(Look::Done(ReconcileResult::Withheld, [opens, again].into_iter().flatten().min()))
        }
    }
}
