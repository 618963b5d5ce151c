//! From an admitted choice to the end of its steps.
//!
//! Owns the sequence admit → journal → act → observe → learn. Called by the worker.

use std::sync::Arc;

use podsteward_domain::admit::{self, IntentDraft};
use podsteward_domain::evaluate::Choice;
use podsteward_domain::intent::{Intent, IntentState};
use podsteward_domain::learn;
use podsteward_domain::plan::Plan;
use podsteward_domain::recover::Interruption;
use podsteward_domain::view::View;
use podsteward_metrics::{ActionEvent, DecisionEvent, action::About, chain};
use podsteward_specs::key::Key;
use podsteward_store::{Admitted, Durability};

use super::{Error, outcome, remember};
use crate::context::Context;
use crate::executor::{self, Executor};

/// Admits a choice and carries it out. False: a gate stopped it at the last moment.
pub(super) async fn act(context: &Arc<Context>, key: &Key, choice: Choice) -> Result<bool, Error> {
    let durability = if choice.plan.is_destructive() { Durability::Full } else { Durability::Normal };
    let draft = draft(context, key, &choice);
    let (decision, now) = (choice.decision.clone(), context.now());
    let admit = move |store: &podsteward_store::Store| {
        store.admit(now, durability, |facts| admit::judge(decision, draft, facts))
    };
    let admitted = match durability {
        Durability::Full => context.keeper.durably(admit).await?,
        Durability::Normal => admit(context.keeper.store())?,
    };
    let intent = match admitted {
        Admitted::Begun { intent, decision, .. } => {
            context.telemetry.emit(DecisionEvent::Made { decision: &decision });
            *intent
        }
        Admitted::Withheld { decision, .. } => {
            remember::tell_withheld(context, &decision);
            return Ok(false);
        }
    };
    let steps = choice.plan.steps().count();
    context.telemetry.emit(ActionEvent::IntentBegun { about: about(&intent), steps });
    context.world.put_intent(key, Some(intent.clone()));
    carry_out(context, intent, &choice.plan).await?;
    Ok(true)
}

fn draft(context: &Context, key: &Key, choice: &Choice) -> IntentDraft {
    let world = context.world.world(key, context.now());
    let image_id = world.memory.applied.as_ref().and_then(|applied| applied.image_id.clone());
    IntentDraft {
        key: key.clone(),
        action: choice.decision.action,
        shape: choice.plan.shape.clone(),
        document: world.desired.document().map(|document| document.canonical.to_string()),
        facts: choice.facts.clone(),
        image_id,
        mends: choice.mends.clone(),
        touches: choice.plan.touches.clone(),
        expectation: choice.plan.expectation,
        begun: context.now(),
    }
}

async fn carry_out(context: &Arc<Context>, mut intent: Intent, plan: &Plan) -> Result<(), Error> {
    let durability = if plan.is_destructive() { Durability::Full } else { Durability::Normal };
    remember::advance(context, &mut intent, IntentState::Acting, durability).await?;
    let mut executor = Executor::new(context, &intent, 0);
    if let Err(error) = executor.sections(&plan.sections).await {
        return outcome::recover(context, &intent, Interruption::Failure, Some(error)).await;
    }
    stabilise(context, intent).await
}

/// Takes in what the steps made, remembers it, and leaves the rest to verification.
pub(super) async fn stabilise(context: &Arc<Context>, mut intent: Intent) -> Result<(), Error> {
    context.observe(&intent.key).await?;
    let world = context.world.world(&intent.key, context.now());
    let memory = learn::from_steps(&View::of(&world), &intent);
    remember::memory(context, &intent.key, memory)?;
    let state = executor::stabilising(context, &intent);
    remember::advance(context, &mut intent, state, Durability::Normal).await
}

/// Which intent a telemetry event is about.
pub(super) fn about(intent: &Intent) -> About<'_> {
    About { intent: intent.id, key: &intent.key, action: intent.action }
}

/// An error in one line, for people.
pub(super) fn line(error: &(dyn std::error::Error + 'static)) -> String {
    chain(error)
}
