//! How an intent ends: verified and settled, taken back, or left as it is.
//!
//! Owns the closing of intents. What is done about a failure or a crash is [`podsteward_domain::recover`]'s to say.

use std::sync::Arc;

use podsteward_domain::intent::{Intent, IntentState, Outcome};
use podsteward_domain::learn::{self, Lesson};
use podsteward_domain::plan::{Shape, Step};
use podsteward_domain::recover::{self, Interruption, Recovery};
use podsteward_domain::verify::Verification;
use podsteward_domain::view::View;
use podsteward_metrics::ActionEvent;
use podsteward_metrics::label::VerificationStatus;
use podsteward_store::{Durability, EventType};

use super::act::{self, about};
use super::{Error, remember};
use crate::context::Context;
use crate::executor::{self, Executor};
use crate::queue::Reason;

/// How an intent is closed.
struct Closing<'a> {
    outcome: Outcome,
    detail: &'a str,
    permanent: bool,
    kept: bool,
}

/// Goes on with an intent whose verification has an answer.
pub(super) async fn conclude(
    context: &Arc<Context>,
    intent: &Intent,
    verification: Verification,
) -> Result<(), Error> {
    let (status, detail) = match &verification {
        Verification::Wait { .. } => return Ok(()),
        Verification::Passed => (VerificationStatus::Verified, ""),
        Verification::Warned(detail) => (VerificationStatus::Warning, detail.as_str()),
        Verification::Failed(detail) => (VerificationStatus::Failed, detail.as_str()),
        Verification::Inconclusive(detail) => (VerificationStatus::Inconclusive, detail.as_str()),
        Verification::Superseded => (VerificationStatus::Inconclusive, "a newer document takes over"),
    };
    context.telemetry.emit(ActionEvent::VerificationDone { about: about(intent), status, detail });
    let outcome = match status {
        VerificationStatus::Verified => Outcome::Success,
        VerificationStatus::Warning => Outcome::Warning,
        VerificationStatus::Inconclusive => Outcome::Inconclusive,
        VerificationStatus::Failed if matches!(intent.shape, Shape::Recreate { .. }) => {
            return take_back(context, intent, detail, true).await;
        }
        VerificationStatus::Failed => Outcome::Failure,
    };
    settle(context, intent, &Closing { outcome, detail, permanent: false, kept: true }).await
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
    close(context, &intent, closing).await
}

/// Reads what the last section touched, so that the next plan does not reckon with a container that is gone.
async fn look_around(context: &Arc<Context>, intent: &Intent) -> Result<(), Error> {
    if let Shape::Recreate { previous, .. } = &intent.shape {
        context.observe_container(previous, Reason::LiveChanged).await?;
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
    let recovery = look(context, intent, interruption).await?;
    match recovery {
        Recovery::Stabilise => act::stabilise(context, acting(context, intent).await?).await,
        Recovery::Settle { .. } => {
            let closing = Closing { outcome: Outcome::Success, detail: "", permanent: false, kept: true };
            settle(context, intent, &closing).await
        }
        Recovery::Undo { steps, outcome } => {
            let rolling_back = intent.state == IntentState::RollingBack;
            let closing =
                Closing { outcome, detail: &detail, permanent: permanent || rolling_back, kept: false };
            undo(context, intent, steps, &closing).await?;
            match error {
                Some(error) if !permanent => Err(error.into()),
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
    let world = context.world.world(&intent.key, context.now());
    Ok(recover::recover(&View::of(&world), intent, interruption))
}

/// Takes a replacement back because it failed verification.
async fn take_back(
    context: &Arc<Context>,
    intent: &Intent,
    detail: &str,
    permanent: bool,
) -> Result<(), Error> {
    match look(context, intent, Interruption::Failure).await? {
        Recovery::Undo { steps, outcome } => {
            undo(context, intent, steps, &Closing { outcome, detail, permanent, kept: false }).await
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
        context.observe(&intent.key).await?;
    }
    close(context, &intent, closing).await
}

/// Carries out compensating steps. A last start that cannot succeed until a fact changes does not keep the intent open:
/// the old container has its name again, and the next edit must be able to mend it.
async fn take_steps_back(
    context: &Arc<Context>,
    intent: &Intent,
    steps: &[Step],
) -> Result<Option<executor::Error>, Error> {
    let next = next_step(context, intent)?;
    let mut executor = Executor::new(context, intent, next);
    let (start, before) = match steps.split_last() {
        Some((start @ Step::StartContainer { .. }, before)) => (Some(start), before),
        _ => (None, steps),
    };
    executor.steps(before).await?;
    let Some(start) = start else { return Ok(None) };
    match executor.steps(std::slice::from_ref(start)).await {
        Err(error) if error.is_permanent() => Ok(Some(error)),
        result => Ok(result.map(|()| None)?),
    }
}

fn next_step(context: &Context, intent: &Intent) -> Result<u32, Error> {
    let journal = context.keeper.store().journal(intent.id)?;
    Ok(journal.iter().map(|entry| entry.step + 1).max().unwrap_or(0))
}

/// Closes an intent: learn, tell, forget what is gone.
async fn close(context: &Arc<Context>, intent: &Intent, closing: &Closing<'_>) -> Result<(), Error> {
    let mut intent = intent.clone();
    let Closing { outcome, detail, permanent, kept } = *closing;
    let world = context.world.world(&intent.key, context.now());
    let error = (!detail.is_empty()).then_some(detail);
    let lesson = Lesson { intent: &intent, outcome, error, permanent, kept };
    let memory = learn::from_outcome(&View::of(&world), &lesson);
    remember::memory(context, &intent.key, memory)?;
    let took = context.now().since(intent.begun);
    let closed = IntentState::Closed { outcome, detail: detail.to_owned() };
    remember::advance(context, &mut intent, closed, Durability::Normal).await?;
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
    Ok(())
}

/// One word for `describe`.
fn event_reason(shape: &Shape, outcome: Outcome) -> &'static str {
    match (outcome, shape) {
        (Outcome::Failure, _) => "Failed",
        (Outcome::RolledBack, _) => "RolledBack",
        (Outcome::Inconclusive, _) => "Interrupted",
        (_, Shape::Create) => "Created",
        (_, Shape::Recreate { .. }) => "Recreated",
        (_, Shape::Start) => "Started",
        (_, Shape::Restart) => "Restarted",
        (_, Shape::Stop) => "Stopped",
        (_, Shape::Signal) => "Signalled",
        (_, Shape::Change) => "Changed",
        (_, Shape::Remove) => "Removed",
        (_, Shape::Note) => "Noted",
    }
}
