//! Carries out plans: section by section, step by step, each written to the journal before and after.
//!
//! Owns the order of journal and act, and the switch between sections. Makes no choice: what to do is in the plan,
//! what to do when a step fails is [`podsteward_domain::recover`]'s to say. Called by the worker.

mod step;

use std::sync::Arc;

use podsteward_domain::intent::{Baseline, Intent, IntentState, JournalEntry, StepEvent};
use podsteward_domain::plan::{Section, Step};
use podsteward_domain::switch::SwitchState;
use podsteward_domain::view::View;
use podsteward_metrics::label::StepResult;
use podsteward_metrics::{ActionEvent, action::About, chain};
use podsteward_podman as podman;
use podsteward_specs::key::Key;
use podsteward_store::Durability;
use tokio::time::Instant;

use crate::context::Context;

/// Carries out the steps of one intent.
pub struct Executor<'a> {
    context: &'a Arc<Context>,
    intent: &'a Intent,
    next_step: u32,
}

/// Why the steps of an intent did not come to their end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A step failed. Podman's answer names the call.
    #[error(transparent)]
    Step(podman::Error),
    /// The switch was turned between two sections.
    #[error("the controller was {0} between two sections")]
    Switched(&'static str),
    /// The journal could not be written.
    #[error("the journal cannot be written")]
    Store(#[from] podsteward_store::Error),
}

impl Error {
    /// Whether trying the very same again cannot help until a fact changes.
    pub fn is_permanent(&self) -> bool {
        use podman::Error::{Conflict, NotFound, Refused};
        matches!(self, Self::Step(NotFound { .. } | Refused { .. } | Conflict { .. }))
    }

    /// Whether the failure was the action's own, and not one of Podman, of the store or of a person: only then does it
    /// teach anything.
    pub fn is_attributable(&self) -> bool {
        use podman::Error::{Conflict, Failed, NotFound, Refused};
        matches!(self, Self::Step(NotFound { .. } | Refused { .. } | Conflict { .. } | Failed { .. }))
    }
}

impl<'a> Executor<'a> {
    /// An executor for an intent whose journal has `next_step` steps already.
    pub fn new(context: &'a Arc<Context>, intent: &'a Intent, next_step: u32) -> Self {
        Self { context, intent, next_step }
    }

    /// Carries out sections. The switch is read again before each one but the first, which was just admitted.
    pub async fn sections(&mut self, sections: &[Section]) -> Result<(), Error> {
        for (index, section) in sections.iter().enumerate() {
            if index > 0 {
                self.check_switch()?;
            }
            self.steps(&section.steps).await?;
        }
        Ok(())
    }

    /// Carries out steps without a look at the switch: the last section of a verified plan, or a compensation.
    pub async fn steps(&mut self, steps: &[Step]) -> Result<(), Error> {
        for step in steps {
            self.step(step).await?;
        }
        Ok(())
    }

    fn check_switch(&self) -> Result<(), Error> {
        let switch = self.context.keeper.store().switch()?;
        let now = self.context.now();
        match switch.state(now) {
            _ if switch.pause_of(&self.intent.key, now).is_some() => {
                Err(Error::Switched("paused for this object"))
            }
            SwitchState::Running => Ok(()),
            state => Err(Error::Switched(state.as_str())),
        }
    }

    async fn step(&mut self, step: &Step) -> Result<(), Error> {
        let number = self.next_step;
        self.next_step += 1;
        self.journal(number, step, StepEvent::Begun).await?;
        self.context.crash.reached(step.noun(), true);
        let begun = Instant::now();
        let result = step::carry_out(self.context, step).await;
        let about = About { intent: self.intent.id, key: &self.intent.key, action: self.intent.action };
        self.context.crash.reached(step.noun(), false);
        match result {
            Ok(()) => {
                self.journal(number, step, StepEvent::Done).await?;
                let took = begun.elapsed();
                self.context.telemetry.emit(ActionEvent::StepDone { about, noun: step.noun(), took });
                Ok(())
            }
            Err(source) => {
                let (event, result) = refused(&source);
                self.journal(number, step, event).await?;
                let error = chain(&source);
                let (noun, took) = (step.noun(), begun.elapsed());
                self.context.telemetry.emit(ActionEvent::StepFailed {
                    about,
                    noun,
                    result,
                    took,
                    error: &error,
                });
                Err(Error::Step(source))
            }
        }
    }

    /// A destructive step is on disk before it is carried out; what became of it is found on the host if need be.
    async fn journal(&self, number: u32, step: &Step, event: StepEvent) -> Result<(), Error> {
        let full = event == StepEvent::Begun && step.is_destructive();
        let entry = JournalEntry {
            intent: self.intent.id,
            step: number,
            noun: step.noun().to_owned(),
            text: step.to_string(),
            event,
            at: self.context.now(),
        };
        let durability = if full { Durability::Full } else { Durability::Normal };
        if full {
            self.context.keeper.durably(move |store| store.append(&entry, durability)).await?;
        } else {
            self.context.keeper.store().append(&entry, durability)?;
        }
        Ok(())
    }
}

/// What an error says about the step: nothing was done, or nobody knows.
fn refused(error: &podman::Error) -> (StepEvent, StepResult) {
    let text = error.to_string();
    match error {
        podman::Error::Timeout { .. } | podman::Error::Protocol { .. } => {
            (StepEvent::Unknowable { error: text }, StepResult::Unknowable)
        }
        _ => (StepEvent::NotDone { error: text }, StepResult::NotDone),
    }
}

/// The state after all steps of a plan: verification waits, or looks at once.
pub fn stabilising(context: &Context, intent: &Intent) -> IntentState {
    IntentState::Stabilising { since: context.now(), baseline: baseline(context, &intent.key) }
}

/// What verification compares with, as it is known now.
pub fn baseline(context: &Context, key: &Key) -> Baseline {
    // As the World has it: it knows of a healthcheck that never ends, and Podman does not.
    let world = context.world.world(key, context.now());
    let view = View::of(&world);
    let live = view.container.as_ref().and_then(|container| container.live);
    Baseline {
        container: live.map(|live| live.id.clone()),
        started_ms: live.and_then(|live| live.started_ms),
        health: live.and_then(|live| live.health.as_ref()).map(|health| health.status),
    }
}
