//! Snapshots: what is kept of the data that an action could damage.
//!
//! Owns what they log and count. Never takes one, never puts one back, and never says which may go: the host and the
//! domain do. Emitted by the runtime's executor, and where snapshots are thrown away.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::snapshot::{Provider, Snapshot, Source};
use podsteward_specs::key::Key;

use crate::family::Counters;
use crate::label::SnapshotResult;
use crate::registry::Catalogue;
use crate::telemetry::{TARGET, ms};

/// The label `provider` where none was able to take a snapshot.
const NONE: &str = "none";

/// What happens to snapshots.
#[derive(Debug)]
pub enum SnapshotEvent<'a> {
    /// One was taken and read back.
    Taken {
        /// Which.
        snapshot: &'a Snapshot,
        /// How long it took, reading it back included.
        took: Duration,
    },
    /// One could not be taken, or does not hold what it should.
    Failed {
        /// The object that was to be changed.
        key: &'a Key,
        /// What was to be done to it.
        action: Action,
        /// Of what.
        source: &'a Source,
        /// The error with its causes.
        error: &'a str,
    },
    /// What one holds was put back.
    Restored {
        /// Which.
        snapshot: &'a Snapshot,
        /// How long it took.
        took: Duration,
    },
    /// One was thrown away.
    Pruned {
        /// Which.
        snapshot: &'a Snapshot,
    },
    /// One could not be thrown away; that is tried again.
    NotPruned {
        /// Which.
        snapshot: &'a Snapshot,
        /// The error with its causes.
        error: &'a str,
    },
}

impl SnapshotEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::Taken { snapshot, took } => {
                let Snapshot { name, key, bytes, .. } = snapshot;
                let source = snapshot.source.to_string();
                let (provider, elapsed_ms) = (snapshot.provider.as_str(), ms(*took));
                tracing::info!(
                    target: TARGET, object = %key, snapshot = name, source, provider, bytes, elapsed_ms,
                    "snapshot taken"
                );
            }
            Self::Failed { key, action, source, error } => {
                let source = source.to_string();
                tracing::warn!(target: TARGET, object = %key, %action, source, error, "snapshot not taken");
            }
            Self::Restored { snapshot, took } => {
                let Snapshot { name, key, .. } = snapshot;
                let (source, elapsed_ms) = (snapshot.source.to_string(), ms(*took));
                tracing::info!(
                    target: TARGET, object = %key, snapshot = name, source, elapsed_ms, "snapshot restored"
                );
            }
            Self::Pruned { snapshot: Snapshot { name, key, source, .. } } => {
                let source = source.to_string();
                tracing::info!(target: TARGET, object = %key, snapshot = name, source, "snapshot pruned");
            }
            Self::NotPruned { snapshot: Snapshot { name, key, .. }, error } => {
                tracing::warn!(target: TARGET, object = %key, snapshot = name, error, "snapshot not pruned");
            }
        }
    }
}

/// The metrics of snapshots.
#[derive(Debug)]
pub(crate) struct Metrics {
    snapshots: Counters<2>,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let help = "Snapshots by how they were made and by what became of them; provider none where none could be taken";
        let snapshots = catalogue.counters("snapshots", ["provider", "result"], help);
        let made = SnapshotResult::ALL.iter().filter(|result| **result != SnapshotResult::Failed);
        for provider in Provider::ALL {
            snapshots.announce(made.clone().map(|result| [provider.as_str(), result.as_str()]));
        }
        snapshots.announce([[NONE, SnapshotResult::Failed.as_str()]]);
        Self { snapshots }
    }

    pub(crate) fn count(&self, event: &SnapshotEvent<'_>) {
        let (provider, result) = match event {
            SnapshotEvent::Taken { snapshot, .. } => (snapshot.provider.as_str(), SnapshotResult::Taken),
            SnapshotEvent::Failed { .. } => (NONE, SnapshotResult::Failed),
            SnapshotEvent::Restored { snapshot, .. } => {
                (snapshot.provider.as_str(), SnapshotResult::Restored)
            }
            SnapshotEvent::Pruned { snapshot } => (snapshot.provider.as_str(), SnapshotResult::Pruned),
            SnapshotEvent::NotPruned { .. } => return,
        };
        self.snapshots.with([provider, result.as_str()]).inc();
    }
}
