//! One step of a plan.
//!
//! Owns the closed list of steps, their names, and which of them lose or interrupt something. Never carries one out.

use std::fmt;
use std::time::Duration;

use podsteward_specs::container::{NetworkAttachment, ProbeHandler, Resources};
use podsteward_specs::quantity::Bytes;

use crate::disk::Size;
use crate::disk::inventory::FoundFile;
use crate::engine::{ContainerCreate, NetworkCreate, VolumeCreate};
use crate::playbook::{self, PlannedCheck};
use crate::snapshot::{PlannedSnapshot, Source};
use crate::words;

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
        /// How long nothing used it, where that counts.
        unused_for: Option<Duration>,
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
        /// A path on the filesystem that is cleaned.
        disk: String,
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
        /// What is meant as well and stays, for people.
        stays: Vec<String>,
    },
    /// Keep what a directory holds, and read that back. It is named when it is taken.
    TakeSnapshot(PlannedSnapshot),
    /// Put back what a snapshot holds.
    RestoreSnapshot {
        /// Its name.
        name: String,
        /// What is put back.
        source: Source,
    },
    /// Run a command inside a container, which must end with 0.
    ExecContainer {
        /// Its name.
        name: String,
        /// The command with its arguments.
        command: Vec<String>,
        /// It may take so long.
        deadline: Duration,
    },
    /// Ask a container until it answers well.
    Probe {
        /// Its name.
        name: String,
        /// What is asked.
        handler: ProbeHandler,
        /// It may take so long.
        deadline: Duration,
    },
    /// Find out whether something holds, before anything is done.
    Check(PlannedCheck),
    /// Wait.
    Wait {
        /// So long.
        length: Duration,
    },
    /// Tell the channels.
    Notify {
        /// What.
        message: String,
    },
    /// Run a program on the host, which must end with 0.
    RunCommand {
        /// The program with its arguments.
        argv: Vec<String>,
        /// It may take so long.
        deadline: Duration,
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
            Self::TakeSnapshot(_) => "take-snapshot",
            Self::RestoreSnapshot { .. } => "restore-snapshot",
            Self::VacuumJournal { .. } => "vacuum-journal",
            Self::ExecContainer { .. } => "exec-container",
            Self::Probe { .. } => "probe",
            Self::Check(_) => "check",
            Self::Wait { .. } => "wait",
            Self::Notify { .. } => "notify",
            Self::RunCommand { .. } => "run-command",
        }
    }

    /// What it is about one by one, where it is about many things: each file by its whole path.
    pub fn items(&self) -> Vec<String> {
        match self {
            Self::DeleteFiles { root, files, .. } => {
                files.iter().map(|file| format!("{root}/{} ({})", file.path, Size(file.size))).collect()
            }
            _ => Vec::new(),
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

    /// Whether only a playbook takes such a step.
    pub fn is_of_playbook(&self) -> bool {
        matches!(
            self,
            Self::ExecContainer { .. }
                | Self::Probe { .. }
                | Self::Check(_)
                | Self::Wait { .. }
                | Self::Notify { .. }
                | Self::RunCommand { .. }
        )
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
                | Self::RestoreSnapshot { .. }
                | Self::ExecContainer { .. }
                | Self::RunCommand { .. }
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
            Self::RemoveImage { name, size, unused_for: None, .. } => {
                write!(f, "remove image {name} ({})", Size(*size))
            }
            Self::RemoveImage { name, size, unused_for: Some(length), .. } => {
                let unused = words::duration(*length);
                write!(f, "remove image {name} ({}, unused for {unused})", Size(*size))
            }
            Self::PruneBuildCache { size: Some(size) } => {
                write!(f, "remove what image builds left ({})", Size(*size))
            }
            Self::PruneBuildCache { size: None } => f.write_str("remove what image builds left"),
            Self::TruncateLog { container, path, size, .. } => {
                write!(f, "empty the log of container {container} ({}, {path})", Size(*size))
            }
            Self::DeleteFiles { root, glob, files, stays, .. } => {
                let size = Size(files.iter().map(|file| file.size).sum());
                write!(f, "delete {} files {root}/{glob} ({size})", files.len())?;
                if stays.is_empty() { Ok(()) } else { write!(f, ", {}", words::staying(stays)) }
            }
            Self::TakeSnapshot(planned) => write!(f, "take a snapshot of {}", planned.source),
            Self::RestoreSnapshot { name, source } => write!(f, "put back {source} from snapshot {name}"),
            Self::ExecContainer { name, command, deadline } => {
                let (command, within) = (playbook::in_words(command), words::duration(*deadline));
                write!(f, "run {command} in container {name} (within {within})")
            }
            Self::Probe { name, handler, deadline } => {
                let (asked, within) = (playbook::asked(handler), words::duration(*deadline));
                write!(f, "wait until container {name} answers {asked} (within {within})")
            }
            Self::Check(check) => write!(f, "go on only if {check}"),
            Self::Wait { length } => write!(f, "wait {}", words::duration(*length)),
            Self::Notify { message } => write!(f, "tell: {}", words::quoted(message)),
            Self::RunCommand { argv, deadline } => {
                let (command, within) = (playbook::in_words(argv), words::duration(*deadline));
                write!(f, "run {command} on the host (within {within})")
            }
            Self::VacuumJournal { keep, size } => {
                write!(f, "shrink the journal from {} to {}", Size(*size), Size(keep.0))
            }
        }
    }
}
