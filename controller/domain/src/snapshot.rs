//! What is kept of the data that an action could damage, and what is to be kept.
//!
//! Owns the values, the names and how long each is kept. Never takes a snapshot and never reads a disk: `podsteward-host`
//! does. Planned by [`crate::planning`], written down by the store, listed by `podsteward snapshots`.

pub mod facts;

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::intent::IntentId;
use crate::time::Moment;

/// The directory in which snapshots lie, on the filesystem of what they are of.
pub const AREA: &str = ".podsteward-snapshots";
/// What the name of every snapshot begins with: nothing else in such a directory is ever touched.
pub const NAME_PREFIX: &str = "autonomous-";
/// How long a snapshot is kept at least.
pub const RETENTION: Duration = Duration::from_hours(7 * 24);
/// Podman keeps the data of a volume in a directory of this name, below one of the volume's name.
const VOLUME_DATA: &str = "_data";

/// How a snapshot was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// A read-only snapshot of the btrfs subvolume that holds the directory.
    Btrfs,
    /// A copy that shares its blocks with the directory.
    Reflink,
    /// A copy.
    Copy,
}

impl Provider {
    /// All providers, the cheapest first.
    pub const ALL: [Self; 3] = [Self::Btrfs, Self::Reflink, Self::Copy];

    /// The name in listings and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Btrfs => "btrfs",
            Self::Reflink => "reflink",
            Self::Copy => "copy",
        }
    }

    /// The provider of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == name)
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a snapshot is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// The directory on the host.
    pub path: String,
    /// The volume whose data that is, unless it is a directory of the user's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.volume {
            Some(volume) => write!(f, "volume {volume}"),
            None => write!(f, "directory {}", self.path),
        }
    }
}

/// A snapshot that a plan takes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PlannedSnapshot {
    /// What it is of.
    pub source: Source,
    /// The directory in which it will lie.
    pub area: String,
    /// How long it is kept at least.
    pub keep: Duration,
}

/// A snapshot that was taken and read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Its name.
    pub name: String,
    /// The object that was about to be changed.
    pub key: Key,
    /// What it is of.
    pub source: Source,
    /// How it was made.
    pub provider: Provider,
    /// The directory on the host that holds what the source held.
    pub location: String,
    /// How much the source held.
    pub bytes: u64,
    /// When it was taken.
    pub taken: Moment,
    /// Until when it is kept at least.
    pub keep_until: Moment,
    /// The plan that took it.
    pub intent: IntentId,
    /// What that plan did.
    pub action: Action,
}

impl Snapshot {
    /// Whether it was kept for as long as was promised. A clock that was set does not shorten the promise.
    pub fn may_go(&self, now: Moment) -> bool {
        let promised = self.keep_until.wall_ms.saturating_sub(self.taken.wall_ms);
        let promised = Duration::from_millis(u64::try_from(promised).unwrap_or(0)).max(RETENTION);
        now.since(self.taken) >= promised
    }
}

/// The names of the snapshots of one plan: the first has that of the action and the time, further ones are counted.
pub fn names(action: Action, now: Moment) -> impl Iterator<Item = String> {
    let time = jiff::Timestamp::from_millisecond(now.wall_ms).unwrap_or_default();
    let first = format!("{NAME_PREFIX}{action}-{}", time.strftime("%Y%m%dT%H%M%SZ"));
    (1_u32..).map(move |number| if number == 1 { first.clone() } else { format!("{first}-{number}") })
}

/// Where snapshots of a directory lie: beside it, so that they share its filesystem. A volume's directory goes with the
/// volume, so its snapshots lie one further up; and nowhere within what a container mounts. `None`: there is no such place.
pub fn area(source: &str, mounted: &BTreeSet<String>) -> Option<String> {
    let source = Path::new(source);
    let volume = source.file_name().is_some_and(|name| name == VOLUME_DATA);
    let beside = if volume { source.parent()?.parent()? } else { source.parent()? };
    let is_mounted = |dir: &Path| mounted.iter().any(|mount| dir.starts_with(mount));
    let place = beside.ancestors().find(|dir| !is_mounted(dir))?;
    let area: PathBuf = place.join(AREA);
    area.to_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
