//! How a decision is carried out: sections of steps, as data.
//!
//! Owns the closed list of steps and the shape of a plan. Never carries one out: the runtime's executor does,
//! and makes no choice while doing so.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use podsteward_specs::container::{NetworkAttachment, Resources};
use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

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
    /// The document is noted as applied; the host needs no change.
    Note,
}

impl Shape {
    /// What it tries, as a permanent error remembers it.
    pub fn attempt(&self) -> Attempt {
        match self {
            Self::Create | Self::Recreate { .. } => Attempt::Make,
            Self::Start | Self::Restart => Attempt::Start,
            Self::Stop | Self::Signal | Self::Change | Self::Remove | Self::Note => Attempt::Other,
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
    /// The object is gone.
    Gone,
}
