//! How an intent ends: verified and settled, taken back, or left as it is.
//!
//! Owns the closing of intents. What is done about a failure or a crash is [`podsteward_domain::recover`]'s to say.

mod playbook;
mod words;

use std::sync::Arc;

use podsteward_domain::action::Action;
use podsteward_domain::disk;
use podsteward_domain::disk::memory::Cleaned;
use podsteward_domain::forecast::Reclaim;
use podsteward_domain::intent::{Baseline, Intent, IntentState, Outcome};
use podsteward_domain::learn::{self, Lesson};
use podsteward_domain::plan::{Shape, Step};
use podsteward_domain::recover::{self, Interruption, Recovery};
use podsteward_domain::verify::report::{Report, Status};
use podsteward_domain::verify::{self, Verification};
use podsteward_domain::view::View;
use podsteward_metrics::{ActionEvent, DiskEvent};
use podsteward_store::{Durability, EventType};

use super::act::{self, about};
use super::{Error, judged, remember};
use crate::context::Context;
use crate::executor::{self, Executor};
use crate::queue::Reason;
use crate::source::snapshots;
pub(super) use playbook::ask_checks;
use words::{event_reason, label, verified_before};

/// How many lines of a container's log are read after a restart.
const LOG_LINES_MAX: usize = 200;

/// How an intent is closed.
#[derive(Clone, Copy)]
struct Closing<'a> {
    outcome: Outcome,
    detail: &'a str,
    /// What verification found, where it came to that.
    report: Option<&'a Report>,
    permanent: bool,
    kept: bool,
    /// The failure was the action's own, see [`executor::Error::is_attributable`].
    attributable: bool,
}

/// Goes on with an intent whose verification has an answer.
pub(super) async fn conclude(
    context: &Arc<Context>,
    intent: &Intent,
    verification: Verification,
) -> Result<(), Error> {
    if matches!(verification, Verification::Wait { .. }) {
        return Ok(());
    }
    let verification = with_log(context, intent, verification).await;
    let report = with_freed(context, intent, report(context, intent, &verification))?;
    let (status, detail) = (report.status, report.detail.as_str());
    context.telemetry.emit(ActionEvent::VerificationDone {
        about: about(intent),
        status: label(status),
        detail,
    });
    let outcome = match status {
        Status::Verified => Outcome::Success,
        Status::Warning => Outcome::Warning,
        Status::Inconclusive => Outcome::Inconclusive,
        Status::Failed => Outcome::Failure,
    };
    let attributable = is_attributable(context, intent)?;
    let closing =
        Closing { outcome, detail, report: Some(&report), permanent: false, kept: true, attributable };
    if status == Status::Failed && is_taken_back(&intent.shape) {
        return take_back(context, intent, &Closing { permanent: true, ..closing }).await;
    }
    settle(context, intent, &closing).await
}

/// Whether what did not work leaves something to put right.
fn is_taken_back(shape: &Shape) -> bool {
    matches!(shape, Shape::Recreate { .. } | Shape::Playbook(_))
}

/// Whether a failure teaches something of the action.
fn is_attributable(context: &Context, intent: &Intent) -> Result<bool, Error> {
    let Shape::Clean { .. } = intent.shape else { return Ok(true) };
    Ok(disk::did_anything(&context.keeper.store().journal(intent.id)?))
}

/// What verification found, check by check.
fn report(context: &Context, intent: &Intent, verification: &Verification) -> Report {
    let world = context.world.world(&intent.key, context.now());
    let baseline = match &intent.state {
        IntentState::Stabilising { baseline, .. } => baseline.clone(),
        _ => Baseline::default(),
    };
    verify::report::report(&View::of(&world), intent, &baseline, verification)
}

