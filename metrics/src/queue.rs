//! The queue: its events, and the metrics that every work queue has.
//!
//! Owns what the queue logs and counts. Never orders anything. Emitted by the runtime's queue and workers.

use std::time::Duration;

use podsteward_specs::key::Key;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

use crate::registry::{Catalogue, Seconds};
use crate::telemetry::{TARGET, gauge, ms};

/// What happens to the queue.
#[derive(Debug)]
pub enum QueueEvent<'a> {
    /// A request came in and was not yet there.
    Added {
        /// Whose.
        key: &'a Key,
        /// Why.
        reason: &'a str,
        /// Requests that wait now.
        depth: usize,
    },
    /// A worker took a request.
    Taken {
        /// Whose.
        key: &'a Key,
        /// How long it waited since it was due.
        waited: Duration,
        /// Requests that wait now.
        depth: usize,
    },
    /// A worker is done with a request.
    Done {
        /// Whose.
        key: &'a Key,
        /// How long it worked.
        worked: Duration,
    },
    /// A request that failed will be tried again.
    Retried {
        /// Whose.
        key: &'a Key,
        /// After how long.
        after: Duration,
    },
    /// Somebody is about to read the metrics.
    Sampled {
        /// Requests that wait now.
        depth: usize,
        /// How long the worker that is busy the longest has been busy; zero when none is.
        longest_running: Duration,
    },
}

impl QueueEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::Added { key, reason, depth } => {
                tracing::trace!(target: TARGET, object = %key, reason, depth, "request added");
            }
            Self::Taken { key, waited, depth } => {
                tracing::trace!(target: TARGET, object = %key, waited_ms = ms(*waited), depth, "request taken");
            }
            Self::Done { key, worked } => {
                tracing::trace!(target: TARGET, object = %key, elapsed_ms = ms(*worked), "request done");
            }
            Self::Retried { key, after } => {
                tracing::debug!(target: TARGET, object = %key, after_ms = ms(*after), "request will be retried");
            }
            Self::Sampled { .. } => {}
        }
    }
}

/// The metrics of the queue.
#[derive(Debug)]
pub(crate) struct Metrics {
    depth: Gauge,
    adds: Counter,
    retries: Counter,
    waited: Histogram,
    worked: Histogram,
    longest_running: Seconds,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        Self {
            depth: catalogue.gauge("workqueue_depth", "Requests that wait in the queue"),
            adds: catalogue.counter("workqueue_adds", "Requests that came into the queue"),
            retries: catalogue.counter("workqueue_retries", "Requests that are tried again after a failure"),
            waited: catalogue
                .histogram("workqueue_queue_duration", "How long a due request waited for a worker"),
            worked: catalogue.histogram("workqueue_work_duration", "How long a worker worked on a request"),
            longest_running: catalogue.gauge_seconds(
                "workqueue_longest_running_processor",
                "How long the worker that is busy the longest has been busy",
            ),
        }
    }

    pub(crate) fn count(&self, event: &QueueEvent<'_>) {
        match event {
            QueueEvent::Added { depth, .. } => {
                self.adds.inc();
                self.depth.set(gauge(*depth));
            }
            QueueEvent::Taken { waited, depth, .. } => {
                self.waited.observe(waited.as_secs_f64());
                self.depth.set(gauge(*depth));
            }
            QueueEvent::Done { worked, .. } => self.worked.observe(worked.as_secs_f64()),
            QueueEvent::Retried { .. } => {
                self.retries.inc();
            }
            QueueEvent::Sampled { depth, longest_running } => {
                self.depth.set(gauge(*depth));
                self.longest_running.set(longest_running.as_secs_f64());
            }
        }
    }
}
