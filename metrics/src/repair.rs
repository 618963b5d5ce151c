//! Repairs: what was wrong and is verified to be well again.
//!
//! Owns what a repair logs and counts. Never verifies. Emitted by the runtime when an incident's action was verified,
//! and before a scrape.

use std::time::Duration;

use podsteward_domain::finding::FindingKind;
use podsteward_domain::score::Score;
use podsteward_specs::key::Key;
use prometheus_client::metrics::histogram::Histogram;

use crate::registry::Catalogue;
use crate::samples::Samples;
use crate::telemetry::{TARGET, ms, share};

/// What is repaired.
#[derive(Debug)]
pub enum RepairEvent<'a> {
    /// An incident ended with a verified action.
    Repaired {
        /// Which object.
        key: &'a Key,
        /// What was wrong.
        kind: FindingKind,
        /// From the incident's beginning to the verification.
        took: Duration,
    },
    /// How much of it is done before it hurts.
    Sampled {
        /// The verified actions that a forecast or a warning called for, of all verified actions; none without any.
        proactive: Option<Score>,
    },
}

impl RepairEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::Repaired { key, kind, took } => {
                let open_ms = ms(*took);
                tracing::debug!(target: TARGET, object = %key, finding = %kind, open_ms, "incident repaired");
            }
            Self::Sampled { .. } => {}
        }
    }
}

/// The metrics of repairs.
#[derive(Debug)]
pub(crate) struct Metrics {
    took: Histogram,
    proactive: Samples<0, f64>,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let took = catalogue
            .long_histogram("time_to_repair", "How long an incident was open until its action was verified");
        let help =
            "Verified actions called for by a forecast or a warning, of all verified; absent without any";
        Self { took, proactive: catalogue.samples("proactive_ratio", [], help) }
    }

    pub(crate) fn count(&self, event: &RepairEvent<'_>) {
        match event {
            RepairEvent::Repaired { took, .. } => self.took.observe(took.as_secs_f64()),
            RepairEvent::Sampled { proactive } => self.proactive.set([], proactive.map(share)),
        }
    }
}
