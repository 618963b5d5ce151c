//! Carries out plans: section by section, step by step, each written to the journal before and after.
//!
//! Owns the order of journal and act, and the switch between sections. Makes no choice: what to do is in the plan,
//! what to do when a step fails is [`podsteward_domain::recover`]'s to say. Called by the worker.

mod files;
mod playbook;
mod snapshot;
mod step;

pub(crate) use playbook::first_unmet;
pub use step::Error as StepError;

use std::sync::Arc;

use podsteward_domain::disk::DiskSample;
use podsteward_domain::intent::{Baseline, Intent, IntentState, JournalEntry, StepEvent};
use podsteward_domain::plan::{Section, Shape, Step, Until};
use podsteward_domain::switch::SwitchState;
use podsteward_domain::view::View;
use podsteward_metrics::label::StepResult;
use podsteward_metrics::{ActionEvent, DiskEvent, action::About, chain};
use podsteward_podman as podman;
use podsteward_specs::key::Key;
use podsteward_store::Durability;
use tokio::time::Instant;

use crate::context::Context;
use crate::disks;

/// Carries out the steps of one intent.
pub struct Executor<'a> {
    context: &'a Arc<Context>,
    intent: &'a Intent,
    next_step: u32,
}

/// Why the steps of an intent did not come to their end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A step failed.
    #[error(transparent)]
    Step(StepError),
    /// The switch was turned between two sections.
    #[error("the controller was {0} between two sections")]
    Switched(&'static str),
    /// A playbook took longer than it may as a whole.
    #[error("it took longer than it may as a whole")]
    Overdue,
    /// The journal could not be written.
    #[error("the journal cannot be written")]
    Store(#[from] podsteward_store::Error),
}

impl Error {
    /// Whether trying the very same again cannot help until a fact changes.
    pub fn is_permanent(&self) -> bool {
        use podman::Error::{Conflict, NotFound, Refused};
        // What cannot be kept is not tried again by itself: each time something is stopped for it.
        let of_data = matches!(self, Self::Step(StepError::Snapshot { .. }));
        let of_engine =
            matches!(self, Self::Step(StepError::Engine(NotFound { .. } | Refused { .. } | Conflict { .. })));
        of_data || of_engine
    }

    /// Whether nothing was done, because what had to hold before does not.
    pub fn is_unmet(&self) -> bool {
        matches!(self, Self::Step(StepError::Unmet { .. }))
    }

    /// Whether nobody knows what the step did.
    pub fn is_in_doubt(&self) -> bool {
        matches!(self, Self::Step(error) if is_unknowable(error))
    }

    /// Whether the failure was the action's own, and not one of Podman, of the store or of a person: only then does it
    /// teach anything.
    pub fn is_attributable(&self) -> bool {
        use podman::Error::{Conflict, Failed, NotFound, Refused};
        match self {
            Self::Step(StepError::Host { .. } | StepError::Command { .. }) | Self::Overdue => true,
            Self::Step(StepError::Engine(error)) => {
                matches!(error, NotFound { .. } | Refused { .. } | Conflict { .. } | Failed { .. })
            }
            // A change that was never begun, or whose effect nobody knows, teaches nothing.
            Self::Step(
                StepError::Snapshot { .. }
                | StepError::Unmet { .. }
                | StepError::InDoubt { .. }
                | StepError::Store(_)
                | StepError::Stopping,
            )
            | Self::Switched(_)
            | Self::Store(_) => false,
        }
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
            if playbook::left(self.context, self.intent).is_zero() {
                return Err(Error::Overdue);
            }
            let goes_on = matches!(self.intent.shape, Shape::Playbook(_));
            match &section.until {
                None => match self.steps(&section.steps).await {
                    Err(Error::Step(error)) if section.forgiving && !matches!(error, StepError::Stopping) => {
                    }
                    result => result?,
                },
                // What a playbook does besides is not done by a clean disk.
                Some(until) if self.steps_until(&section.steps, until).await? && !goes_on => return Ok(()),
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Carries out steps as long as what they work towards is not reached. True: it is, or nobody knows any more. A step
    /// that fails is passed over: the next one may free something. What each freed is measured.
    async fn steps_until(&mut self, steps: &[Step], until: &Until) -> Result<bool, Error> {
        for step in steps {
            // What is not known to be needed is not thrown away.
            let Some(before) = self.measured(until).await.filter(|sample| !until.is_reached(sample)) else {
                return Ok(true);
            };
            let done = match step {
                Step::DeleteFiles { .. } => self.files_until(step, until, before).await,
                step => self.step_measured(step, until, before).await,
            };
            match done {
                Ok(()) | Err(Error::Step(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.measured(until).await.is_none_or(|sample| until.is_reached(&sample)))
    }

    async fn measured(&self, until: &Until) -> Option<DiskSample> {
        disks::after_deletion(&*self.context.disks, &until.path).await.ok()
    }

    async fn step_measured(&mut self, step: &Step, until: &Until, before: DiskSample) -> Result<(), Error> {
        let number = self.next_step;
        self.step(step).await?;
        let Some(after) = self.measured(until).await else { return Ok(()) };
        self.note_freed((number, step), [before, after], None).await
    }

    async fn note_freed(
        &self,
        (number, step): (u32, &Step),
        [before, after]: [DiskSample; 2],
        files: Option<u64>,
    ) -> Result<(), Error> {
        let bytes = before.space.used.saturating_sub(after.space.used);
        let key = &self.intent.key;
        self.context.telemetry.emit(DiskEvent::Reclaimed { key, noun: step.noun(), bytes });
        self.journal(number, step, StepEvent::Freed { bytes, files }).await
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
        let mut touched = [&self.intent.key].into_iter().chain(&self.intent.touches.objects);
        match switch.state(now) {
            _ if touched.any(|key| switch.pause_of(key, now).is_some()) => {
                Err(Error::Switched("paused for this object"))
            }
            SwitchState::Running => Ok(()),
            state => Err(Error::Switched(state.as_str())),
        }
    }

    async fn step(&mut self, step: &Step) -> Result<(), Error> {
        let (number, begun) = (self.begin(step).await?, Instant::now());
        let result = step::carry_out(self.context, self.intent, step).await;
        self.end((number, step), begun, result).await
    }

    /// Writes down that a step is about to be carried out, and answers its number.
    async fn begin(&mut self, step: &Step) -> Result<u32, Error> {
        let number = self.next_step;
        self.next_step += 1;
        self.journal(number, step, StepEvent::Begun).await?;
        self.context.crash.reached(step.noun(), true);
        Ok(number)
    }

    /// Writes down what became of a step.
    async fn end(
        &self,
        (number, step): (u32, &Step),
        begun: Instant,
        result: Result<playbook::Said, StepError>,
    ) -> Result<(), Error> {
        let about = About { intent: self.intent.id, key: &self.intent.key, action: self.intent.action };
        self.context.crash.reached(step.noun(), false);
        match result {
            Ok(said) => {
                if let Some(text) = said {
                    self.journal(number, step, StepEvent::Said { text }).await?;
                }
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
fn refused(error: &StepError) -> (StepEvent, StepResult) {
    let text = error.to_string();
    if is_unknowable(error) {
        (StepEvent::Unknowable { error: text }, StepResult::Unknowable)
    } else {
        (StepEvent::NotDone { error: text }, StepResult::NotDone)
    }
}

fn is_unknowable(error: &StepError) -> bool {
    use podman::Error::{Protocol, Timeout};
    matches!(
        error,
        StepError::Engine(Timeout { .. } | Protocol { .. }) | StepError::InDoubt { .. } | StepError::Stopping
    )
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
    let memory = view.container.as_ref().and_then(|container| container.facts.memory.usage.value());
    Baseline {
        container: live.map(|live| live.id.clone()),
        started_ms: live.and_then(|live| live.started_ms),
        health: live.and_then(|live| live.health.as_ref()).map(|health| health.status),
        memory: memory.map(|usage| usage.used),
        disk: view.disk.and_then(|disk| disk.facts.sample.value().copied()),
    }
}
