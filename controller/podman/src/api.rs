//! The narrow trait through which the runtime speaks to an engine: verbs of ours, not Podman's.
//!
//! Owns the contract of each verb. Every verb is idempotent where that is possible, has a deadline, and never
//! does more than it says: no verb removes a volume or a container that it does not name.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use podsteward_domain::engine::{ContainerCreate, EngineInfo, NetworkCreate, VolumeCreate};
use podsteward_domain::live::{
    ContainerSummary, HealthStatus, LiveContainer, LiveImage, LiveNetwork, LiveVolume,
};
use podsteward_specs::container::{NetworkAttachment, Resources};

use crate::error::Error;

/// What a start did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// The container was started.
    Now,
    /// Podman says that it runs already.
    Already,
}

/// One event of the engine's stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineEvent {
    /// When, in milliseconds since 1970.
    pub time_ms: i64,
    /// About what.
    pub about: EventSubject,
    /// What happened, as Podman says it: `died`, `start`, `stop`, `kill`, `rename`, `remove`, `update`, `create`.
    pub action: String,
    /// The exit code of a `died` event.
    pub exit_code: Option<i32>,
    /// Attributes: labels and, for networks, `network`.
    pub attributes: BTreeMap<String, String>,
}

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventSubject {
    /// A container, by name and id.
    Container {
        /// Its name at the time.
        name: String,
        /// Its id.
        id: String,
    },
    /// A network, by name (may be empty on old versions).
    Network(String),
    /// A volume, by name.
    Volume(String),
    /// An image, by the reference that the event names.
    Image(String),
    /// Anything else.
    Other,
}

/// A container engine.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// The version, as a sign of life: under a millisecond. A version whose answers cannot be trusted is
    /// [`Error::Refused`].
    async fn ping(&self) -> Result<String, Error>;
    /// Version and abilities. Podman takes 200 to 400 ms for it, so it is asked once, beside other work.
    async fn info(&self) -> Result<EngineInfo, Error>;
    /// All containers, stopped ones included, of everybody. One call.
    async fn list_containers(&self) -> Result<Vec<ContainerSummary>, Error>;
    /// One container by name or id; `None`: there is none.
    async fn inspect_container(&self, name: &str) -> Result<Option<LiveContainer>, Error>;
    /// Makes a container and returns its id. Starts nothing.
    async fn create_container(&self, create: &ContainerCreate) -> Result<String, Error>;
    /// Starts a container.
    async fn start_container(&self, name: &str, deadline: Duration) -> Result<Started, Error>;
    /// Asks the main process to end, kills it after `grace`. Ok when it is stopped already.
    async fn stop_container(&self, name: &str, grace: Duration) -> Result<(), Error>;
    /// Sends a signal to the main process.
    async fn kill_container(&self, name: &str, signal: u8) -> Result<(), Error>;
    /// Gives a container another name.
    async fn rename_container(&self, name: &str, to: &str) -> Result<(), Error>;
    /// Removes one container, never its volumes. Ok when it is gone already. A running one only with `force`.
    async fn remove_container(&self, name: &str, force: bool) -> Result<(), Error>;
    /// Changes limits of a live container.
    async fn update_container(&self, name: &str, resources: &Resources) -> Result<(), Error>;
    /// Runs the container's healthcheck once, within `deadline` (Podman does not enforce its own timeout).
    async fn run_healthcheck(&self, name: &str, deadline: Duration) -> Result<HealthStatus, Error>;

    /// All networks.
    async fn list_networks(&self) -> Result<Vec<LiveNetwork>, Error>;
    /// Makes a network.
    async fn create_network(&self, create: &NetworkCreate) -> Result<(), Error>;
    /// Removes a network. A network in use is a [`Error::Conflict`]; Ok when it is gone already.
    async fn remove_network(&self, name: &str) -> Result<(), Error>;
    /// Attaches a container to a network.
    async fn connect_network(&self, container: &str, attachment: &NetworkAttachment) -> Result<(), Error>;
    /// Detaches a container from a network.
    async fn disconnect_network(&self, container: &str, network: &str) -> Result<(), Error>;

    /// All volumes.
    async fn list_volumes(&self) -> Result<Vec<LiveVolume>, Error>;
    /// Makes a volume.
    async fn create_volume(&self, create: &VolumeCreate) -> Result<(), Error>;
    /// Removes a volume. A volume in use is a [`Error::Conflict`]; Ok when it is gone already.
    async fn remove_volume(&self, name: &str) -> Result<(), Error>;

    /// An image in local storage by reference or id; `None`: it is not there.
    async fn inspect_image(&self, reference: &str) -> Result<Option<LiveImage>, Error>;
    /// Pulls an image within `deadline`.
    async fn pull_image(&self, reference: &str, deadline: Duration) -> Result<(), Error>;
    /// Names of the secrets that exist.
    async fn list_secrets(&self) -> Result<Vec<String>, Error>;

    /// Events from `since_ms` on (history first), or only new ones. Ends when the connection does; silence is
    /// not an end, so the caller keeps a watchdog.
    async fn events(
        &self,
        since_ms: Option<i64>,
    ) -> Result<BoxStream<'static, Result<EngineEvent, Error>>, Error>;
}
