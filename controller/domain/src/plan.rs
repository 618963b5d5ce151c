//! How a decision is carried out: sections of steps, as data.
//!
//! Owns the closed list of steps and the shape of a plan. Never carries one out: the runtime's executor does,
//! and makes no choice while doing so.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use podsteward_specs::container::{NetworkAttachment, Resources};
use podsteward_specs::key::Key;
use podsteward_specs::quantity::Bytes;
use serde::{Deserialize, Serialize};

use crate::disk::inventory::FoundFile;
use crate::disk::{DiskSample, Measure, Size};
use crate::engine::{ContainerCreate, NetworkCreate, VolumeCreate};
use crate::memory::Attempt;

/// One step. Each is carried out by one call to the engine (a start may repeat it while the engine cleans up).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Pull an image.
    PullImage {
        /// The reference.
        reference: String,
    },
    /// Make a container.
    CreateContainer(Box<ContainerCreate>),
    /// Start a container.
    StartContainer {
        /// Its name.
        name: String,
        /// How long the call may take.
        deadline: Duration,
    },
    /// Stop a container.
    StopContainer {
        /// Its name.
        name: String,
        /// How long the process may take to end.
        grace: Duration,
    },
    /// Send a signal to a container's main process.
    SignalContainer {
        /// Its name.
        name: String,
        /// The signal's number.
        signal: u8,
    },
    /// Give a container another name.
    RenameContainer {
        /// The name it has.
        from: String,
        /// The name it gets.
        to: String,
    },
    /// Remove a container, never its volumes.
    RemoveContainer {
        /// Its name.
        name: String,
        /// Also when it runs.
        force: bool,
    },
    /// Change the limits of a live container.
    UpdateContainer {
        /// Its name.
        name: String,
        /// The new limits.
        resources: Resources,
    },
    /// Attach a container to a network.
    ConnectNetwork {
        /// The container.
        container: String,
        /// The network, with address and aliases.
        attachment: NetworkAttachment,
    },
    /// Detach a container from a network.
    DisconnectNetwork {
        /// The container.
        container: String,
        /// The network.
        network: String,
    },
    /// Make a network.
    CreateNetwork(Box<NetworkCreate>),
    /// Remove a network.
    RemoveNetwork {
        /// Its name.
        name: String,
    },
    /// Make a volume.
    CreateVolume(Box<VolumeCreate>),
    /// Remove a volume with its data.
    RemoveVolume {
        /// Its name.
        name: String,
    },
    /// Remove an image that nothing uses.
    RemoveImage {
        /// Its id.
        id: String,
        /// What people call it.
        name: String,
        /// Its bytes.
        size: u64,
    },
    /// Remove what image builds left.
    PruneBuildCache {
        /// Its bytes, where that is known.
        size: Option<u64>,
    },
    /// Empty the log of a container.
    TruncateLog {
        /// The container.
        container: String,
        /// The file.
        path: String,
        /// Its bytes.
        size: u64,
    },
    /// Delete files, each only if it is still what it was when it was found.
    DeleteFiles {
        /// The directory that they lie under.
        root: String,
        /// What they were found by.
        glob: String,
        /// Last changed at least so long ago.
        older_than: Duration,
        /// The files.
        files: Vec<FoundFile>,
    },
    /// Make systemd's journal smaller.
    VacuumJournal {
        /// So much stays.
        keep: Bytes,
        /// Its bytes now.
        size: u64,
    },
}

