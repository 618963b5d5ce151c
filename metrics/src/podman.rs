//! Podman: calls, whether it is there, its event stream and relists.
//!
//! Owns what the engine's side logs and counts. Never calls it. Emitted by the runtime, which wraps the engine.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;

use crate::family::{Counters, Histograms};
use crate::label::CallResult;
use crate::registry::Catalogue;
use crate::telemetry::{TARGET, ms};

/// What happens between podsteward and Podman.
#[derive(Debug)]
pub enum PodmanEvent<'a> {
    /// A call ended.
    CallDone {
        /// The verb: the name of the engine trait's method.
        verb: &'static str,
        /// How it ended.
        result: CallResult,
        /// How long it took.
        took: Duration,
    },
    /// Podman answers again, or for the first time.
    Up {
        /// Its version.
        version: &'a str,
    },
    /// Podman does not answer any more.
    Down {
        /// The error with its causes.
        error: &'a str,
    },
    /// The event stream is open.
    StreamOpened,
    /// The event stream ended; a relist follows.
    StreamLost {
        /// The error with its causes.
        error: &'a str,
    },
    /// The event stream was silent for so long that it counts as lost; a relist follows.
    StreamSilent {
        /// How long.
        silent: Duration,
    },
    /// An event came in.
    EventReceived {
        /// What happened, as Podman says it.
        action: &'a str,
        /// How long after the fact.
        lag: Duration,
    },
    /// A relist is complete.
    RelistDone {
        /// Containers in the list.
        containers: usize,
        /// Containers that were inspected, because they changed.
        changed: usize,
        /// How long it took, inspects included.
        took: Duration,
    },
    /// A relist failed; what is known grows old.
    RelistFailed {
        /// The error with its causes.
        error: &'a str,
    },
}

impl PodmanEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::CallDone { verb, result, took } => {
                let (result, elapsed_ms) = (result.as_str(), ms(*took));
                tracing::trace!(target: TARGET, verb, result, elapsed_ms, "podman called");
            }
            Self::Up { version } => tracing::info!(target: TARGET, version, "podman is up"),
            Self::Down { error } => tracing::warn!(target: TARGET, error, "podman is down"),
            Self::StreamOpened => tracing::debug!(target: TARGET, "event stream opened"),
            Self::StreamLost { error } => tracing::debug!(target: TARGET, error, "event stream lost"),
            Self::StreamSilent { silent } => {
                tracing::info!(target: TARGET, silent_ms = ms(*silent), "event stream silent");
            }
            Self::EventReceived { action, lag } => {
                tracing::trace!(target: TARGET, event = action, lag_ms = ms(*lag), "event received");
            }
            Self::RelistDone { containers, changed, took } => {
                tracing::trace!(target: TARGET, containers, changed, elapsed_ms = ms(*took), "relist done");
            }
            Self::RelistFailed { error } => tracing::debug!(target: TARGET, error, "relist failed"),
        }
    }
}

/// The metrics of the engine's side.
#[derive(Debug)]
pub(crate) struct Metrics {
    requests: Counters<2>,
    duration: Histograms<1>,
    up: Gauge,
    lag: Histogram,
    streams_lost: Counter,
    relists: Counters<1>,
    relist_duration: Histogram,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let metrics = Self {
            requests: catalogue.counters("podman_api_requests", ["verb", "result"], "Calls to Podman"),
            duration: catalogue.histograms("podman_api_duration", ["verb"], "How long a call to Podman took"),
            up: catalogue.gauge("podman_api_up", "1 while Podman answers, else 0"),
            lag: catalogue.histogram("events_lag", "How long after the fact Podman's events come in"),
            streams_lost: catalogue
                .counter("event_streams_lost", "Ends and silences of Podman's event stream"),
            relists: catalogue.counters("relists", ["result"], "Relists by result"),
            relist_duration: catalogue
                .histogram("relist_duration", "How long a relist took, inspects included"),
        };
        metrics.relists.announce([[DONE], [FAILED]]);
        metrics
    }

    pub(crate) fn count(&self, event: &PodmanEvent<'_>) {
        match event {
            PodmanEvent::CallDone { verb, result, took } => {
                self.requests.with([verb, result.as_str()]).inc();
                self.duration.with([verb]).observe(took.as_secs_f64());
            }
            PodmanEvent::Up { .. } => {
                self.up.set(1);
            }
            PodmanEvent::Down { .. } => {
                self.up.set(0);
            }
            PodmanEvent::StreamOpened => {}
            PodmanEvent::StreamLost { .. } | PodmanEvent::StreamSilent { .. } => {
                self.streams_lost.inc();
            }
            PodmanEvent::EventReceived { lag, .. } => self.lag.observe(lag.as_secs_f64()),
            PodmanEvent::RelistDone { took, .. } => {
                self.relists.with([DONE]).inc();
                self.relist_duration.observe(took.as_secs_f64());
            }
            PodmanEvent::RelistFailed { .. } => {
                self.relists.with([FAILED]).inc();
            }
        }
    }
}

const DONE: &str = "done";
const FAILED: &str = "failed";
