//! The host as a whole: storms, and one number for how it does.
//!
//! Owns what the host logs and counts. Never judges a storm and never sums a score: the domain does. Emitted by the
//! runtime.

use crate::registry::Catalogue;
use crate::samples::Samples;
use crate::telemetry::TARGET;

/// What happens to the host as a whole.
#[derive(Debug)]
pub enum HostEvent {
    /// So much goes wrong at once that the containers are not the cause.
    StormBegan {
        /// So many containers went bad.
        bad: usize,
        /// Of so many.
        all: usize,
    },
    /// The storm is over.
    StormOver,
    /// How the host does.
    HealthScore {
        /// From 0 to 100; none before the first complete read.
        score: Option<u32>,
    },
}

impl HostEvent {
    pub(crate) fn log(&self) {
        match self {
            Self::StormBegan { bad, all } => tracing::warn!(target: TARGET, bad, all, "storm began"),
            Self::StormOver => tracing::info!(target: TARGET, "storm over"),
            Self::HealthScore { .. } => {}
        }
    }
}

/// The metrics of the host.
#[derive(Debug)]
pub(crate) struct Metrics {
    health_score: Samples<0, u32>,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let help = "How the host does, from 0 to 100; absent before the first complete read";
        Self { health_score: catalogue.samples("health_score", [], help) }
    }

    pub(crate) fn count(&self, event: &HostEvent) {
        match event {
            HostEvent::HealthScore { score } => self.health_score.set([], *score),
            HostEvent::StormBegan { .. } | HostEvent::StormOver => {}
        }
    }
}