/// What a cleanup freed and from where belongs to what is told of it, and what the commands of a playbook said.
fn with_freed(context: &Context, intent: &Intent, report: Report) -> Result<Report, Error> {
    if let Shape::Playbook(_) = intent.shape {
        return playbook::told(context, intent, report);
    }
    let Shape::Clean { .. } = intent.shape else { return Ok(report) };
    let freed = disk::freed(&context.keeper.store().journal(intent.id)?);
    let detail = [report.detail.as_str(), &freed].into_iter().filter(|part| !part.is_empty());
    Ok(Report { detail: detail.collect::<Vec<_>>().join("; "), ..report })
}

/// A restart that worked is judged in the light of what the container wrote since, where that can be read.
async fn with_log(context: &Context, intent: &Intent, verification: Verification) -> Verification {
    let IntentState::Stabilising { since, baseline } = &intent.state else { return verification };
    if intent.action != Action::ServiceRestart || verification != Verification::Passed {
        return verification;
    }
    let since_ms = baseline.started_ms.unwrap_or(since.wall_ms);
    let log = context.engine.container_log(intent.key.name.as_str(), since_ms, LOG_LINES_MAX).await;
    verify::with_log(verification, &log.unwrap_or_default())
}

/// Carries out the last section, if there is one, and closes.
async fn settle(context: &Arc<Context>, intent: &Intent, closing: &Closing<'_>) -> Result<(), Error> {
    let steps = recover::settle(intent);
    let mut intent = intent.clone();
    if !steps.is_empty() {
        if intent.state != IntentState::Verified {
            remember::advance(context, &mut intent, IntentState::Verified, Durability::Normal).await?;
        }
        let next = next_step(context, &intent)?;
        Executor::new(context, &intent, next).steps(&steps).await?;
        look_around(context, &intent).await?;
    }
    close(context, &intent, closing)
}

/// Reads what the last section touched, so that the next plan does not reckon with a container that is gone.
async fn look_around(context: &Arc<Context>, intent: &Intent) -> Result<(), Error> {
    if let Shape::Recreate { previous, .. } = &intent.shape {
        context.observe_container(previous, Reason::LiveChanged).await?;
    }
    if let Shape::Playbook(course) = &intent.shape {
        for remade in &course.remade {
            context.observe_container(&remade.previous, Reason::LiveChanged).await?;
        }
        act::observe_users(context, intent).await?;
    }
    Ok(context.observe(&intent.key).await?)
}

/// Goes on with an intent that was interrupted by a crash or by the failure of a step.
pub(super) async fn recover(
    context: &Arc<Context>,
    intent: &Intent,
    interruption: Interruption,
    error: Option<executor::Error>,
) -> Result<(), Error> {
    if interruption == Interruption::Crash {
        let state = intent.state.as_str();
        context.telemetry.emit(ActionEvent::IntentRecovered { about: about(intent), state });
    }
    let detail =
        error.as_ref().map_or_else(|| "the controller was interrupted".to_owned(), |error| act::line(error));
    let permanent = error.as_ref().is_some_and(executor::Error::is_permanent);
    let attributable = error.as_ref().is_some_and(executor::Error::is_attributable);
    let interrupted = Closing {
        outcome: Outcome::Inconclusive,
        detail: &detail,
        report: None,
        permanent,
        kept: false,
        attributable,
    };
    let recovery = look(context, intent, interruption).await?;
    match recovery {
        Recovery::Stabilise => act::stabilise(context, acting(context, intent).await?).await,
        Recovery::Settle { .. } => {
            let report = verified_before();
            let closing = Closing {
                outcome: Outcome::Success,
                detail: "",
                report: Some(&report),
                kept: true,
                ..interrupted
            };
            settle(context, intent, &closing).await
        }
        Recovery::Undo { steps, outcome } => {
            let rolling_back = intent.state == IntentState::RollingBack;
            let closing = Closing { outcome, permanent: permanent || rolling_back, ..interrupted };
            undo(context, intent, steps, &closing).await?;
            match error {
                // A playbook rests by itself.
                Some(error) if !permanent && !matches!(intent.shape, Shape::Playbook(_)) => Err(error.into()),
                _ => Ok(()),
            }
        }
    }
}

