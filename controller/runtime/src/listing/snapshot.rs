//! What is kept of the data that actions could have damaged.
//!
//! Owns the shape of `{"snapshots": [...]}`.

use podsteward_domain::action::Action;
use podsteward_domain::snapshot;
use podsteward_domain::time::{Moment, rfc3339};
use podsteward_specs::key::Key;
use podsteward_store::StoredSnapshot;
use serde::Serialize;

use super::age_secs;

/// Snapshots.
#[derive(Debug, Serialize)]
pub struct Snapshots {
    /// The latest first.
    pub snapshots: Vec<Snapshot>,
}

/// One snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// Its name.
    pub id: String,
    /// The object that was about to be changed.
    pub object: Key,
    /// What was about to be done.
    pub action_type: Action,
    /// The directory that it is of.
    pub source: String,
    /// The volume whose data that is.
    pub volume: Option<String>,
    /// How it was made: `btrfs`, `reflink` or `copy`.
    pub provider: &'static str,
    /// Where what it holds lies.
    pub location: String,
    /// How much the directory held.
    pub bytes: u64,
    /// When it was taken.
    pub taken: String,
    /// How long ago that was.
    pub age_seconds: u64,
    /// Until when it is kept at least.
    pub keep_until: String,
    /// Whether it was kept for that long.
    pub expired: bool,
}

impl Snapshots {
    /// What is shown of snapshots.
    pub fn new(stored: Vec<StoredSnapshot>, now: Moment) -> Self {
        Self { snapshots: stored.into_iter().map(|stored| Snapshot::new(stored.snapshot, now)).collect() }
    }
}

impl Snapshot {
    fn new(snapshot: snapshot::Snapshot, now: Moment) -> Self {
        Self {
            expired: snapshot.may_go(now),
            age_seconds: age_secs(now, snapshot.taken),
            taken: rfc3339(snapshot.taken.wall_ms),
            keep_until: rfc3339(snapshot.keep_until.wall_ms),
            provider: snapshot.provider.as_str(),
            id: snapshot.name,
            object: snapshot.key,
            action_type: snapshot.action,
            source: snapshot.source.path,
            volume: snapshot.source.volume,
            location: snapshot.location,
            bytes: snapshot.bytes,
        }
    }
}
