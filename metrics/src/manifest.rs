//! Manifests: reads of the directory, problems, and what changed.
//!
//! Owns what the manifests' side logs and counts. Never reads a file. Emitted by the runtime's manifests source.

use podsteward_specs::key::Key;
use podsteward_specs::problem::Problem;
use prometheus_client::metrics::gauge::Gauge;

use crate::family::Counters;
use crate::label::Change;
use crate::registry::Catalogue;
use crate::telemetry::{TARGET, gauge};

/// What happens to the manifests.
#[derive(Debug)]
pub enum ManifestEvent<'a> {
    /// The directory was read completely.
    Read {
        /// Files in it.
        files: usize,
        /// Objects they declare.
        objects: usize,
        /// Problems in them.
        problems: usize,
    },
    /// The directory cannot be read; what was declared stays in force.
    ReadFailed {
        /// The error with its causes.
        error: &'a str,
    },
    /// A problem is new. Emitted once for each problem, not at each read.
    Rejected {
        /// The problem with its place.
        problem: &'a Problem,
    },
    /// A document changed.
    Changed {
        /// Of which object.
        key: &'a Key,
        /// How.
        change: Change,
    },
    /// The content of a config file changed.
    ConfigFileChanged {
        /// Of which container.
        key: &'a Key,
        /// The file.
        path: &'a str,
    },
}

impl ManifestEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::Read { files, objects, problems } => {
                tracing::debug!(target: TARGET, files, objects, problems, "manifests read");
            }
            Self::ReadFailed { error } => tracing::warn!(target: TARGET, error, "manifests cannot be read"),
            Self::Rejected { problem } => tracing::warn!(target: TARGET, %problem, "manifest rejected"),
            Self::Changed { key, change } => {
                tracing::info!(target: TARGET, object = %key, change = change.as_str(), "manifest changed");
            }
            Self::ConfigFileChanged { key, path } => {
                tracing::info!(target: TARGET, object = %key, path, "config file changed");
            }
        }
    }
}

/// The metrics of the manifests.
#[derive(Debug)]
pub(crate) struct Metrics {
    reads: Counters<1>,
    files: Gauge,
    objects: Gauge,
    problems: Gauge,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let metrics = Self {
            reads: catalogue.counters(
                "manifest_reads",
                ["result"],
                "Reads of the manifests directory by result",
            ),
            files: catalogue.gauge("manifest_files", "Manifest files at the last complete read"),
            objects: catalogue.gauge("manifest_objects", "Objects declared at the last complete read"),
            problems: catalogue
                .gauge("manifest_problems", "Problems in the manifests at the last complete read"),
        };
        metrics.reads.announce([[DONE], [FAILED]]);
        metrics
    }

    pub(crate) fn count(&self, event: &ManifestEvent<'_>) {
        match event {
            ManifestEvent::Read { files, objects, problems } => {
                self.reads.with([DONE]).inc();
                self.files.set(gauge(*files));
                self.objects.set(gauge(*objects));
                self.problems.set(gauge(*problems));
            }
            ManifestEvent::ReadFailed { .. } => {
                self.reads.with([FAILED]).inc();
            }
            ManifestEvent::Rejected { .. }
            | ManifestEvent::Changed { .. }
            | ManifestEvent::ConfigFileChanged { .. } => {}
        }
    }
}

const DONE: &str = "done";
const FAILED: &str = "failed";
