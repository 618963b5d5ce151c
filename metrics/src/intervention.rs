//! Interventions: what people had to do by hand.
//!
//! Owns what an intervention logs and counts. Never who it was. Emitted by the runtime where it sees one.

use crate::family::Counters;
use crate::label::Intervention;
use crate::registry::Catalogue;
use crate::telemetry::TARGET;

/// What people did by hand.
#[derive(Debug)]
pub enum InterventionEvent {
    /// Somebody did something.
    Seen {
        /// What.
        what: Intervention,
    },
}

impl InterventionEvent {
    pub(crate) fn log(&self) {
        let Self::Seen { what } = self;
        tracing::debug!(target: TARGET, intervention = what.as_str(), "intervention seen");
    }
}

/// The metrics of interventions.
#[derive(Debug)]
pub(crate) struct Metrics {
    seen: Counters<1>,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let help = "What people had to do by hand";
        let seen = catalogue.counters("manual_interventions", ["intervention"], help);
        seen.announce(Intervention::ALL.iter().map(|what| [what.as_str()]));
        Self { seen }
    }

    pub(crate) fn count(&self, event: &InterventionEvent) {
        let InterventionEvent::Seen { what } = event;
        self.seen.with([what.as_str()]).inc();
    }
}
