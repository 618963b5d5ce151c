//! The line from one life of the controller to the fake Podman.
//!
//! Owns the recording of every call, the questions that the invariants ask about it, and what becomes of calls that
//! are under way when a life ends: Podman goes on with them. Never changes a call or an answer.

use std::fmt::Debug;
use std::future::{Future, pending};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt as _};
use podsteward_domain::engine::{ContainerCreate, EngineInfo, NetworkCreate, VolumeCreate};
use podsteward_domain::live::{
    ContainerSummary, DiskUsage, HealthStatus, ImageSummary, LiveContainer, LiveImage, LiveNetwork,
    LiveVolume,
};
use podsteward_podman::api::{EngineEvent, Executed, Started};
use podsteward_podman::fake::{Fake, Verb};
use podsteward_podman::{Engine, Error};
use podsteward_runtime::clock::Clock as _;
use podsteward_specs::container::{NetworkAttachment, Resources};

use crate::host::Host;
use crate::life::Life;

/// One call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Which verb.
    pub(crate) verb: Verb,
    /// What it is about: a name, or a reference.
    pub(crate) target: String,
    /// What more there is to tell.
    pub(crate) detail: String,
}

/// The line.
pub(crate) struct Line {
    host: Arc<Host>,
    life: Arc<Life>,
}

impl Line {
    /// A line to the host's fake.
    pub(crate) fn new(host: Arc<Host>, life: Arc<Life>) -> Self {
        Self { host, life }
    }

    async fn pass<T, F, W>(&self, call: Call, work: W) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
        W: FnOnce(Fake) -> F + Send,
    {
        if self.life.is_over() {
            pending::<()>().await;
        }
        let host = &self.host;
        let text = format!("{:?} {} {}", call.verb, call.target, call.detail);
        host.trace.add(&format!("> {text}"));
        host.invariants.begins(&call, host, host.clock.now());
        if call.verb == Verb::StartContainer {
            host.starts(&call.target);
        }
        let task = tokio::spawn(work(host.fake.clone()));
        host.under_way(task.abort_handle());
        let answer = task.await.unwrap_or_else(|_| {
            Err(Error::Unreachable { call: text.clone(), message: "the request was never sent".to_owned() })
        });
        host.invariants.ended(&call, answer.is_ok());
        if self.life.is_over() {
            pending::<()>().await;
        }
        match &answer {
            Ok(_) => host.trace.add(&format!("< {text}")),
            Err(error) => host.trace.add(&format!("< {text}: {error}")),
        }
        answer
    }
}

fn call(verb: Verb, target: &str, detail: impl Debug) -> Call {
    let detail = format!("{detail:?}");
    Call { verb, target: target.to_owned(), detail: if detail == "()" { String::new() } else { detail } }
}

#[async_trait]
impl Engine for Line {
    async fn ping(&self) -> Result<String, Error> {
        self.pass(call(Verb::Ping, "", ()), |fake| async move { fake.ping().await }).await
    }

    async fn info(&self) -> Result<EngineInfo, Error> {
        self.pass(call(Verb::Info, "", ()), |fake| async move { fake.info().await }).await
    }

    async fn list_containers(&self) -> Result<Vec<ContainerSummary>, Error> {
        let call = call(Verb::ListContainers, "", ());
        self.pass(call, |fake| async move { fake.list_containers().await }).await
    }

    async fn inspect_container(&self, name: &str) -> Result<Option<LiveContainer>, Error> {
        let (call, name) = (call(Verb::InspectContainer, name, ()), name.to_owned());
        self.pass(call, |fake| async move { fake.inspect_container(&name).await }).await
    }

    async fn create_container(&self, create: &ContainerCreate) -> Result<String, Error> {
        let (call, create) = (call(Verb::CreateContainer, &create.name, &create.image), create.clone());
        self.pass(call, |fake| async move { fake.create_container(&create).await }).await
    }

