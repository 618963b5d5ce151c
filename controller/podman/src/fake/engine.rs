//! The fake as an engine: the way of a call through faults, time and the world.
//!
//! Owns the order: count, fault, latency, hang, work, answer. Never knows what a verb does to the world.

use std::time::Duration;

use async_trait::async_trait;
use futures::stream::BoxStream;
use podsteward_domain::engine::{ContainerCreate, EngineInfo, NetworkCreate, VolumeCreate};
use podsteward_domain::live::{
    ContainerSummary, DiskUsage, EngineState, HealthStatus, ImageSummary, LiveContainer, LiveImage,
    LiveNetwork, LiveVolume,
};
use podsteward_specs::container::{NetworkAttachment, Resources};

use super::containers::{Dying, Stop};
use super::storage;
use super::world::World;
use super::{Fake, Fault, Release, Verb};
use crate::api::{Engine, EngineEvent, Executed, Started};
use crate::deadline::{AFTER_GRACE, DISK_USAGE, INFO, LIST, LOG, READ, WRITE};
use crate::error::Error;
use crate::names::{check_name, check_reference};

/// One call on its way.
struct Call {
    verb: Verb,
    text: String,
    deadline: Duration,
}

impl Call {
    /// A call that is about nothing in particular.
    fn plain(verb: Verb, text: &str, deadline: Duration) -> Self {
        Self { verb, text: text.to_owned(), deadline }
    }

    /// A call that names something; the name is checked before anything else.
    fn named(verb: Verb, text: &str, names: &[&str], deadline: Duration) -> Result<Self, Error> {
        let call = Self { verb, text: format!("{text} {}", names.join(" ")), deadline };
        names.iter().try_for_each(|name| check_name(&call.text, name))?;
        Ok(call)
    }

    /// The error of a call that got no answer.
    fn timeout(&self) -> Error {
        Error::Timeout { call: self.text.clone(), deadline_secs: self.deadline.as_secs() }
    }
}

impl Fake {
    /// Carries out a call.
    async fn perform<T: Send>(
        &self,
        call: Call,
        work: impl FnOnce(&mut World, &str) -> Result<T, Error> + Send,
    ) -> Result<T, Error> {
        let passed = tokio::time::timeout(call.deadline, self.pass(&call, work)).await;
        passed.unwrap_or_else(|_| Err(call.timeout()))
    }

    /// The way of a call, without its deadline.
    async fn pass<T: Send>(
        &self,
        call: &Call,
        work: impl FnOnce(&mut World, &str) -> Result<T, Error> + Send,
    ) -> Result<T, Error> {
        let (fault, latency) = {
            let mut guard = self.world();
            let world = &mut *guard;
            *world.calls.entry(call.verb).or_default() += 1;
            (world.faults.draw(call.verb, &mut world.random), world.faults.latency(&mut world.random))
        };
        if let Some(error) = fault.as_ref().and_then(|fault| fault.before(&call.text)) {
            return Err(error);
        }
        if fault == Some(Fault::Hang) {
            std::future::pending::<()>().await;
        }
        // The world changes in the middle of the call's time, so that a caller can be overtaken on both sides.
        tokio::time::sleep(latency / 2).await;
        self.until(|world| {
            (!world.faults.frozen && !world.faults.hanging.contains(&call.verb)).then_some(())
        })
        .await;
        let answer = self.change(|world| work(world, &call.text));
        tokio::time::sleep(latency / 2).await;
        match fault {
            Some(Fault::AnswerLost) => {
                let message = "connection closed before the answer".to_owned();
                Err(Error::Unreachable { call: call.text.clone(), message })
            }
            Some(Fault::AnswerLate) => std::future::pending().await,
            _ => answer,
        }
    }

    /// Lets a process die when its time comes.
    pub(super) fn die(&self, dying: Dying) {
        if dying.after.is_zero() {
            self.end(dying.pid, dying.code);
        } else {
            self.end_after(dying.pid, dying.after, dying.code);
        }
    }

