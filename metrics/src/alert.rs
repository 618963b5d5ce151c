//! Alerts that came in from the monitoring.
//!
//! Owns what each logs and counts. Never a label of an alert: those were written by others, and so is its name, which is
//! logged as it can be shown. Emitted by the runtime where it receives them.

use podsteward_domain::alert::AlertState;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;

use crate::family::{Counters, Gauges};
use crate::label::AlertWord;
use crate::registry::Catalogue;
use crate::samples::Samples;
use crate::telemetry::{TARGET, gauge};

/// What happens to alerts.
#[derive(Debug)]
pub enum AlertEvent<'a> {
    /// One came in and is kept.
    Received {
        /// What is said of it.
        word: AlertWord,
        /// Its name, as it can be shown.
        name: &'a str,
        /// The object that it is about.
        object: Option<&'a Key>,
    },
    /// What came in was not kept.
    Refused {
        /// Why.
        why: &'a str,
    },
    /// Others were left out of what came in.
    Truncated {
        /// How many.
        count: u64,
    },
    /// A test alert came in, now or before this controller began.
    PathProven {
        /// When.
        at: Moment,
    },
    /// So many are not over.
    Open {
        /// How many fire.
        firing: usize,
        /// How many were not repeated in time.
        unknown: usize,
    },
}

impl AlertEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::Received { word, name, object } => {
                let (word, object) = (word.as_str(), object.map(ToString::to_string).unwrap_or_default());
                tracing::info!(target: TARGET, status = word, alert = name, object, "alert received");
            }
            Self::Refused { why } => tracing::warn!(target: TARGET, error = why, "alerts refused"),
            Self::Truncated { count } => {
                tracing::warn!(target: TARGET, count, "alerts left out by the sender (raise max_alerts there)");
            }
            Self::PathProven { at } => tracing::info!(target: TARGET, at = %at, "alert path proven"),
            Self::Open { .. } => {}
        }
    }
}

/// The metrics of alerts.
#[derive(Debug)]
pub(crate) struct Metrics {
    received: Counters<1>,
    open: Gauges<1>,
    proven: Samples<0, f64>,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let received = catalogue.counters("alerts_received", ["status"], "Alerts that the monitoring sent");
        received.announce(AlertWord::ALL.iter().map(|word| [word.as_str()]));
        let open = catalogue.gauges("alerts", ["state"], "Alerts that are not over");
        Self {
            received,
            open,
            proven: catalogue.samples_seconds(
                "alert_path_proven_timestamp",
                [],
                "When the last test alert came in, in seconds since 1970",
            ),
        }
    }

    pub(crate) fn count(&self, event: &AlertEvent<'_>) {
        match event {
            AlertEvent::Received { word, .. } => {
                self.received.with([word.as_str()]).inc();
            }
            AlertEvent::Refused { .. } => {
                self.received.with([AlertWord::Refused.as_str()]).inc();
            }
            AlertEvent::Truncated { .. } => {}
            AlertEvent::PathProven { at } => self.proven.set([], Some(seconds(*at))),
            AlertEvent::Open { firing, unknown } => {
                self.open.with([AlertState::Firing.as_str()]).set(gauge(*firing));
                self.open.with([AlertState::Unknown.as_str()]).set(gauge(*unknown));
            }
        }
    }
}

fn seconds(at: Moment) -> f64 {
    // Whole milliseconds since 1970 are exact in a double for the next 280 000 years.
    std::time::Duration::from_millis(u64::try_from(at.wall_ms).unwrap_or(0)).as_secs_f64()
}
