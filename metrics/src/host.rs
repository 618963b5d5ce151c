//! The host as a whole: storms, how much it stalls, and one number for how it does.
//!
//! Owns what the host logs and counts. Never judges a storm or a pressure and never sums a score: the domain does. Emitted
//! by the runtime.

use podsteward_domain::pressure::host::{Psi, Resource};
use podsteward_domain::score::Score;

use crate::registry::Catalogue;
use crate::samples::Samples;
use crate::telemetry::{TARGET, share};

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
    /// How much the host stalled within the last minute.
    Stalled {
        /// None where that is not known.
        psi: Option<Psi>,
    },
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
            Self::Stalled { .. } | Self::HealthScore { .. } => {}
        }
    }
}

/// The metrics of the host.
#[derive(Debug)]
pub(crate) struct Metrics {
    health_score: Samples<0, u32>,
    pressure_ratio: Samples<1, f64>,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let help = "How the host does, from 0 to 100; absent before the first complete read";
        let health_score = catalogue.samples("health_score", [], help);
        let help = "The share of the last minute in which nothing got done for want of memory or I/O, or something waited for \
                    the CPU; absent while it is not known";
        Self { health_score, pressure_ratio: catalogue.samples("pressure_ratio", ["resource"], help) }
    }

    pub(crate) fn count(&self, event: &HostEvent) {
        match event {
            HostEvent::HealthScore { score } => self.health_score.set([], *score),
            HostEvent::Stalled { psi } => {
                let ratio = |psi: &Psi, resource: Resource| share(Score::new(resource.stalled(psi)));
                let known = psi
                    .iter()
                    .flat_map(|psi| Resource::ALL.map(|it| ([label(it).to_owned()], ratio(psi, it))));
                self.pressure_ratio.replace(known);
            }
            HostEvent::StormBegan { .. } | HostEvent::StormOver => {}
        }
    }
}

fn label(resource: Resource) -> &'static str {
    match resource {
        Resource::Memory => "memory",
        Resource::Io => "io",
        Resource::Cpu => "cpu",
    }
}