    /// Waits until a container does not run any more.
    pub(super) async fn stopped(&self, name: &str) {
        let runs =
            |state| matches!(state, EngineState::Running | EngineState::Paused | EngineState::Stopping);
        self.until(|world| (!world.inspect(name).is_some_and(|live| runs(live.state))).then_some(())).await;
    }
}

#[async_trait]
impl Engine for Fake {
    async fn ping(&self) -> Result<String, Error> {
        self.perform(Call::plain(Verb::Ping, "ping", READ), |world, _| Ok(version(world).to_owned())).await
    }

    async fn info(&self) -> Result<EngineInfo, Error> {
        let call = Call::plain(Verb::Info, "info", INFO);
        let info = |world: &mut World, _: &str| {
            Ok(EngineInfo {
                version: version(world).to_owned(),
                updates_in_place: world.options.release >= Release::V5,
                graph_root: Some(storage::GRAPH_ROOT.to_owned()),
                volume_path: Some(storage::VOLUME_PATH.to_owned()),
                run_root: Some(storage::RUN_ROOT.to_owned()),
                ..EngineInfo::default()
            })
        };
        self.perform(call, info).await
    }

    async fn list_containers(&self) -> Result<Vec<ContainerSummary>, Error> {
        let call = Call::plain(Verb::ListContainers, "list containers", LIST);
        self.perform(call, |world, _| Ok(world.summaries())).await
    }

    async fn inspect_container(&self, name: &str) -> Result<Option<LiveContainer>, Error> {
        let call = Call::named(Verb::InspectContainer, "inspect container", &[name], READ)?;
        self.perform(call, |world, _| Ok(world.inspect(name))).await
    }

    async fn create_container(&self, create: &ContainerCreate) -> Result<String, Error> {
        let call = Call::named(Verb::CreateContainer, "create container", &[&create.name], WRITE)?;
        check_reference(&call.text, &create.image)?;
        self.perform(call, |world, text| world.create(text, create)).await
    }

    async fn start_container(&self, name: &str, deadline: Duration) -> Result<Started, Error> {
        let call = Call::named(Verb::StartContainer, "start container", &[name], deadline)?;
        let fake = self.clone();
        let work = move |world: &mut World, text: &str| {
            let (started, process) = world.start(text, name)?;
            if let Some((pid, script)) = process {
                // The process lives by its script whatever becomes of the answer.
                fake.live(pid, &script);
            }
            Ok(started)
        };
        self.perform(call, work).await
    }

    async fn stop_container(&self, name: &str, grace: Duration) -> Result<(), Error> {
        let call = Call::named(Verb::StopContainer, "stop container", &[name], grace + AFTER_GRACE)?;
        let fake = self.clone();
        let work = move |world: &mut World, text: &str| {
            let stop = world.begin_stop(text, name, grace)?;
            if let Stop::Ends(dying) = stop {
                fake.end_after(dying.pid, dying.after, dying.code);
            }
            Ok(stop)
        };
        let deadline = call.deadline;
        let late = call.timeout();
        if self.perform(call, work).await? != Stop::Done {
            return tokio::time::timeout(deadline, self.stopped(name)).await.map_err(|_| late);
        }
        Ok(())
    }

    async fn kill_container(&self, name: &str, signal: u8) -> Result<(), Error> {
        let call = Call::named(Verb::KillContainer, "kill container", &[name], AFTER_GRACE)?;
        let fake = self.clone();
        let work = move |world: &mut World, text: &str| {
            let dying = world.kill(text, name, signal)?;
            if let Some(dying) = dying {
                fake.end_after(dying.pid, dying.after, dying.code);
            }
            Ok(())
        };
        self.perform(call, work).await
    }

    async fn rename_container(&self, name: &str, to: &str) -> Result<(), Error> {
        let call = Call::named(Verb::RenameContainer, "rename container", &[name, to], WRITE)?;
        self.perform(call, |world, text| world.rename(text, name, to)).await
    }