    async fn start_container(&self, name: &str, deadline: Duration) -> Result<Started, Error> {
        let (call, name) = (call(Verb::StartContainer, name, ()), name.to_owned());
        self.pass(call, move |fake| async move { fake.start_container(&name, deadline).await }).await
    }

    async fn stop_container(&self, name: &str, grace: Duration) -> Result<(), Error> {
        let (call, name) = (call(Verb::StopContainer, name, grace), name.to_owned());
        self.pass(call, move |fake| async move { fake.stop_container(&name, grace).await }).await
    }

    async fn kill_container(&self, name: &str, signal: u8) -> Result<(), Error> {
        let (call, name) = (call(Verb::KillContainer, name, signal), name.to_owned());
        self.pass(call, move |fake| async move { fake.kill_container(&name, signal).await }).await
    }

    async fn rename_container(&self, name: &str, to: &str) -> Result<(), Error> {
        let (call, name, to) = (call(Verb::RenameContainer, name, to), name.to_owned(), to.to_owned());
        self.pass(call, |fake| async move { fake.rename_container(&name, &to).await }).await
    }

    async fn remove_container(&self, name: &str, force: bool) -> Result<(), Error> {
        let (call, name) = (call(Verb::RemoveContainer, name, force), name.to_owned());
        self.pass(call, move |fake| async move { fake.remove_container(&name, force).await }).await
    }

    async fn update_container(&self, name: &str, resources: &Resources) -> Result<(), Error> {
        let call = call(Verb::UpdateContainer, name, resources.memory);
        let (name, resources) = (name.to_owned(), resources.clone());
        self.pass(call, |fake| async move { fake.update_container(&name, &resources).await }).await
    }

    async fn run_healthcheck(&self, name: &str, deadline: Duration) -> Result<HealthStatus, Error> {
        let (call, name) = (call(Verb::RunHealthcheck, name, ()), name.to_owned());
        self.pass(call, move |fake| async move { fake.run_healthcheck(&name, deadline).await }).await
    }

    async fn exec_container(
        &self,
        name: &str,
        command: &[String],
        deadline: Duration,
    ) -> Result<Executed, Error> {
        let detail = command.join(" ");
        let (call, name, command) =
            (call(Verb::ExecContainer, name, detail), name.to_owned(), command.to_vec());
        self.pass(call, move |fake| async move { fake.exec_container(&name, &command, deadline).await }).await
    }

    async fn container_log(&self, name: &str, since_ms: i64, lines_max: usize) -> Result<Vec<String>, Error> {
        let (call, name) = (call(Verb::ContainerLog, name, ()), name.to_owned());
        self.pass(call, move |fake| async move { fake.container_log(&name, since_ms, lines_max).await }).await
    }

    async fn container_changes(&self, name: &str, max: usize) -> Result<Vec<String>, Error> {
        let (call, name) = (call(Verb::ContainerChanges, name, ()), name.to_owned());
        self.pass(call, move |fake| async move { fake.container_changes(&name, max).await }).await
    }

    async fn list_networks(&self) -> Result<Vec<LiveNetwork>, Error> {
        let call = call(Verb::ListNetworks, "", ());
        self.pass(call, |fake| async move { fake.list_networks().await }).await
    }

    async fn create_network(&self, create: &NetworkCreate) -> Result<(), Error> {
        let (call, create) = (call(Verb::CreateNetwork, &create.name, ()), create.clone());
        self.pass(call, |fake| async move { fake.create_network(&create).await }).await
    }

    async fn remove_network(&self, name: &str) -> Result<(), Error> {
        let (call, name) = (call(Verb::RemoveNetwork, name, ()), name.to_owned());
        self.pass(call, |fake| async move { fake.remove_network(&name).await }).await
    }

    async fn connect_network(&self, container: &str, attachment: &NetworkAttachment) -> Result<(), Error> {
        let call = call(Verb::ConnectNetwork, container, &attachment.name);
        let (container, attachment) = (container.to_owned(), attachment.clone());
        self.pass(call, |fake| async move { fake.connect_network(&container, &attachment).await }).await
    }

