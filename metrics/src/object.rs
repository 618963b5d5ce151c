//! Objects: their states, their findings, and the ends of their processes.
//!
//! Owns what an object logs and counts; the gauges are counted from what is known of each object, so they cannot
//! drift. Never judges a state. Emitted by the runtime's workers and sources.

use std::time::Duration;

use podsteward_domain::decision::Decision;
use podsteward_domain::finding::{Finding, FindingKind, Severity};
use podsteward_domain::status::{ObjectState, ObjectStatus};
use podsteward_specs::key::{Key, Kind};

use crate::family::{Counters, Histograms};
use crate::label::{HealthcheckResult, Witness};
use crate::registry::Catalogue;
use crate::telemetry::{TARGET, ms};

mod known;
mod look;

use known::Known;
use look::Looks;

/// What happens to an object.
#[derive(Debug)]
pub enum ObjectEvent<'a> {
    /// Its state changed, or was computed for the first time.
    StateChanged {
        /// Which object.
        key: &'a Key,
        /// The state it had, where there was one.
        from: Option<ObjectState>,
        /// The state it has.
        to: ObjectState,
        /// The sentence a person reads.
        message: &'a str,
    },
    /// It was looked at.
    Looked {
        /// What is shown of it.
        status: &'a ObjectStatus,
        /// Everything that is called for, judged by every gate.
        decisions: &'a [Decision],
    },
    /// It is neither declared nor there any more.
    Forgotten {
        /// Which object.
        key: &'a Key,
    },
    /// A finding is new.
    FindingOpened {
        /// The finding.
        finding: &'a Finding,
    },
    /// A finding is as before. Needed once after a start, for findings that were open already.
    FindingKept {
        /// The finding.
        finding: &'a Finding,
    },
    /// A finding is over.
    FindingClosed {
        /// Which object.
        key: &'a Key,
        /// Which finding.
        kind: FindingKind,
        /// How long it was open.
        open: Duration,
    },
    /// The main process of a container ended.
    ProcessDied {
        /// Which container.
        key: &'a Key,
        /// The process.
        pid: u32,
        /// Who saw it first.
        witness: Witness,
    },
    /// The kernel cannot watch a container's main process; events and relist have to.
    ProcessUnwatched {
        /// Which container.
        key: &'a Key,
        /// The process.
        pid: u32,
        /// The error with its causes.
        error: &'a str,
    },
    /// Somebody stopped a container by hand.
    HandStopSeen {
        /// Which container.
        key: &'a Key,
        /// How long that is respected.
        hold: Duration,
    },
    /// podsteward ran a container's healthcheck.
    HealthcheckRun {
        /// Which container.
        key: &'a Key,
        /// What it came to.
        result: HealthcheckResult,
        /// How long it took.
        took: Duration,
    },
}

impl ObjectEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::StateChanged { key, from, to, message } => log_state(key, *from, *to, message),
            Self::Forgotten { key } => tracing::info!(target: TARGET, object = %key, "object forgotten"),
            Self::FindingOpened { finding } => log_opened(finding),
            Self::FindingKept { .. } | Self::Looked { .. } => {}
            Self::FindingClosed { key, kind, open } => {
                let open_ms = ms(*open);
                tracing::debug!(target: TARGET, object = %key, finding = %kind, open_ms, "finding closed");
            }
            Self::ProcessDied { key, pid, witness } => {
                tracing::debug!(target: TARGET, object = %key, pid, witness = witness.as_str(), "process died");
            }
            Self::ProcessUnwatched { key, pid, error } => {
                tracing::debug!(target: TARGET, object = %key, pid, error, "process unwatched");
            }
            Self::HandStopSeen { key, hold } => {
                tracing::info!(target: TARGET, object = %key, hold_secs = hold.as_secs(), "hand-stop seen");
            }
            Self::HealthcheckRun { key, result, took } => {
                let (result, elapsed_ms) = (result.as_str(), ms(*took));
                tracing::debug!(target: TARGET, object = %key, result, elapsed_ms, "healthcheck run");
            }
        }
    }
}