    async fn remove_container(&self, name: &str, force: bool) -> Result<(), Error> {
        let call = Call::named(Verb::RemoveContainer, "remove container", &[name], WRITE)?;
        let fake = self.clone();
        let work = move |world: &mut World, text: &str| {
            if let Some(pid) = world.remove(text, name, force)? {
                fake.end_after(pid, Duration::ZERO, 137);
            }
            Ok(())
        };
        self.perform(call, work).await
    }

    async fn update_container(&self, name: &str, resources: &Resources) -> Result<(), Error> {
        let call = Call::named(Verb::UpdateContainer, "update container", &[name], AFTER_GRACE)?;
        self.perform(call, |world, text| world.update(text, name, resources)).await
    }

    async fn run_healthcheck(&self, name: &str, deadline: Duration) -> Result<HealthStatus, Error> {
        let call = Call::named(Verb::RunHealthcheck, "run healthcheck of container", &[name], deadline)?;
        self.perform(call, |world, text| world.check_health(text, name)).await
    }

    async fn exec_container(
        &self,
        name: &str,
        command: &[String],
        deadline: Duration,
    ) -> Result<Executed, Error> {
        let call = Call::named(Verb::ExecContainer, "run a command in container", &[name], READ)?;
        if command.is_empty() {
            return Err(Error::Refused { call: call.text, message: "the command is empty".to_owned() });
        }
        let run = self.perform(call, |world, text| world.command_in(text, name, command)).await?;
        tokio::time::sleep(run.takes.min(deadline)).await;
        if run.takes > deadline {
            return Ok(Executed::StillRuns { pid: Some(run.pid) });
        }
        Ok(Executed::Ended { code: run.code, output: run.output })
    }

    async fn container_log(&self, name: &str, since_ms: i64, lines_max: usize) -> Result<Vec<String>, Error> {
        let call = Call::named(Verb::ContainerLog, "read log of container", &[name], LOG)?;
        self.perform(call, |world, text| world.log_of(text, name, (since_ms, lines_max))).await
    }

    async fn container_changes(&self, name: &str, max: usize) -> Result<Vec<String>, Error> {
        let call = Call::named(Verb::ContainerChanges, "read changes of container", &[name], READ)?;
        self.perform(call, |world, text| world.layer_of(text, name, max)).await
    }

    async fn list_networks(&self) -> Result<Vec<LiveNetwork>, Error> {
        let call = Call::plain(Verb::ListNetworks, "list networks", READ);
        self.perform(call, |world, _| Ok(world.networks.values().cloned().collect())).await
    }

    async fn create_network(&self, create: &NetworkCreate) -> Result<(), Error> {
        let call = Call::named(Verb::CreateNetwork, "create network", &[&create.name], WRITE)?;
        self.perform(call, |world, text| world.create_network(text, create)).await
    }

    async fn remove_network(&self, name: &str) -> Result<(), Error> {
        let call = Call::named(Verb::RemoveNetwork, "remove network", &[name], WRITE)?;
        self.perform(call, |world, text| world.remove_network(text, name)).await
    }

    async fn connect_network(&self, container: &str, attachment: &NetworkAttachment) -> Result<(), Error> {
        let names = [container, attachment.name.as_str()];
        let call = Call::named(Verb::ConnectNetwork, "connect to network", &names, AFTER_GRACE)?;
        self.perform(call, |world, text| world.connect(text, container, attachment)).await
    }

    async fn disconnect_network(&self, container: &str, network: &str) -> Result<(), Error> {
        let names = [container, network];
        let call = Call::named(Verb::DisconnectNetwork, "disconnect from network", &names, AFTER_GRACE)?;
        self.perform(call, |world, text| world.disconnect(text, container, network)).await
    }

    async fn list_volumes(&self) -> Result<Vec<LiveVolume>, Error> {
        let call = Call::plain(Verb::ListVolumes, "list volumes", READ);
        self.perform(call, |world, _| Ok(world.volumes.values().cloned().collect())).await
    }

