//! Actions: plans being carried out, step by step, with what came of them.
//!
//! Owns what an intent logs and counts from its beginning to its end. Never carries out a step. Emitted by the
//! runtime's executor and by recovery.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::intent::{IntentId, Outcome};
use podsteward_specs::key::Key;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;

use crate::family::Counters;
use crate::label::{StepResult, VerificationStatus};
use crate::registry::Catalogue;
use crate::telemetry::{TARGET, ms};

/// Which intent an event is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The intent.
    pub intent: IntentId,
    /// The object.
    pub key: &'a Key,
    /// The action.
    pub action: Action,
}

/// What becomes of an intent.
#[derive(Debug)]
pub enum ActionEvent<'a> {
    /// It is in the journal; no step was begun.
    IntentBegun {
        /// Which.
        about: About<'a>,
        /// How many steps its plan has.
        steps: usize,
    },
    /// It was found open at the start and is being finished or compensated.
    IntentRecovered {
        /// Which.
        about: About<'a>,
        /// Where it stood, see [`podsteward_domain::intent::IntentState::as_str`].
        state: &'static str,
    },
    /// A step is done.
    StepDone {
        /// Which intent.
        about: About<'a>,
        /// The kind of step, see [`podsteward_domain::plan::Step::noun`].
        noun: &'static str,
        /// How long it took.
        took: Duration,
    },
    /// A step was refused, or nobody knows what it did.
    StepFailed {
        /// Which intent.
        about: About<'a>,
        /// The kind of step.
        noun: &'static str,
        /// Whether nothing was done, or nobody knows.
        result: StepResult,
        /// How long it took.
        took: Duration,
        /// The error with its causes.
        error: &'a str,
    },
    /// Verification looked.
    VerificationDone {
        /// Which intent.
        about: About<'a>,
        /// What it found.
        status: VerificationStatus,
        /// What it found, for people.
        detail: &'a str,
    },
    /// What was done was taken back.
    RolledBack {
        /// Which intent.
        about: About<'a>,
        /// Why, for people.
        detail: &'a str,
    },
    /// It is over.
    IntentClosed {
        /// Which.
        about: About<'a>,
        /// What came of it.
        outcome: Outcome,
        /// The same for people.
        detail: &'a str,
        /// How long it took from its beginning, waiting for verification included.
        took: Duration,
    },
}

impl ActionEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::IntentBegun { about, steps } => {
                let About { intent, key, action } = about;
                tracing::debug!(target: TARGET, object = %key, %action, %intent, steps, "intent begun");
            }
            Self::IntentRecovered { about, state } => {
                let About { intent, key, action } = about;
                tracing::info!(target: TARGET, object = %key, %action, %intent, state, "intent recovered");
            }
            Self::StepDone { about, noun, took } => {
                let About { intent, key, action } = about;
                let elapsed_ms = ms(*took);
                tracing::debug!(target: TARGET, object = %key, %action, %intent, step = noun, elapsed_ms, "step done");
            }
            Self::StepFailed { about, noun, result, took, error } => {
                let About { intent, key, action } = about;
                let (result, elapsed_ms) = (result.as_str(), ms(*took));
                tracing::debug!(
                    target: TARGET, object = %key, %action, %intent, step = noun, result, elapsed_ms, error, "step failed"
                );
            }
            Self::VerificationDone { about, status, detail } => {
                let About { intent, key, action } = about;
                let status = status.as_str();
                tracing::debug!(
                    target: TARGET, object = %key, %action, %intent, status, detail, "verification done"
                );
            }
            Self::RolledBack { about, detail } => {
                let About { intent, key, action } = about;
                tracing::debug!(target: TARGET, object = %key, %action, %intent, detail, "rolled back");
            }
            Self::IntentClosed { about, outcome, detail, took } => log_closed(about, *outcome, detail, *took),
        }
    }
}

/// The one line that says what podsteward did. Its steps, and what was taken back, show with `-v`; so the detail of
/// a failure has to name the error.
fn log_closed(about: &About<'_>, outcome: Outcome, detail: &str, took: Duration) {
    let About { intent, key, action } = about;
    let (result, elapsed_ms) = (outcome.as_str(), ms(took));
    match outcome {
        Outcome::Success | Outcome::Inconclusive | Outcome::Withheld => {
            tracing::info!(
                target: TARGET, object = %key, %action, %intent, outcome = result, elapsed_ms, detail, "intent closed"
            );
        }
        Outcome::Warning | Outcome::Failure | Outcome::RolledBack => {
            tracing::warn!(
                target: TARGET, object = %key, %action, %intent, outcome = result, elapsed_ms, detail, "intent closed"
            );
        }
    }
}

/// The metrics of actions.
#[derive(Debug)]
pub(crate) struct Metrics {
    actions: Counters<2>,
    duration: Histogram,
    steps: Counters<2>,
    verifications: Counters<1>,
    rollbacks: Counter,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let actions = catalogue.counters("actions", ["action", "outcome"], "Actions by what came of them");
        for action in Action::labels() {
            actions.announce(Outcome::ALL.iter().map(|outcome| [action, outcome.as_str()]));
        }
        let duration = catalogue.histogram(
            "action_duration",
            "How long an action took, from its intent to its end, verification included",
        );
        let steps = catalogue.counters("steps", ["step", "result"], "Steps of plans by what became of them");
        let verifications =
            catalogue.counters("verifications", ["status"], "Verifications by what they found");
        verifications.announce(VerificationStatus::ALL.iter().map(|status| [status.as_str()]));
        let rollbacks = catalogue.counter("rollbacks", "Plans that were taken back");
        Self { actions, duration, steps, verifications, rollbacks }
    }

    pub(crate) fn count(&self, event: &ActionEvent<'_>) {
        match event {
            ActionEvent::IntentBegun { .. } | ActionEvent::IntentRecovered { .. } => {}
            ActionEvent::StepDone { noun, .. } => {
                self.steps.with([noun, StepResult::Done.as_str()]).inc();
            }
            ActionEvent::StepFailed { noun, result, .. } => {
                self.steps.with([noun, result.as_str()]).inc();
            }
            ActionEvent::VerificationDone { status, .. } => {
                self.verifications.with([status.as_str()]).inc();
            }
            ActionEvent::RolledBack { .. } => {
                self.rollbacks.inc();
            }
            ActionEvent::IntentClosed { about, outcome, took, .. } => {
                self.actions.with([about.action.label(), outcome.as_str()]).inc();
                self.duration.observe(took.as_secs_f64());
            }
        }
    }
}
