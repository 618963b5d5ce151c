//! Snapshots of directories, as the controller speaks to them.
//!
//! Owns the seam: what is asked and what is answered, so that the whole controller runs against directories that tests
//! make up. Decides nothing. The real one is [`crate::real::snapshots`].

use async_trait::async_trait;
use podsteward_domain::snapshot::facts::Lies;
use podsteward_domain::snapshot::{PlannedSnapshot, Provider, Snapshot};

/// A snapshot that was taken and read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// How it was made.
    pub provider: Provider,
    /// The directory that holds what the source held.
    pub location: String,
    /// How much that is.
    pub bytes: u64,
}

/// Why a snapshot could not be taken, put back or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Something that nobody wrote down has its name.
    #[error("a snapshot {0} is there already")]
    NameTaken(String),
    /// The host's answer, for people.
    #[error("{0}")]
    Host(String),
}

/// Snapshots of the host's directories.
#[async_trait]
pub trait Snapshots: Send + Sync {
    /// Takes a snapshot of a directory and reads it back. What cannot be read back is removed again, and an error.
    async fn take(&self, planned: &PlannedSnapshot, name: &str) -> Result<Taken, Error>;
    /// Puts back what a snapshot holds: that directory and nothing else. Its users are stopped.
    async fn restore(&self, snapshot: &Snapshot) -> Result<(), Error>;
    /// Removes a snapshot; one that is gone is fine.
    async fn remove(&self, snapshot: &Snapshot) -> Result<(), Error>;
    /// What lies at a path, symlinks followed; `None`: nothing, or it cannot be told.
    async fn lies_at(&self, path: &str) -> Option<Lies>;
}
