//! Lessons: what verified outcomes change in what is remembered.
//!
//! Owns what a lesson logs. Never learns, and counts nothing: verifications are counted with their actions. Emitted
//! by the runtime when an intent is closed.

use podsteward_domain::action::Action;
use podsteward_domain::score::{Points, Score};
use podsteward_specs::key::Key;

use crate::registry::Catalogue;
use crate::telemetry::TARGET;

/// What is learned.
#[derive(Debug)]
pub enum LearnEvent<'a> {
    /// An outcome changed what is remembered of an action on an object.
    Learned {
        /// Which object.
        key: &'a Key,
        /// Which action.
        action: Action,
        /// What the outcome added to the confidence.
        delta: Points,
        /// The confidence that comes of it, where the action has one.
        confidence: Option<Score>,
    },
}

impl LearnEvent<'_> {
    pub(crate) fn log(&self) {
        let Self::Learned { key, action, delta, confidence } = self;
        let confidence = confidence.map(tracing::field::display);
        tracing::debug!(target: TARGET, object = %key, %action, %delta, confidence, "lesson learned");
    }
}

/// Lessons have no metrics of their own.
#[derive(Debug)]
pub(crate) struct Metrics;

impl Metrics {
    pub(crate) fn register(_: &mut Catalogue) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "every noun is called in the same way")]
    pub(crate) fn count(&self, _: &LearnEvent<'_>) {}
}
