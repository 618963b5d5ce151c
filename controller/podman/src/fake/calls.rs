//! The verbs of the engine by name, for counting and for faults.
//!
//! Owns the list and which of them change something.

/// A verb of [`crate::Engine`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// `ping`
    Ping,
    /// `info`
    Info,
    /// `list_containers`
    ListContainers,
    /// `inspect_container`
    InspectContainer,
    /// `create_container`
    CreateContainer,
    /// `start_container`
    StartContainer,
    /// `stop_container`
    StopContainer,
    /// `kill_container`
    KillContainer,
    /// `rename_container`
    RenameContainer,
    /// `remove_container`
    RemoveContainer,
    /// `update_container`
    UpdateContainer,
    /// `run_healthcheck`
    RunHealthcheck,
    /// `exec_container`
    ExecContainer,
    /// `container_log`
    ContainerLog,
    /// `container_changes`
    ContainerChanges,
    /// `list_networks`
    ListNetworks,
    /// `create_network`
    CreateNetwork,
    /// `remove_network`
    RemoveNetwork,
    /// `connect_network`
    ConnectNetwork,
    /// `disconnect_network`
    DisconnectNetwork,
    /// `list_volumes`
    ListVolumes,
    /// `create_volume`
    CreateVolume,
    /// `remove_volume`
    RemoveVolume,
    /// `volume_users`
    VolumeUsers,
    /// `list_images`
    ListImages,
    /// `inspect_image`
    InspectImage,
    /// `pull_image`
    PullImage,
    /// `make_empty_image`
    MakeEmptyImage,
    /// `remove_image`
    RemoveImage,
    /// `prune_build_cache`
    PruneBuildCache,
    /// `disk_usage`
    DiskUsage,
    /// `list_secrets`
    ListSecrets,
    /// `events`
    Events,
}

impl Verb {
    /// Whether it changes something. A healthcheck and a command inside count as looking.
    pub fn is_write(self) -> bool {
        !matches!(
            self,
            Self::Ping
                | Self::Info
                | Self::ListContainers
                | Self::InspectContainer
                | Self::RunHealthcheck
                | Self::ExecContainer
                | Self::ContainerLog
                | Self::ContainerChanges
                | Self::ListNetworks
                | Self::ListVolumes
                | Self::VolumeUsers
                | Self::ListImages
                | Self::InspectImage
                | Self::DiskUsage
                | Self::ListSecrets
                | Self::Events
        )
    }
}
