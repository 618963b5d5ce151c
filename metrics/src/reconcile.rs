//! Reconciles: one look at one object, with what it came to.
//!
//! Owns what a reconcile logs and counts. Never what it decides. Emitted by the runtime's workers.

use std::time::Duration;

use podsteward_specs::key::{Key, Kind};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;

use crate::family::Counters;
use crate::label::ReconcileResult;
use crate::registry::Catalogue;
use crate::telemetry::{TARGET, ms};

/// What a reconcile comes to.
#[derive(Debug)]
pub enum ReconcileEvent<'a> {
    /// It ended.
    Finished {
        /// Whose.
        key: &'a Key,
        /// Why it was asked for.
        reason: &'a str,
        /// What it came to.
        result: ReconcileResult,
        /// How long it took.
        took: Duration,
    },
    /// It failed.
    Failed {
        /// Whose.
        key: &'a Key,
        /// Why it was asked for.
        reason: &'a str,
        /// The error with its causes, see [`crate::chain()`].
        error: &'a str,
        /// How long it took.
        took: Duration,
    },
}

impl ReconcileEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::Finished { key, reason, result, took } => {
                let result = result.as_str();
                tracing::debug!(target: TARGET, object = %key, reason, result, elapsed_ms = ms(*took), "reconciled");
            }
            Self::Failed { key, reason, error, took } => {
                let elapsed_ms = ms(*took);
                tracing::warn!(target: TARGET, object = %key, reason, elapsed_ms, error, "reconcile failed");
            }
        }
    }
}

/// The metrics of reconciles.
#[derive(Debug)]
pub(crate) struct Metrics {
    finished: Counters<2>,
    duration: Histogram,
    errors: Counter,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let finished = catalogue.counters("reconcile", ["kind", "result"], "Reconciles by what they came to");
        for kind in Kind::ALL {
            finished.announce(ReconcileResult::ALL.iter().map(|result| [kind.lower(), result.as_str()]));
        }
        Self {
            finished,
            duration: catalogue.histogram("reconcile_duration", "How long a reconcile took"),
            errors: catalogue.counter("reconcile_errors", "Reconciles that failed"),
        }
    }

    pub(crate) fn count(&self, event: &ReconcileEvent<'_>) {
        let (key, result, took) = match event {
            ReconcileEvent::Finished { key, result, took, .. } => (key, *result, took),
            ReconcileEvent::Failed { key, took, .. } => (key, ReconcileResult::Failed, took),
        };
        self.finished.with([key.kind.lower(), result.as_str()]).inc();
        self.duration.observe(took.as_secs_f64());
        if result == ReconcileResult::Failed {
            self.errors.inc();
        }
    }
}
