//! One step, one call.
//!
//! Owns the translation of steps into calls, and the one case in which a call is repeated: a start while Podman
//! still cleans up after the death of the same container.

use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::disk::inventory::FoundFile;
use podsteward_domain::intent::Intent;
use podsteward_domain::plan::Step;
use podsteward_domain::world::KernelLiveness;
use podsteward_podman as podman;
use podsteward_podman::api::Started;
use tokio::time::{Instant, sleep};

use super::playbook::Said;
use super::{playbook, snapshot};
use crate::context::Context;
use crate::disks::{self, Deleted, Wanted};

/// How long a pull may take.
const PULL_DEADLINE: Duration = Duration::from_mins(30);
/// How long Podman may take to clean up after a death before a start counts as failed.
const CLEANUP_PATIENCE: Duration = Duration::from_secs(1);
/// The pause between two start calls while Podman cleans up.
const CLEANUP_PAUSE: Duration = Duration::from_millis(10);

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Podman's answer, which names the call.
    #[error(transparent)]
    Engine(#[from] podman::Error),
    /// The host's.
    #[error("{step}: {message}")]
    Host {
        /// The kind of step.
        step: &'static str,
        /// For people.
        message: String,
    },
    /// Data could not be kept or put back.
    #[error("{message}")]
    Snapshot {
        /// For people.
        message: String,
    },
    /// A command, or whatever a playbook waited for, did not do what it should.
    #[error("{message}")]
    Command {
        /// For people.
        message: String,
    },
    /// What a command did cannot be known.
    #[error("{message}")]
    InDoubt {
        /// For people.
        message: String,
    },
    /// What had to hold before the first step does not.
    #[error("{message}")]
    Unmet {
        /// For people.
        message: String,
    },
    /// What a playbook says could not be written down.
    #[error("what it says cannot be kept")]
    Store(#[source] podsteward_store::Error),
    /// The controller ends meanwhile.
    #[error("the controller was ended meanwhile")]
    Stopping,
}

/// Carries out one step.
pub(super) async fn carry_out(context: &Arc<Context>, intent: &Intent, step: &Step) -> Result<Said, Error> {
    if step.is_of_playbook() {
        return playbook::carry_out(context, intent, step).await;
    }
    by_host(context, intent, step).await.map(|()| None)
}

async fn by_host(context: &Arc<Context>, intent: &Intent, step: &Step) -> Result<(), Error> {
    let host = |source: disks::Error| of_host(step, &source);
    match step {
        Step::TruncateLog { disk, path, .. } => context.disks.truncate_log(disk, path).await.map_err(host),
        Step::DeleteFiles { files, .. } => delete_files(context, step, files).await.map(drop).map_err(host),
        Step::TakeSnapshot(planned) => snapshot::take(context, intent, planned).await,
        Step::RestoreSnapshot { name, .. } => snapshot::restore(context, name).await,
        Step::VacuumJournal { keep, .. } => context.disks.vacuum_journal(*keep).await.map_err(host),
        step => Ok(by_engine(context, step).await?),
    }
}

/// What the host's answer says of a step.
pub(super) fn of_host(step: &Step, source: &disks::Error) -> Error {
    Error::Host { step: step.noun(), message: source.to_string() }
}

/// Deletes some of the files of a step.
pub(super) async fn delete_files(
    context: &Context,
    step: &Step,
    files: &[FoundFile],
) -> Result<Deleted, disks::Error> {
    let Step::DeleteFiles { root, glob, older_than, .. } = step else { return Ok(Deleted::default()) };
    let (now_ms, keep_out) = (context.now().wall_ms, context.world.engine_directories());
    // What came to be named since the files were found stays, too.
    let named = context.world.named_paths();
    let wanted = Wanted { root, glob, older_than: *older_than, now_ms, keep_out: &keep_out, named: &named };
    context.disks.delete_files(wanted, files).await
}

/// One step that Podman carries out.
async fn by_engine(context: &Arc<Context>, step: &Step) -> Result<(), podman::Error> {
    let engine = &context.engine;
    match step {
        Step::PullImage { reference } => {
            engine.pull_image(reference, PULL_DEADLINE).await?;
            context.observe_image_reference(reference).await
        }
        Step::CreateContainer(create) => engine.create_container(create).await.map(drop),
        Step::StartContainer { name, deadline } => start(context, name, *deadline).await,
        Step::StopContainer { name, grace } => {
            context.world.stopping(name, true);
            let stopped = engine.stop_container(name, *grace).await;
            context.world.stopping(name, false);
            stopped
        }
        Step::SignalContainer { name, signal } => engine.kill_container(name, *signal).await,
        Step::RenameContainer { from, to } => engine.rename_container(from, to).await,
        Step::RemoveContainer { name, force } => {
            context.world.stopping(name, true);
            let removed = engine.remove_container(name, *force).await;
            context.world.stopping(name, false);
            removed
        }
        Step::UpdateContainer { name, resources } => engine.update_container(name, resources).await,
        Step::ConnectNetwork { container, attachment } => engine.connect_network(container, attachment).await,
        Step::DisconnectNetwork { container, network } => engine.disconnect_network(container, network).await,
        Step::CreateNetwork(create) => engine.create_network(create).await,
        Step::RemoveNetwork { name } => engine.remove_network(name).await,
        Step::CreateVolume(create) => engine.create_volume(create).await,
        Step::RemoveVolume { name } => engine.remove_volume(name).await,
        Step::RemoveImage { id, .. } => engine.remove_image(id).await,
        Step::PruneBuildCache { .. } => engine.prune_build_cache().await,
        Step::TakeSnapshot(_)
        | Step::RestoreSnapshot { .. }
        | Step::TruncateLog { .. }
        | Step::DeleteFiles { .. }
        | Step::VacuumJournal { .. }
        | Step::ExecContainer { .. }
        | Step::Probe { .. }
        | Step::Check(_)
        | Step::Wait { .. }
        | Step::Notify { .. }
        | Step::RunCommand { .. } => Ok(()),
    }
}

/// Starts a container. Right after a death Podman still believes that it runs and answers "already"; the start that
/// comes first after it noticed reuses what its cleanup would take down, which is faster than waiting for it.
async fn start(context: &Arc<Context>, name: &str, deadline: Duration) -> Result<(), podman::Error> {
    let begun = Instant::now();
    loop {
        let answer = context.engine.start_container(name, deadline).await;
        let cleaning_up = match &answer {
            Ok(Started::Now) => return Ok(()),
            Ok(Started::Already) | Err(podman::Error::Failed { .. }) => is_dead(context, name),
            Err(_) => false,
        };
        if !cleaning_up {
            return answer.map(drop);
        }
        if begun.elapsed() >= CLEANUP_PATIENCE {
            return answer.and_then(|_| Err(unnoticed(name)));
        }
        sleep(CLEANUP_PAUSE).await;
    }
}

fn unnoticed(name: &str) -> podman::Error {
    let message = "podman goes on saying that it runs, and its process is gone".to_owned();
    podman::Error::Failed { call: format!("start container {name}"), message }
}

/// Whether the process that Podman last named is gone by the kernel's word.
fn is_dead(context: &Context, name: &str) -> bool {
    let (live, kernel) = context.world.container(name);
    matches!(kernel, KernelLiveness::Dead { pid, .. } if live.is_some_and(|live| live.pid == Some(pid)))
}
