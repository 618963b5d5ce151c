//! Probes: what each run came to.
//!
//! Owns what a run logs and counts: only a change of what the results come to has a line in the log. Never judges a result.
//! Emitted by the runtime's source of probes.

use podsteward_domain::probe::{ProbeKind, ProbeResult, ProbeWord};
use podsteward_specs::key::Key;

use crate::family::Counters;
use crate::label::ProbeOutcome;
use crate::registry::Catalogue;
use crate::telemetry::TARGET;

/// What happens to a probe.
#[derive(Debug)]
pub enum ProbeEvent<'a> {
    /// It was run.
    Ran {
        /// Of which container.
        key: &'a Key,
        /// Which probe.
        probe: ProbeKind,
        /// What it came to.
        result: &'a ProbeResult,
        /// What its results come to now, where that changed.
        became: Option<ProbeWord>,
    },
}

impl ProbeOutcome {
    /// The outcome of a result.
    pub fn of(result: &ProbeResult) -> Self {
        match result {
            ProbeResult::Well => Self::Well,
            ProbeResult::Ill(_) => Self::Ill,
            ProbeResult::CannotRun(_) => Self::CannotRun,
            ProbeResult::NoAnswer(_) => Self::NoAnswer,
        }
    }
}

impl ProbeEvent<'_> {
    pub(crate) fn log(&self) {
        let Self::Ran { key, probe, result, became } = self;
        if became.is_none() {
            return;
        }
        let (result, detail) = (ProbeOutcome::of(result), said(result));
        let (probe, result) = (probe.as_str(), result.as_str());
        tracing::debug!(target: TARGET, object = %key, probe, result, detail, "probe changed");
    }
}

fn said(result: &ProbeResult) -> &str {
    match result {
        ProbeResult::Well => "",
        ProbeResult::Ill(why) | ProbeResult::CannotRun(why) | ProbeResult::NoAnswer(why) => why,
    }
}

/// The metrics of probes.
#[derive(Debug)]
pub(crate) struct Metrics {
    results: Counters<2>,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let results =
            catalogue.counters("probe_results", ["probe", "result"], "Runs of probes by what they came to");
        for kind in ProbeKind::ALL {
            results.announce(ProbeOutcome::ALL.iter().map(|outcome| [kind.as_str(), outcome.as_str()]));
        }
        Self { results }
    }

    pub(crate) fn count(&self, event: &ProbeEvent<'_>) {
        let ProbeEvent::Ran { probe, result, .. } = event;
        self.results.with([probe.as_str(), ProbeOutcome::of(result).as_str()]).inc();
    }
}