/// An intent that was written and not begun, or is being acted on: the latter.
async fn acting(context: &Arc<Context>, intent: &Intent) -> Result<Intent, Error> {
    let mut intent = intent.clone();
    if intent.state == IntentState::Begun {
        remember::advance(context, &mut intent, IntentState::Acting, Durability::Normal).await?;
    }
    Ok(intent)
}

/// Reads the host again and asks how to go on.
async fn look(
    context: &Arc<Context>,
    intent: &Intent,
    interruption: Interruption,
) -> Result<Recovery, Error> {
    let inspection = context.world.inspection();
    let list = context.engine.list_containers().await?;
    context.world.put_list(inspection, list, context.now());
    context.observe(&intent.key).await?;
    act::observe_users(context, intent).await?;
    let world = context.world.world(&intent.key, context.now());
    Ok(recover::recover(&View::of(&world), intent, interruption))
}

/// Takes a replacement back because it failed verification.
async fn take_back(context: &Arc<Context>, intent: &Intent, closing: &Closing<'_>) -> Result<(), Error> {
    match look(context, intent, Interruption::Failure).await? {
        Recovery::Undo { steps, outcome } => {
            undo(context, intent, steps, &Closing { outcome, kept: false, ..*closing }).await
        }
        Recovery::Stabilise | Recovery::Settle { .. } => Ok(()),
    }
}

/// Carries out compensating steps and closes. Interrupted, it goes on at the next look.
async fn undo(
    context: &Arc<Context>,
    intent: &Intent,
    steps: Vec<Step>,
    closing: &Closing<'_>,
) -> Result<(), Error> {
    let mut intent = intent.clone();
    let rolls_back = closing.outcome == Outcome::RolledBack;
    if rolls_back && intent.state != IntentState::RollingBack {
        remember::advance(context, &mut intent, IntentState::RollingBack, Durability::Full).await?;
    }
    let failed_start = take_steps_back(context, &intent, &steps).await?;
    let detail = failed_start.map(|error| format!("{}; and then: {}", closing.detail, act::line(&error)));
    let closing = &Closing { detail: detail.as_deref().unwrap_or(closing.detail), ..*closing };
    if rolls_back {
        context.telemetry.emit(ActionEvent::RolledBack { about: about(&intent), detail: closing.detail });
    }
    if !steps.is_empty() {
        look_around(context, &intent).await?;
    }
    let after = rolls_back.then(|| not_back(context, &intent)).flatten();
    let detail = after.map(|why| format!("{}; and then: {why}", closing.detail));
    let closing = &Closing { detail: detail.as_deref().unwrap_or(closing.detail), ..*closing };
    close(context, &intent, closing)
}

/// What is wrong with what was brought back, if anything is: a return is verified, too.
fn not_back(context: &Context, intent: &Intent) -> Option<String> {
    let Shape::Recreate { was_running: true, .. } = intent.shape else { return None };
    let world = context.world.world(&intent.key, context.now());
    let view = View::of(&world);
    let up = view.container.as_ref().is_some_and(podsteward_domain::view::ContainerView::is_up);
    (!up).then(|| "the old container does not run, either".to_owned())
}

/// Carries out compensating steps. A start that cannot succeed until a fact changes does not keep the intent open: the old
/// container has its name again, and the next edit must be able to mend it.
async fn take_steps_back(
    context: &Arc<Context>,
    intent: &Intent,
    steps: &[Step],
) -> Result<Option<executor::Error>, Error> {
    let next = next_step(context, intent)?;
    let mut executor = Executor::new(context, intent, next);
    let mut failed = None;
    for step in steps {
        match executor.steps(std::slice::from_ref(step)).await {
            Err(error) if error.is_permanent() && matches!(step, Step::StartContainer { .. }) => {
                failed = failed.or(Some(error));
            }
            result => result?,
        }
    }
    Ok(failed)
}

