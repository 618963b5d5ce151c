//! What lies on a filesystem that a cleanup could throw away, as it was found.
//!
//! Owns the shape. Never says what may go: [`crate::planning`] does, by the policy and by what is needed. Filled by the
//! runtime from the engine and from `podsteward-host`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// What a cleanup could throw away. A part that lies on another filesystem is not listed: throwing it away would free
/// nothing here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inventory {
    /// Where Podman keeps its images, or why what it keeps is of no use here.
    pub engine: Part<EngineParts>,
    /// Files of each `deleteFiles` step, by its place in the policy's list.
    pub files: BTreeMap<usize, Part<FoundFiles>>,
    /// The bytes of systemd's journal.
    pub journal: Part<u64>,
}

/// One part of an inventory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Part<T> {
    /// Nobody asked for it.
    #[default]
    NotAsked,
    /// It was found.
    Found(T),
    /// It is of no use: the sentence says why, for example that it lies on another filesystem or cannot be read.
    Useless(String),
}

impl<T> Part<T> {
    /// What was found.
    pub fn found(&self) -> Option<&T> {
        match self {
            Self::Found(found) => Some(found),
            Self::NotAsked | Self::Useless(_) => None,
        }
    }
}

/// What Podman keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EngineParts {
    /// All images.
    pub images: Vec<StoredImage>,
    /// All containers that do not run.
    pub containers: Vec<EndedContainer>,
    /// The logs of containers, as files, where Podman keeps them as such.
    pub logs: Vec<LogFile>,
    /// All volumes.
    pub volumes: Vec<StoredVolume>,
    /// The bytes that image builds left, where that can be told.
    pub build_cache: Option<u64>,
}

/// An image in local storage.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoredImage {
    /// Its id.
    pub id: String,
    /// The names it goes by; none: it is dangling.
    pub names: Vec<String>,
    /// Its bytes, what it shares with others included.
    pub size: u64,
    /// When it was built, in milliseconds since 1970.
    pub created_ms: i64,
    /// How many containers were made from it, those that do not run included.
    pub containers: u32,
    /// Another image is built on it.
    pub has_children: bool,
    /// When podsteward last saw a container of it, or first saw it; `None`: it is not tracked yet.
    pub last_used: Option<Moment>,
}

/// A container that does not run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EndedContainer {
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// It ended, and was not only made or paused.
    pub ended: bool,
    /// When it ended, in milliseconds since 1970.
    pub exited_ms: Option<i64>,
    /// The bytes of its own layer, where that was asked for.
    pub size: Option<u64>,
    /// Who else manages it, for people: a pod, a systemd unit, `--rm`.
    pub managed_by: Option<String>,
}

/// The log of a container, as a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogFile {
    /// The container.
    pub container: String,
    /// The container belongs to this very instance of podsteward.
    pub own: bool,
    /// The file.
    pub path: String,
    /// Its bytes.
    pub size: u64,
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoredVolume {
    /// Its name.
    pub name: String,
    /// The containers that use it, those that do not run included.
    pub users: BTreeSet<String>,
    /// Its bytes, where that was asked for.
    pub size: Option<u64>,
}

/// What a `deleteFiles` step comes by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FoundFiles {
    /// What may go, the oldest first.
    pub files: Vec<FoundFile>,
    /// What is meant as well and stays, because something names it, for people.
    pub stays: Vec<String>,
}

/// What no `deleteFiles` step deletes, because a manifest or the controller itself names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedPath {
    /// Its absolute path, or a glob. A directory stands for all that is below it.
    pub path: String,
    /// It is a glob.
    pub is_glob: bool,
    /// Who names it, for people: `a bind mount of container/app`.
    pub by: String,
}

/// A file that a `deleteFiles` step names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FoundFile {
    /// Its path below the root of the step.
    pub path: String,
    /// The bytes that it takes on the disk.
    pub size: u64,
}

/// What takes much space, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consumer {
    /// What it is.
    pub what: ConsumerKind,
    /// Its name or path.
    pub name: String,
    /// Its bytes.
    pub size: u64,
}

/// What takes space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConsumerKind {
    /// What a container wrote outside of its volumes.
    Container,
    /// An image.
    Image,
    /// A volume.
    Volume,
    /// A directory.
    Directory,
}

impl ConsumerKind {
    /// What it is called in sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Image => "image",
            Self::Volume => "volume",
            Self::Directory => "directory",
        }
    }
}

/// What must stay whatever a policy says, because something that is declared or under way needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needed {
    /// Image references that manifests name. Of a manifest that cannot be understood, every word that could be one.
    pub references: BTreeSet<String>,
    /// Some manifest could not be read: nobody knows which images it names.
    pub images_unknown: bool,
    /// Image ids that a plan in progress holds, or that a container was last applied with.
    pub images: BTreeSet<String>,
    /// Containers that a plan in progress holds.
    pub containers: BTreeSet<String>,
    /// Volumes that manifests name, or that a plan in progress holds.
    pub volumes: BTreeSet<String>,
}
