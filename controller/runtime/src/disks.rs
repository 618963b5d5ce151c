//! The filesystems of the host, as the controller speaks to them.
//!
//! Owns the seam: what is asked and what is answered, so that the whole controller runs against filesystems that tests
//! make up. Decides nothing. The real one is [`crate::real::disks`].

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;
use podsteward_domain::disk::DiskSample;
use podsteward_domain::disk::inventory::{Consumer, FoundFile, FoundFiles, NamedPath, Part};
use podsteward_specs::quantity::Bytes;

/// Files that a `deleteFiles` step names.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The directory that they lie under.
    pub root: &'a str,
    /// Which of them.
    pub glob: &'a str,
    /// Last changed at least so long ago.
    pub older_than: Duration,
    /// Now, in milliseconds since 1970.
    pub now_ms: i64,
    /// Where the engine keeps its data: nothing below is ever deleted.
    pub keep_out: &'a [String],
    /// What manifests name: it stays.
    pub named: &'a [NamedPath],
}

/// What became of files that were to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deleted {
    /// So many went.
    pub count: u64,
    /// One of those that stayed, with the reason, for people.
    pub kept: Option<String>,
}

/// Why a filesystem could not be measured or changed, for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(pub String);

/// The filesystems of the host. Every call has a deadline: one that hangs is an error, and holds up nothing but itself.
#[async_trait]
pub trait Disks: Send + Sync {
    /// Takes in on which mount each path lay before, by the path of the mount. One that lies on another mount now, further up,
    /// is not measured: what was mounted is away, and what lies below it is another filesystem.
    fn remember_mounts(&self, mounts: &BTreeMap<String, String>);
    /// On which mount each of the watched paths lies that was measured or remembered. Any other is forgotten.
    fn mounts(&self, watched: &BTreeSet<String>) -> BTreeMap<String, String>;
    /// How full the filesystem is that a path lies on.
    async fn measure(&self, path: &str) -> Result<DiskSample, Error>;
    /// The same, after what was thrown away is really gone.
    async fn settled(&self, path: &str) -> Result<DiskSample, Error>;
    /// Whether two paths lie on one filesystem.
    async fn are_together(&self, one: &str, other: &str) -> Result<bool, Error>;
    /// The files that a step names and that lie on the filesystem of `disk`, the oldest first.
    async fn find_files(&self, disk: &str, wanted: Wanted<'_>) -> Part<FoundFiles>;
    /// The bytes of systemd's journal, where it lies on the filesystem of `disk`.
    async fn journal(&self, disk: &str) -> Part<u64>;
    /// The bytes that image builds left, where they lie on the filesystem of `disk`; `None`: that cannot be told.
    async fn build_cache(&self, disk: &str) -> Option<u64>;
    /// The bytes of a file, as the disk counts them; `None`: there is no such regular file on the filesystem of `disk`.
    async fn file_size(&self, disk: &str, path: &str) -> Option<u64>;
    /// The directories that take most on the filesystem of `disk`, the largest first.
    async fn largest(&self, disk: &str) -> Vec<Consumer>;
    /// Deletes files, each only if it is still what it was when it was found. An error: none of the step's may go.
    async fn delete_files(&self, wanted: Wanted<'_>, files: &[FoundFile]) -> Result<Deleted, Error>;
    /// Empties the log of a container, if it lies on the filesystem of `disk`.
    async fn truncate_log(&self, disk: &str, path: &str) -> Result<(), Error>;
    /// Makes systemd's journal smaller.
    async fn vacuum_journal(&self, keep: Bytes) -> Result<(), Error>;
}

/// How full a filesystem is after something was thrown away. One that is full may not take what it still has to write
/// out; then it is told as it is, and not as it settles.
///
/// # Errors
/// It cannot be measured at all.
pub async fn after_deletion(disks: &dyn Disks, path: &str) -> Result<DiskSample, Error> {
    match disks.settled(path).await {
        Ok(sample) => Ok(sample),
        Err(_) => disks.measure(path).await,
    }
}