fn next_step(context: &Context, intent: &Intent) -> Result<u32, Error> {
    let journal = context.keeper.store().journal(intent.id)?;
    Ok(journal.iter().map(|entry| entry.step + 1).max().unwrap_or(0))
}

/// What a cleanup freed goes into the history of its filesystem, whether it came to its end or was interrupted; what is told
/// of one that was interrupted says it, too.
fn cleaned(
    context: &Context,
    intent: &Intent,
    closing: &Closing<'_>,
    cleaned: Option<&Cleaned>,
) -> Result<Option<String>, Error> {
    if let (Shape::Playbook(_), None) = (&intent.shape, closing.report) {
        return playbook::said(context, intent, closing.detail).map(Some);
    }
    let Shape::Clean { .. } = intent.shape else { return Ok(None) };
    let store = context.keeper.store();
    let journal = store.journal(intent.id)?;
    let bytes = disk::freed_bytes(&journal);
    if bytes > 0 {
        let (from_ms, to_ms) = (intent.begun.wall_ms, context.now().wall_ms);
        store.put_reclaim(&intent.key, Reclaim { from_ms, to_ms, freed: bytes })?;
    }
    if closing.report.is_some() {
        if let Some(cleaned) = cleaned {
            context.telemetry.emit(DiskEvent::CleanupFinished { key: &intent.key, cleaned, bytes });
        }
        return Ok(None);
    }
    let freed = disk::freed(&journal);
    let told = [closing.detail, freed.as_str()].into_iter().filter(|part| !part.is_empty());
    Ok(Some(told.collect::<Vec<_>>().join("; ")))
}

/// Closes an intent: learn, tell, forget what is gone.
fn close(context: &Context, intent: &Intent, closing: &Closing<'_>) -> Result<(), Error> {
    let mut intent = intent.clone();
    let Closing { outcome, detail, permanent, kept, .. } = *closing;
    let world = context.world.world(&intent.key, context.now());
    let error = (!detail.is_empty()).then_some(detail);
    let lesson = Lesson { intent: &intent, outcome, error, permanent, kept };
    let memory = learn::from_outcome(&View::of(&world), &lesson);
    let freed = cleaned(context, &intent, closing, memory.disk.cleaned.as_ref())?;
    let detail = freed.as_deref().unwrap_or(detail);
    let error = (!detail.is_empty()).then_some(detail);
    remember::memory(context, &intent.key, memory)?;
    let took = context.now().since(intent.begun);
    judged::close(
        context,
        &mut intent,
        &judged::End { outcome, detail, report: closing.report, attributable: closing.attributable },
    )?;
    if let Shape::Restore { name, .. } = &intent.shape
        && (outcome != Outcome::Inconclusive || closing.report.is_some())
    {
        // One that was interrupted is begun again.
        context.keeper.store().end_restore_request(name)?;
        snapshots::take_in(context);
    }
    context.telemetry.emit(ActionEvent::IntentClosed { about: about(&intent), outcome, detail, took });
    let good = matches!(outcome, Outcome::Success | Outcome::Warning | Outcome::Inconclusive);
    let kind = if good { EventType::Normal } else { EventType::Warning };
    let text = match error {
        Some(detail) => format!("{}: {}: {detail}", intent.action, outcome.as_str()),
        None => format!("{}: {}", intent.action, outcome.as_str()),
    };
    remember::event(context, &intent.key, kind, event_reason(&intent.shape, outcome), &text)?;
    if outcome == Outcome::Success {
        remember::removed(context, &intent)?;
    }
    let others = context.world.concerned(&intent.key).into_iter().filter(|key| *key != intent.key);
    context.request(others, Reason::DependencyChanged);
    if intent.judgement.is_some() {
        // What waited for a budget, a trial or its turn may begin. What fails by itself goes on backing off.
        context.request_all(Reason::HostChanged);
    }
    Ok(())
}
