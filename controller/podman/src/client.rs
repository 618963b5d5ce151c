//! Podman over its socket: the real [`Engine`].
//!
//! Owns the connection and the order "check the name, one call, within its deadline, sorted error" of every verb.
//! Never retries and never decides. Made by the runtime once; its verbs stand beside, one file a noun.

mod call;
mod containers;
mod events;
mod exact;
mod exec;
mod failure;
mod images;
mod layer;
mod log;
mod networks;
mod raw;
mod storage;
mod volumes;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use podsteward_domain::engine::{ContainerCreate, EngineInfo, NetworkCreate, VolumeCreate};
use podsteward_domain::live::{
    ContainerSummary, DiskUsage, HealthStatus, ImageSummary, LiveContainer, LiveImage, LiveNetwork,
    LiveVolume,
};
use podsteward_specs::container::{NetworkAttachment, Resources};

use self::call::within;
use self::raw::Raw;
use crate::api::{Engine, EngineEvent, Executed, Started};
use crate::convert::things;
use crate::deadline;
use crate::error::Error;

/// The API's version in the path: see [`raw`].
const API: podman_api::ApiVersion = podman_api::ApiVersion::new(4, Some(3), Some(1));

/// Podman behind a socket. Connecting is lazy: the first call finds out whether anybody answers.
#[derive(Debug, Clone)]
pub struct Podman {
    socket: PathBuf,
    /// The client crate, for what it does rightly.
    api: podman_api::Podman,
    /// For the rest.
    raw: Raw,
    /// Podman's version, once it was asked.
    version: Arc<OnceLock<String>>,
}

impl Podman {
    /// A client for `unix:///path/to/podman.sock`, or a bare absolute path. Nothing is sent yet.
    pub fn connect(url: &str) -> Result<Self, Error> {
        let path = url.strip_prefix("unix://").unwrap_or(url);
        if !path.starts_with('/') || path.contains('\0') {
            let message = "only unix:///PATH or an absolute path is supported".to_owned();
            return Err(Error::Refused { call: format!("connect to {url:?}"), message });
        }
        let socket = PathBuf::from(path);
        Ok(Self {
            api: podman_api::Podman::unix_versioned(&socket, API),
            raw: Raw::new(&socket),
            version: Arc::default(),
            socket,
        })
    }

    /// The socket's path.
    pub fn socket(&self) -> &std::path::Path {
        &self.socket
    }
}

/// Refuses versions whose inspect cannot be trusted.
fn trusted(call: &str, version: &str) -> Result<(), Error> {
    if things::is_refused(version) {
        let message = format!("podman {version} answers in a mixed format: use 4.3 to 4.9, or 5.1 and later");
        return Err(Error::Refused { call: call.to_owned(), message });
    }
    Ok(())
}

#[async_trait]
impl Engine for Podman {
    async fn ping(&self) -> Result<String, Error> {
        let call = "ping";
        let told = within(call, deadline::READ, async { Ok(self.api.ping().await?) }).await?;
        trusted(call, &told.libpod_api_version)?;
        // Set before is as good.
        let _ = self.version.set(told.libpod_api_version.clone());
        Ok(told.libpod_api_version)
    }

    async fn info(&self) -> Result<EngineInfo, Error> {
        let call = "info";
        let told = within(call, deadline::INFO, async { Ok(self.api.info().await?) }).await?;
        let info = things::info(told);
        trusted(call, &info.version)?;
        Ok(info)
    }

    async fn list_containers(&self) -> Result<Vec<ContainerSummary>, Error> {
        self.containers_list().await
    }

    async fn inspect_container(&self, name: &str) -> Result<Option<LiveContainer>, Error> {
        self.container_inspect(name).await
    }

    async fn create_container(&self, create: &ContainerCreate) -> Result<String, Error> {
        self.container_create(create).await
    }

    async fn start_container(&self, name: &str, deadline: Duration) -> Result<Started, Error> {
        self.container_start(name, deadline).await
    }

    async fn stop_container(&self, name: &str, grace: Duration) -> Result<(), Error> {
        self.container_stop(name, grace).await
    }

    async fn kill_container(&self, name: &str, signal: u8) -> Result<(), Error> {
        self.container_kill(name, signal).await
    }

    async fn rename_container(&self, name: &str, to: &str) -> Result<(), Error> {
        self.container_rename(name, to).await
    }

    async fn remove_container(&self, name: &str, force: bool) -> Result<(), Error> {
        self.container_remove(name, force).await
    }

    async fn update_container(&self, name: &str, resources: &Resources) -> Result<(), Error> {
        self.container_update(name, resources).await
    }

    async fn run_healthcheck(&self, name: &str, deadline: Duration) -> Result<HealthStatus, Error> {
        self.container_healthcheck(name, deadline).await
    }

    async fn exec_container(
        &self,
        name: &str,
        command: &[String],
        deadline: Duration,
    ) -> Result<Executed, Error> {
        self.container_exec(name, command, deadline).await
    }

    async fn container_log(&self, name: &str, since_ms: i64, lines_max: usize) -> Result<Vec<String>, Error> {
        self.log_since(name, since_ms, lines_max).await
    }

    async fn container_changes(&self, name: &str, max: usize) -> Result<Vec<String>, Error> {
        self.container_layer(name, max).await
    }

    async fn list_networks(&self) -> Result<Vec<LiveNetwork>, Error> {
        self.networks_list().await
    }

    async fn create_network(&self, create: &NetworkCreate) -> Result<(), Error> {
        self.network_create(create).await
    }

    async fn remove_network(&self, name: &str) -> Result<(), Error> {
        self.network_remove(name).await
    }

    async fn connect_network(&self, container: &str, attachment: &NetworkAttachment) -> Result<(), Error> {
        self.network_connect(container, attachment).await
    }

    async fn disconnect_network(&self, container: &str, network: &str) -> Result<(), Error> {
        self.network_disconnect(container, network).await
    }

    async fn list_volumes(&self) -> Result<Vec<LiveVolume>, Error> {
        self.volumes_list().await
    }

    async fn create_volume(&self, create: &VolumeCreate) -> Result<(), Error> {
        self.volume_create(create).await
    }

    async fn remove_volume(&self, name: &str) -> Result<(), Error> {
        self.volume_remove(name).await
    }

    async fn volume_users(&self, name: &str) -> Result<Vec<String>, Error> {
        self.volume_users_list(name).await
    }

    async fn list_images(&self) -> Result<Vec<ImageSummary>, Error> {
        self.images_list().await
    }

    async fn inspect_image(&self, reference: &str) -> Result<Option<LiveImage>, Error> {
        self.image_inspect(reference).await
    }

    async fn pull_image(&self, reference: &str, deadline: Duration) -> Result<(), Error> {
        self.image_pull(reference, deadline).await
    }

    async fn make_empty_image(&self, reference: &str) -> Result<(), Error> {
        self.image_make_empty(reference).await
    }

    async fn remove_image(&self, id: &str) -> Result<(), Error> {
        self.image_remove(id).await
    }

    async fn prune_build_cache(&self) -> Result<(), Error> {
        self.build_cache_prune().await
    }

    async fn disk_usage(&self) -> Result<DiskUsage, Error> {
        self.usage().await
    }

    async fn list_secrets(&self) -> Result<Vec<String>, Error> {
        self.secrets_list().await
    }

    async fn events(
        &self,
        since_ms: Option<i64>,
    ) -> Result<BoxStream<'static, Result<EngineEvent, Error>>, Error> {
        Ok(self.events_stream(since_ms))
    }
}

/// "Not found" is not an error to the caller that asks whether something is there, or wants it gone.
fn found<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