    async fn create_volume(&self, create: &VolumeCreate) -> Result<(), Error> {
        let call = Call::named(Verb::CreateVolume, "create volume", &[&create.name], WRITE)?;
        self.perform(call, |world, text| world.create_volume(text, create)).await
    }

    async fn remove_volume(&self, name: &str) -> Result<(), Error> {
        let call = Call::named(Verb::RemoveVolume, "remove volume", &[name], WRITE)?;
        self.perform(call, |world, text| world.remove_volume(text, name)).await
    }

    async fn volume_users(&self, name: &str) -> Result<Vec<String>, Error> {
        let call = Call::named(Verb::VolumeUsers, "list users of volume", &[name], LIST)?;
        self.perform(call, |world, _| Ok(world.volume_users(name))).await
    }

    async fn list_images(&self) -> Result<Vec<ImageSummary>, Error> {
        let call = Call::plain(Verb::ListImages, "list images", READ);
        self.perform(call, |world, _| Ok(world.image_summaries())).await
    }

    async fn inspect_image(&self, reference: &str) -> Result<Option<LiveImage>, Error> {
        let call = Call::plain(Verb::InspectImage, &format!("inspect image {reference}"), READ);
        check_reference(&call.text, reference)?;
        self.perform(call, |world, _| Ok(world.live_image(reference))).await
    }

    async fn pull_image(&self, reference: &str, deadline: Duration) -> Result<(), Error> {
        let call = Call::plain(Verb::PullImage, &format!("pull image {reference}"), deadline);
        check_reference(&call.text, reference)?;
        self.perform(call, |world, text| world.pull(text, reference)).await
    }

    async fn make_empty_image(&self, reference: &str) -> Result<(), Error> {
        let call = Call::plain(Verb::MakeEmptyImage, &format!("make empty image {reference}"), WRITE);
        check_reference(&call.text, reference)?;
        let make = |world: &mut World, _: &str| {
            world.make_empty_image(reference);
            Ok(())
        };
        self.perform(call, make).await
    }

    async fn remove_image(&self, id: &str) -> Result<(), Error> {
        let call = Call::named(Verb::RemoveImage, "remove image", &[id], WRITE)?;
        self.perform(call, |world, text| world.remove_image(text, id)).await
    }

    async fn prune_build_cache(&self) -> Result<(), Error> {
        let call = Call::plain(Verb::PruneBuildCache, "prune build cache", WRITE);
        let prune = |world: &mut World, _: &str| {
            world.prune_build_cache();
            Ok(())
        };
        self.perform(call, prune).await
    }

    async fn disk_usage(&self) -> Result<DiskUsage, Error> {
        let call = Call::plain(Verb::DiskUsage, "measure disk usage", DISK_USAGE);
        self.perform(call, |world, _| Ok(world.disk_usage())).await
    }

    async fn list_secrets(&self) -> Result<Vec<String>, Error> {
        let call = Call::plain(Verb::ListSecrets, "list secrets", READ);
        self.perform(call, |world, _| Ok(world.secrets.iter().cloned().collect())).await
    }

    async fn events(
        &self,
        since_ms: Option<i64>,
    ) -> Result<BoxStream<'static, Result<EngineEvent, Error>>, Error> {
        let mut guard = self.world();
        let world = &mut *guard;
        *world.calls.entry(Verb::Events).or_default() += 1;
        let fault = world.faults.draw(Verb::Events, &mut world.random);
        drop(guard);
        match fault.and_then(|fault| fault.before("read events")) {
            // A real stream tells of a dead socket as its first item.
            Some(error) => Ok(Box::pin(futures::stream::iter([Err(error)]))),
            None => Ok(self.event_stream(since_ms)),
        }
    }
}

/// The version of the release.
fn version(world: &World) -> &'static str {
    match world.options.release {
        Release::V4 => "4.3.1",
        Release::V5 => "5.4.2",
    }
}
