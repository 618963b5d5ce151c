//! What is asked of the container engine, in our own words.
//!
//! Owns the request values that plans carry. Never sends one.
//! Made by planning; carried out by `podsteward-podman` through the runtime's executor.

use std::collections::BTreeMap;
use std::sync::Arc;

use podsteward_specs::container::Container;
use podsteward_specs::network::Network;
use podsteward_specs::volume::Volume;
use serde::Serialize;

/// What the engine can do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct EngineInfo {
    /// Its version, for example `4.3.1`.
    pub version: String,
    /// Limits of a live container can be changed, and inspect tells the new ones (Podman 5).
    pub updates_in_place: bool,
    /// It runs without root.
    pub rootless: bool,
    /// Resource limits have no effect here (rootless on cgroup v1), so they cannot be compared.
    pub ignores_limits: bool,
    /// Where it keeps images and what containers write; `None`: not told.
    pub graph_root: Option<String>,
    /// Where it keeps volumes; `None`: not told.
    pub volume_path: Option<String>,
    /// Where it keeps what a boot may lose; `None`: not told.
    pub run_root: Option<String>,
}

impl EngineInfo {
    /// What a version alone tells. The rest is assumed so that nothing is done that might be wrong.
    pub fn of_version(version: String) -> Self {
        let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        let updates_in_place = major.is_some_and(|major| major >= 5);
        Self { version, updates_in_place, ignores_limits: true, ..Self::default() }
    }

    /// Inspect tells whether a user stopped a container: since Podman 5, as updates in place.
    pub fn tells_stops(&self) -> bool {
        self.updates_in_place
    }
}

/// A container to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerCreate {
    /// Its name.
    pub name: String,
    /// What is declared.
    pub container: Arc<Container>,
    /// The image to make it from: the declared reference, or an id where the reference means another image now.
    pub image: String,
    /// All labels: the user's and ours.
    pub labels: BTreeMap<String, String>,
    /// Volumes of a predecessor to be attached again: target path to volume name.
    pub anonymous_volumes: BTreeMap<String, String>,
}

/// A network to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkCreate {
    /// Its name.
    pub name: String,
    /// What is declared.
    pub network: Network,
    /// All labels: the user's and ours.
    pub labels: BTreeMap<String, String>,
}

/// A volume to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeCreate {
    /// Its name.
    pub name: String,
    /// What is declared.
    pub volume: Volume,
    /// All labels: the user's and ours.
    pub labels: BTreeMap<String, String>,
}
