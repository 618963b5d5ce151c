//! The engine with every call counted.
//!
//! Owns the one place in which calls to Podman become metrics, and in which single-flight of the list is kept:
//! two lists at once cost Podman gigabytes. Adds nothing else.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use podsteward_domain::engine::{ContainerCreate, EngineInfo, NetworkCreate, VolumeCreate};
use podsteward_domain::live::{
    ContainerSummary, DiskUsage, HealthStatus, ImageSummary, LiveContainer, LiveImage, LiveNetwork,
    LiveVolume,
};
use podsteward_metrics::label::CallResult;
use podsteward_metrics::{PodmanEvent, Telemetry};
use podsteward_podman::Error;
use podsteward_podman::api::{Engine, EngineEvent, Executed, Started};
use podsteward_specs::container::{NetworkAttachment, Resources};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// The engine with every call counted.
pub struct Metered {
    inner: Arc<dyn Engine>,
    telemetry: Arc<Telemetry>,
    list: Mutex<()>,
}

impl Metered {
    /// Counts the calls to `inner`.
    pub fn new(inner: Arc<dyn Engine>, telemetry: Arc<Telemetry>) -> Self {
        Self { inner, telemetry, list: Mutex::new(()) }
    }

    async fn count<T>(
        &self,
        verb: &'static str,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let begun = Instant::now();
        let answer = call.await;
        let result = answer.as_ref().map_or_else(result_of, |_| CallResult::Ok);
        self.telemetry.emit(PodmanEvent::CallDone { verb, result, took: begun.elapsed() });
        answer
    }
}

fn result_of(error: &Error) -> CallResult {
    match error {
        Error::NotFound { .. } => CallResult::NotFound,
        Error::Conflict { .. } => CallResult::Conflict,
        Error::Refused { .. } => CallResult::Refused,
        Error::Failed { .. } => CallResult::Failed,
        Error::Timeout { .. } => CallResult::Timeout,
        Error::Unreachable { .. } => CallResult::Unreachable,
        Error::Protocol { .. } => CallResult::Protocol,
    }
}

macro_rules! counted {
    ($($verb:ident($($arg:ident: $type:ty),*) -> $answer:ty;)+) => {
        #[async_trait]
        impl Engine for Metered {
            $(async fn $verb(&self, $($arg: $type),*) -> Result<$answer, Error> {
                self.count(stringify!($verb), self.inner.$verb($($arg),*)).await
            })+

            async fn list_containers(&self) -> Result<Vec<ContainerSummary>, Error> {
                let _one_at_a_time = self.list.lock().await;
                self.count("list_containers", self.inner.list_containers()).await
            }
        }
    };
}

counted! {
    ping() -> String;
    info() -> EngineInfo;
    inspect_container(name: &str) -> Option<LiveContainer>;
    create_container(create: &ContainerCreate) -> String;
    start_container(name: &str, deadline: Duration) -> Started;
    stop_container(name: &str, grace: Duration) -> ();
    kill_container(name: &str, signal: u8) -> ();
    rename_container(name: &str, to: &str) -> ();
    remove_container(name: &str, force: bool) -> ();
    update_container(name: &str, resources: &Resources) -> ();
    run_healthcheck(name: &str, deadline: Duration) -> HealthStatus;
    exec_container(name: &str, command: &[String], deadline: Duration) -> Executed;
    container_log(name: &str, since_ms: i64, lines_max: usize) -> Vec<String>;
    container_changes(name: &str, max: usize) -> Vec<String>;
    list_networks() -> Vec<LiveNetwork>;
    create_network(create: &NetworkCreate) -> ();
    remove_network(name: &str) -> ();
    connect_network(container: &str, attachment: &NetworkAttachment) -> ();
    disconnect_network(container: &str, network: &str) -> ();
    list_volumes() -> Vec<LiveVolume>;
    create_volume(create: &VolumeCreate) -> ();
    remove_volume(name: &str) -> ();
    inspect_image(reference: &str) -> Option<LiveImage>;
    list_images() -> Vec<ImageSummary>;
    remove_image(id: &str) -> ();
    prune_build_cache() -> ();
    disk_usage() -> DiskUsage;
    volume_users(name: &str) -> Vec<String>;
    pull_image(reference: &str, deadline: Duration) -> ();
    make_empty_image(reference: &str) -> ();
    list_secrets() -> Vec<String>;
    events(since_ms: Option<i64>) -> BoxStream<'static, Result<EngineEvent, Error>>;
}