impl Step {
    /// The name of the kind of step, in the journal and in logs.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::PullImage { .. } => "pull-image",
            Self::CreateContainer(_) => "create-container",
            Self::StartContainer { .. } => "start-container",
            Self::StopContainer { .. } => "stop-container",
            Self::SignalContainer { .. } => "signal-container",
            Self::RenameContainer { .. } => "rename-container",
            Self::RemoveContainer { .. } => "remove-container",
            Self::UpdateContainer { .. } => "update-container",
            Self::ConnectNetwork { .. } => "connect-network",
            Self::DisconnectNetwork { .. } => "disconnect-network",
            Self::CreateNetwork(_) => "create-network",
            Self::RemoveNetwork { .. } => "remove-network",
            Self::CreateVolume(_) => "create-volume",
            Self::RemoveVolume { .. } => "remove-volume",
            Self::RemoveImage { .. } => "remove-image",
            Self::PruneBuildCache { .. } => "prune-build-cache",
            Self::TruncateLog { .. } => "truncate-log",
            Self::DeleteFiles { .. } => "delete-files",
            Self::VacuumJournal { .. } => "vacuum-journal",
        }
    }

    /// How many bytes it is thought to free, where that is known; measured is what it really freed.
    pub fn frees(&self) -> Option<u64> {
        match self {
            Self::RemoveImage { size, .. } | Self::TruncateLog { size, .. } => Some(*size),
            Self::PruneBuildCache { size } => *size,
            Self::DeleteFiles { files, .. } => Some(files.iter().map(|file| file.size).sum()),
            Self::VacuumJournal { keep, size } => Some(size.saturating_sub(keep.0)),
            _ => None,
        }
    }

    /// Whether something is lost or interrupted by it, so that its intent must be on disk before.
    pub fn is_destructive(&self) -> bool {
        matches!(
            self,
            Self::StopContainer { .. }
                | Self::RenameContainer { .. }
                | Self::RemoveContainer { .. }
                | Self::RemoveNetwork { .. }
                | Self::RemoveVolume { .. }
                | Self::RemoveImage { .. }
                | Self::PruneBuildCache { .. }
                | Self::TruncateLog { .. }
                | Self::DeleteFiles { .. }
                | Self::VacuumJournal { .. }
        )
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PullImage { reference } => write!(f, "pull image {reference}"),
            Self::CreateContainer(create) => {
                write!(f, "create container {} from {}", create.name, create.image)
            }
            Self::StartContainer { name, .. } => write!(f, "start container {name}"),
            Self::StopContainer { name, grace } => {
                write!(f, "stop container {name} (grace {} s)", grace.as_secs())
            }
            Self::SignalContainer { name, signal } => write!(f, "send signal {signal} to container {name}"),
            Self::RenameContainer { from, to } => write!(f, "rename container {from} to {to}"),
            Self::RemoveContainer { name, .. } => write!(f, "remove container {name}"),
            Self::UpdateContainer { name, .. } => write!(f, "update limits of container {name}"),
            Self::ConnectNetwork { container, attachment } => {
                write!(f, "connect container {container} to network {}", attachment.name)
            }
            Self::DisconnectNetwork { container, network } => {
                write!(f, "disconnect container {container} from network {network}")
            }
            Self::CreateNetwork(create) => write!(f, "create network {}", create.name),
            Self::RemoveNetwork { name } => write!(f, "remove network {name}"),
            Self::CreateVolume(create) => write!(f, "create volume {}", create.name),
            Self::RemoveVolume { name } => write!(f, "remove volume {name} with its data"),
            Self::RemoveImage { name, size, .. } => write!(f, "remove image {name} ({})", Size(*size)),
            Self::PruneBuildCache { size: Some(size) } => {
                write!(f, "remove what image builds left ({})", Size(*size))
            }
            Self::PruneBuildCache { size: None } => f.write_str("remove what image builds left"),
            Self::TruncateLog { container, path, size } => {
                write!(f, "empty the log of container {container} ({}, {path})", Size(*size))
            }
            Self::DeleteFiles { root, glob, files, .. } => {
                let size = Size(files.iter().map(|file| file.size).sum());
                write!(f, "delete {} files {root}/{glob} ({size})", files.len())
            }
            Self::VacuumJournal { keep, size } => {
                write!(f, "shrink the journal from {} to {}", Size(*size), Size(keep.0))
            }
        }
    }
}

