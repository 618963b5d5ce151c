//! The validated form of a `DiskPolicy`: a filesystem that is watched, and what may be thrown away of it.
//!
//! Owns what such a document may declare. Never looks at a disk. Judged by `podsteward-domain`, measured by
//! `podsteward-host`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use globset::{GlobBuilder, GlobMatcher};
use serde::Serialize;

use crate::quantity::Bytes;

/// A watched filesystem. Every field holds its default where nothing is declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiskPolicy {
    /// A path on the filesystem, absolute and normal.
    pub path: String,
    /// Thresholds of the space, and of what btrfs keeps for its metadata.
    pub thresholds: Thresholds,
    /// Thresholds of the inodes.
    pub inodes: Thresholds,
    /// How far ahead is looked.
    pub forecast: Forecast,
    /// What may be thrown away, in this order. Empty: nothing.
    pub cleanup: Vec<CleanupStep>,
    /// How long snapshots on this filesystem are kept at least.
    pub snapshot_retention: Duration,
}

/// Shares of what there is, in basis points: a ten-thousandth. `0 < target < act`, `0 < warn <= act <= critical <= 10000`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Thresholds {
    /// From here on somebody should know.
    pub warn: u16,
    /// From here on it is cleaned.
    pub act: u16,
    /// Down to here it is cleaned.
    pub target: u16,
    /// From here on nothing but the breaker holds a cleanup back.
    pub critical: u16,
}

/// How far ahead is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// How far back growth is looked at.
    pub lookback: Duration,
    /// A disk that is full later than this is no finding.
    pub horizon: Duration,
    /// A fit that is less sure than this is no finding, in basis points.
    pub min_confidence: u16,
}

/// One thing that may be thrown away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CleanupStep {
    /// Images without a name that no container uses.
    PruneDanglingImages,
    /// Images that no container uses and nothing needs.
    PruneUnusedImages {
        /// Unused for at least so long.
        unused_for: Duration,
        /// So many newest ones of each repository stay.
        keep_last: u32,
        /// Names that stay; `*` stands for anything.
        protect: BTreeSet<String>,
    },
    /// Containers that ended, with all of these labels.
    PruneContainers {
        /// Ended at least so long ago.
        exited_for: Duration,
        /// Labels by name; a label without a value may have any. Never empty.
        labels: BTreeMap<String, Option<String>>,
    },
    /// What image builds left.
    PruneBuildCache,
    /// Logs of containers that are larger than this are emptied.
    TruncateContainerLogs {
        /// Larger than this.
        over: Bytes,
    },
    /// Files under a directory.
    DeleteFiles {
        /// The directory, absolute and normal.
        root: String,
        /// Which files below it, relative to it, as [`glob`] reads it.
        glob: String,
        /// Last changed at least so long ago.
        older_than: Duration,
    },
    /// The journal of systemd, down to this size.
    JournalVacuum {
        /// So much stays.
        keep: Bytes,
    },
    /// Volumes with their data, by name, that no container uses.
    PruneVolumes {
        /// Their names. Never empty.
        names: BTreeSet<String>,
    },
}

impl CleanupStep {
    /// The name of the step, as the manifest writes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::PruneDanglingImages => "pruneDanglingImages",
            Self::PruneUnusedImages { .. } => "pruneUnusedImages",
            Self::PruneContainers { .. } => "pruneContainers",
            Self::PruneBuildCache => "pruneBuildCache",
            Self::TruncateContainerLogs { .. } => "truncateContainerLogs",
            Self::DeleteFiles { .. } => "deleteFiles",
            Self::JournalVacuum { .. } => "journalVacuum",
            Self::PruneVolumes { .. } => "pruneVolumes",
        }
    }
}

/// Reads the glob of [`CleanupStep::DeleteFiles`], the same way for its check and for its use: `*`, `?` and `[a-z]`
/// within a name, `**` over directories, `{a,b}` for either.
pub fn glob(text: &str) -> Result<GlobMatcher, globset::Error> {
    GlobBuilder::new(text).literal_separator(true).build().map(|glob| glob.compile_matcher())
}

#[cfg(test)]
mod tests;
