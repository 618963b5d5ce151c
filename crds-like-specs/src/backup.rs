//! The validated form of a `BackupCheck`: what proves that a backup was made.
//!
//! Owns what a check may say. Never looks at a backup: the host's adapter does, and the domain judges what it saw.

mod selector;

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;

use crate::key::Key;
use crate::quantity::Bytes;

pub(crate) use selector::SELECTOR_RULE;
pub use selector::Selector;

/// What proves that a backup was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupCheck {
    /// What proves it.
    pub proof: Proof,
    /// An older one is stale.
    pub max_age: Duration,
    /// Whether there should be one now. That one which is not expected is not there costs no health.
    pub expected: bool,
    /// The containers and volumes whose data it holds; empty: everything on the host.
    pub objects: BTreeSet<Key>,
    /// What proves that it can be restored.
    pub restore: Option<RestoreProof>,
}

/// What proves that it can be restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RestoreProof {
    /// What proves it.
    pub proof: Proof,
    /// An older one proves nothing any more.
    pub max_age: Duration,
}

/// What proves that something was done, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Proof {
    /// The newest file of a glob.
    Files {
        /// The glob, absolute, with a directory before its first wildcard.
        glob: String,
        /// A smaller file proves nothing.
        min_size: Bytes,
    },
    /// A program that ends with 0 when all is well; it may print when that was, in seconds since 1970.
    Command {
        /// The program by its absolute path, which stands in the file of allowed commands, with its arguments.
        argv: Vec<String>,
        /// It may take so long.
        timeout: Duration,
    },
    /// A sample in a file of Prometheus' text format whose value is when it was done, in seconds since 1970; 0: never.
    MetricFile {
        /// The file.
        path: String,
        /// The sample.
        metric: Selector,
        /// A sample of the same file that is 1 while the last run went well.
        success: Option<Selector>,
    },
}
