//! What is known about the data of a container, as far as snapshots of it are concerned.
//!
//! Owns the shape of this part of the World. Never fetches anything.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use podsteward_specs::key::Key;

use super::Snapshot;

/// What is known about the data of a container. Empty where no snapshot is ever taken of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataFacts {
    /// The named volumes that exist, of those that it mounts by declaration.
    pub volumes: BTreeMap<String, VolumeData>,
    /// What lies at the paths on the host that it mounts by declaration, as far as is known.
    pub binds: BTreeMap<String, Lies>,
    /// What any container mounts, as paths on the host.
    pub mounted: BTreeSet<String>,
    /// What containers other than this one mount and are running with.
    pub shared: BTreeSet<String>,
    /// The watched filesystems.
    pub disks: Vec<WatchedDisk>,
}

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lies {
    /// A directory, really there.
    Directory(String),
    /// Something else: a file, a socket, a device.
    File,
}

/// The data of a named volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeData {
    /// Where it lies on the host; `None`: it does not, but is mounted from elsewhere while it is used.
    pub path: Option<String>,
    /// Its document wants a snapshot before a change.
    pub snapshot: bool,
    /// Another instance of podsteward made it.
    pub foreign: bool,
}

/// A watched filesystem that a snapshot may lie on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedDisk {
    /// Its policy.
    pub key: Key,
    /// The path that it is watched at.
    pub path: String,
    /// How long snapshots on it are kept at least.
    pub retention: Duration,
    /// It is at its `critical` threshold, as far as is known.
    pub critical: bool,
}

impl DataFacts {
    /// The watched filesystem that a path lies on: the one that is watched nearest to it.
    pub fn disk_of(&self, path: &str) -> Option<&WatchedDisk> {
        let below = |disk: &&WatchedDisk| std::path::Path::new(path).starts_with(&disk.path);
        self.disks.iter().filter(below).max_by_key(|disk| disk.path.len())
    }
}

/// A snapshot that a person wants put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreFacts {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// The containers that mount the directory, or something in it or around it.
    pub users: Vec<DataUser>,
}

/// A container that uses a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataUser {
    /// Its name.
    pub name: String,
    /// Its main process lives.
    pub running: bool,
    /// This instance of podsteward made it.
    pub ours: bool,
    /// How long it may take to end.
    pub grace: Duration,
    /// How long its start may take.
    pub deadline: Duration,
}

/// Whether two paths on the host share anything: they are the same, or one lies in the other.
pub fn overlap(one: &str, other: &str) -> bool {
    let (one, other) = (std::path::Path::new(one), std::path::Path::new(other));
    one.starts_with(other) || other.starts_with(one)
}