    async fn disconnect_network(&self, container: &str, network: &str) -> Result<(), Error> {
        let call = call(Verb::DisconnectNetwork, container, network);
        let (container, network) = (container.to_owned(), network.to_owned());
        self.pass(call, |fake| async move { fake.disconnect_network(&container, &network).await }).await
    }

    async fn list_volumes(&self) -> Result<Vec<LiveVolume>, Error> {
        self.pass(call(Verb::ListVolumes, "", ()), |fake| async move { fake.list_volumes().await }).await
    }

    async fn create_volume(&self, create: &VolumeCreate) -> Result<(), Error> {
        let (call, create) = (call(Verb::CreateVolume, &create.name, ()), create.clone());
        self.pass(call, |fake| async move { fake.create_volume(&create).await }).await
    }

    async fn remove_volume(&self, name: &str) -> Result<(), Error> {
        let (call, name) = (call(Verb::RemoveVolume, name, ()), name.to_owned());
        self.pass(call, |fake| async move { fake.remove_volume(&name).await }).await
    }

    async fn volume_users(&self, name: &str) -> Result<Vec<String>, Error> {
        let (call, name) = (call(Verb::VolumeUsers, name, ()), name.to_owned());
        self.pass(call, |fake| async move { fake.volume_users(&name).await }).await
    }

    async fn list_images(&self) -> Result<Vec<ImageSummary>, Error> {
        self.pass(call(Verb::ListImages, "", ()), |fake| async move { fake.list_images().await }).await
    }

    async fn inspect_image(&self, reference: &str) -> Result<Option<LiveImage>, Error> {
        let (call, reference) = (call(Verb::InspectImage, reference, ()), reference.to_owned());
        self.pass(call, |fake| async move { fake.inspect_image(&reference).await }).await
    }

    async fn pull_image(&self, reference: &str, deadline: Duration) -> Result<(), Error> {
        let (call, reference) = (call(Verb::PullImage, reference, ()), reference.to_owned());
        self.pass(call, move |fake| async move { fake.pull_image(&reference, deadline).await }).await
    }

    async fn make_empty_image(&self, reference: &str) -> Result<(), Error> {
        let (call, reference) = (call(Verb::MakeEmptyImage, reference, ()), reference.to_owned());
        self.pass(call, move |fake| async move { fake.make_empty_image(&reference).await }).await
    }

    async fn remove_image(&self, id: &str) -> Result<(), Error> {
        let (call, id) = (call(Verb::RemoveImage, id, ()), id.to_owned());
        self.pass(call, |fake| async move { fake.remove_image(&id).await }).await
    }

    async fn prune_build_cache(&self) -> Result<(), Error> {
        let call = call(Verb::PruneBuildCache, "", ());
        self.pass(call, |fake| async move { fake.prune_build_cache().await }).await
    }

    async fn disk_usage(&self) -> Result<DiskUsage, Error> {
        self.pass(call(Verb::DiskUsage, "", ()), |fake| async move { fake.disk_usage().await }).await
    }

    async fn list_secrets(&self) -> Result<Vec<String>, Error> {
        self.pass(call(Verb::ListSecrets, "", ()), |fake| async move { fake.list_secrets().await }).await
    }

    async fn events(
        &self,
        since_ms: Option<i64>,
    ) -> Result<BoxStream<'static, Result<EngineEvent, Error>>, Error> {
        let call = call(Verb::Events, "", since_ms);
        let stream = self.pass(call, move |fake| async move { fake.events(since_ms).await }).await?;
        let host = Arc::clone(&self.host);
        let told = stream.inspect(move |event| match event {
            Ok(event) => host.trace.add(&format!("event {} {:?}", event.action, event.about)),
            Err(error) => host.trace.add(&format!("event {error}")),
        });
        Ok(told.boxed())
    }
}
