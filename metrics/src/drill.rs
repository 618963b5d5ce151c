//! Drills: podsteward proves that it works.
//!
//! Owns what drills log and count. Never runs one. Emitted by the runtime's drill, and at its start with what is
//! remembered.

use podsteward_domain::drill::{Drill, DrillResult, Phase, sentence};
use podsteward_domain::time::Moment;
use prometheus_client::metrics::histogram::Histogram;

use crate::family::Counters;
use crate::registry::Catalogue;
use crate::samples::Samples;
use crate::telemetry::TARGET;

/// What happens to drills.
#[derive(Debug)]
pub enum DrillEvent<'a> {
    /// One begins.
    Begun {
        /// Who asked for it.
        by: &'a str,
    },
    /// It came to its next phase.
    Entered {
        /// Which.
        phase: Phase,
    },
    /// It ended.
    Ended {
        /// How.
        drill: &'a Drill,
    },
    /// Its canary or its image could not be cleared away yet.
    NotCleared {
        /// Why, with all causes.
        error: &'a str,
    },
    /// When one passed last.
    Sampled {
        /// The end of it; none: never.
        passed: Option<Moment>,
    },
}

impl DrillEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::Begun { by } => tracing::info!(target: TARGET, by, "drill begun"),
            Self::Entered { phase } => {
                tracing::debug!(target: TARGET, phase = phase.as_str(), "drill goes on");
            }
            Self::Ended { drill } => {
                let told = sentence(drill);
                if drill.passed() {
                    tracing::info!(target: TARGET, drill = told, "drill ended");
                } else {
                    tracing::warn!(target: TARGET, drill = told, "drill ended");
                }
            }
            Self::NotCleared { error } => {
                tracing::warn!(target: TARGET, error, "canary not cleared away");
            }
            Self::Sampled { .. } => {}
        }
    }
}

/// The metrics of drills.
#[derive(Debug)]
pub(crate) struct Metrics {
    drills: Counters<1>,
    took: Histogram,
    passed: Samples<0, f64>,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let drills = catalogue.counters("drills", ["result"], "Drills by how they ended");
        drills.announce(DrillResult::ALL.iter().map(|result| [result.as_str()]));
        let help = "From the break of the canary to the verification of its restart, of drills that passed";
        let took = catalogue.histogram("drill_duration", help);
        let help = "When a drill last passed; absent: never";
        Self { drills, took, passed: catalogue.samples_seconds("last_successful_drill_timestamp", [], help) }
    }

    pub(crate) fn count(&self, event: &DrillEvent<'_>) {
        match event {
            DrillEvent::Ended { drill } => self.ended(drill),
            DrillEvent::Sampled { passed } => self.passed.set([], passed.map(seconds)),
            DrillEvent::Begun { .. } | DrillEvent::Entered { .. } | DrillEvent::NotCleared { .. } => {}
        }
    }

    fn ended(&self, drill: &Drill) {
        let Some(ended) = &drill.ended else { return };
        self.drills.with([ended.result.as_str()]).inc();
        if let Some(took) = drill.took() {
            self.took.observe(took.as_secs_f64());
            self.passed.set([], Some(seconds(ended.at)));
        }
    }
}

/// A moment as Prometheus tells times. Whole milliseconds fit for a quarter of a million years.
#[expect(clippy::cast_precision_loss, reason = "a float holds every whole millisecond of this age")]
fn seconds(at: Moment) -> f64 {
    at.wall_ms as f64 / 1000.0
}