/// A state that is known for the first time is no change: a start on a host that matches says nothing.
fn log_state(key: &Key, from: Option<ObjectState>, to: ObjectState, message: &str) {
    let Some(from) = from else {
        tracing::debug!(target: TARGET, object = %key, to = %to, detail = message, "object state known");
        return;
    };
    tracing::info!(target: TARGET, object = %key, from = %from, to = %to, detail = message, "object state changed");
}

/// Only what needs somebody's eyes is worth a line of its own; the rest shows in the object's state.
fn log_opened(finding: &Finding) {
    let Finding { kind, target, message, severity, .. } = finding;
    if *severity == Severity::Critical {
        tracing::warn!(target: TARGET, object = %target, finding = %kind, detail = message, "finding opened");
    } else {
        tracing::debug!(target: TARGET, object = %target, finding = %kind, detail = message, "finding opened");
    }
}

/// The metrics of objects.
#[derive(Debug)]
pub(crate) struct Metrics {
    states: Known<Key, 2>,
    findings: Known<(Key, FindingKind), 2>,
    looks: Looks,
    deaths: Counters<1>,
    hand_stops: prometheus_client::metrics::counter::Counter,
    healthchecks: Counters<1>,
    healthcheck_duration: Histograms<1>,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let states = catalogue.gauges("objects", ["kind", "state"], "Objects by kind and state");
        for kind in Kind::ALL {
            states.announce(ObjectState::ALL.iter().map(|state| [kind.lower(), state.as_str()]));
        }
        let findings = catalogue.gauges("findings", ["finding", "severity"], "Open findings");
        findings.announce(FindingKind::ALL.iter().map(|kind| [kind.as_str(), kind.severity().as_str()]));
        let looks = Looks::register(catalogue);
        let deaths =
            catalogue.counters("process_deaths", ["witness"], "Ends of main processes by who saw them first");
        deaths.announce(Witness::ALL.iter().map(|witness| [witness.as_str()]));
        let hand_stops = catalogue.counter("hand_stops", "Containers that somebody stopped by hand");
        let healthchecks = catalogue.counters("healthchecks", ["result"], "Healthchecks run by podsteward");
        healthchecks.announce(HealthcheckResult::ALL.iter().map(|result| [result.as_str()]));
        let healthcheck_duration =
            catalogue.histograms("healthcheck_duration", ["result"], "How long a healthcheck took");
        Self {
            states: Known::new(states),
            findings: Known::new(findings),
            looks,
            deaths,
            hand_stops,
            healthchecks,
            healthcheck_duration,
        }
    }

    pub(crate) fn count(&self, event: &ObjectEvent<'_>) {
        match event {
            ObjectEvent::StateChanged { key, to, .. } => {
                self.states.set((*key).clone(), [key.kind.lower(), to.as_str()]);
                self.looks.state(&key.to_string(), *to);
            }
            ObjectEvent::Looked { status, decisions } => {
                self.states.set(status.key.clone(), [status.key.kind.lower(), status.state.as_str()]);
                self.looks.taken(status, decisions);
            }
            ObjectEvent::Forgotten { key } => {
                self.states.remove_where(|known| known == *key);
                self.findings.remove_where(|(known, _)| known == *key);
                self.looks.forgotten(key);
            }
            ObjectEvent::FindingOpened { finding } | ObjectEvent::FindingKept { finding } => {
                let labels = [finding.kind.as_str(), finding.severity.as_str()];
                self.findings.set((finding.target.clone(), finding.kind), labels);
                self.looks.opened(finding);
            }
            ObjectEvent::FindingClosed { key, kind, .. } => {
                self.findings.remove_where(|(target, known)| target == *key && known == kind);
                self.looks.closed(key, *kind);
            }
            ObjectEvent::ProcessDied { witness, .. } => {
                self.deaths.with([witness.as_str()]).inc();
            }
            ObjectEvent::ProcessUnwatched { .. } => {}
            ObjectEvent::HandStopSeen { .. } => {
                self.hand_stops.inc();
            }
            ObjectEvent::HealthcheckRun { result, took, .. } => {
                self.healthchecks.with([result.as_str()]).inc();
                self.healthcheck_duration.with([result.as_str()]).observe(took.as_secs_f64());
            }
        }
    }
}

#[cfg(test)]
mod tests;