/// Steps between which the switch is not read: a begun section finishes or is compensated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What it is for: `prepare`, `replace`, `start`, `settle`.
    pub title: &'static str,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Before each step is measured whether it is still needed; a step that fails ends the section, not the plan.
    pub until: Option<Until>,
}

impl Section {
    /// Steps that are all taken.
    pub fn new(title: &'static str, steps: Vec<Step>) -> Self {
        Self { title, steps, until: None }
    }
}

/// What a plan works towards, measured before each of its steps: when it is reached, the plan has done enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Until {
    /// A path on the filesystem.
    pub path: String,
    /// What of it.
    pub measure: Measure,
    /// Less than this share is used, in basis points.
    pub below: u16,
}

impl Until {
    /// Whether a sample is what the plan works towards.
    pub fn is_reached(&self, sample: &DiskSample) -> bool {
        self.measure.of(sample).is_some_and(|gauge| gauge.share() < self.below)
    }
}

/// What a plan touches; leased for its life.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Touches {
    /// Objects.
    pub objects: BTreeSet<Key>,
    /// Container names.
    pub containers: BTreeSet<String>,
    /// Image ids.
    pub images: BTreeSet<String>,
    /// Volume names.
    pub volumes: BTreeSet<String>,
}

/// How a decision is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What kind of plan, and what recovery must know of it.
    pub shape: Shape,
    /// The sections before verification, in order.
    pub sections: Vec<Section>,
    /// The section after a good verification.
    pub settle: Option<Section>,
    /// What it touches.
    pub touches: Touches,
    /// What verification looks for, and how long it waits.
    pub expectation: Expectation,
}

impl Plan {
    /// Every step, in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.sections.iter().chain(&self.settle).flat_map(|section| &section.steps)
    }

    /// Whether any step before verification is destructive.
    pub fn is_destructive(&self) -> bool {
        self.sections.iter().flat_map(|section| &section.steps).any(Step::is_destructive)
    }
}

/// What kind of plan it is, with what recovery must know after a crash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "shape", rename_all = "kebab-case")]
pub enum Shape {
    /// A container is made and started.
    Create,
    /// A container is replaced; the old one waits under another name.
    Recreate {
        /// The name of the old container meanwhile.
        previous: String,
        /// Whether the old container ran before, and must run again if it comes back.
        was_running: bool,
    },
    /// A container is started.
    Start,
    /// A container is stopped and started.
    Restart,
    /// A container is stopped.
    Stop,
    /// A container's main process gets a signal.
    Signal,
    /// A live object is changed.
    Change,
    /// An object is removed.
    Remove,
    /// A filesystem is cleaned.
    Clean {
        /// What of it is too full.
        measure: Measure,
    },
    /// The document is noted as applied; the host needs no change.
    Note,
}

impl Shape {
    /// What it tries, as a permanent error remembers it.
    pub fn attempt(&self) -> Attempt {
        match self {
            Self::Create | Self::Recreate { .. } => Attempt::Make,
            Self::Start | Self::Restart => Attempt::Start,
            Self::Stop | Self::Signal | Self::Change | Self::Remove | Self::Clean { .. } | Self::Note => {
                Attempt::Other
            }
        }
    }
}

/// What verification looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// The state that must be there.
    pub state: ExpectedState,
    /// How long it must hold.
    pub stabilise: Duration,
}

/// The state that must be there after a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpectedState {
    /// The container runs, and did not end since.
    Running,
    /// The container ended with 0, or still runs: for those that need not run for ever.
    RunningOrCompleted,
    /// The container exists and does not run.
    Stopped,
    /// The object is as declared.
    AsDeclared,
    /// The container runs as declared, and did not end since.
    RunningAsDeclared,
    /// The container runs, did not end since, and is not unhealthy any more.
    Well,
    /// The container runs, did not end since, and uses less memory than before.
    Lighter,
    /// Less of the filesystem is used than before.
    Relieved,
    /// The object is gone.
    Gone,
}
