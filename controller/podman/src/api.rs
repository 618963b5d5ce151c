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
    ContainerSummary, DiskUsage, HealthStatus, ImageSummary, LiveContainer, LiveImage, LiveNetwork,
    LiveVolume,
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

/// What a command inside a container came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Executed {
    /// It ended.
    Ended {
        /// Its exit code. 127: there is no such program inside; 126: it is there and cannot be run.
        code: i32,
        /// The last lines of what it said, of both streams, the newest last.
        output: Vec<String>,
    },
    /// It still runs after its deadline. Podman has no verb that ends it.
    StillRuns {
        /// Its process on Podman's host.
        pid: Option<u32>,
    },
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
    /// Attributes: labels; for networks `network` (Podman 5 only) and, of an attachment, the container as `name`.
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
    /// One container by name or whole id; `None`: there is none.
    ///
    /// Right after a process died, one inspect says:
    /// - `running`: it died by itself or of a signal from the kernel's side; the monitor has 2 to 25 ms to tell. Never seen
    ///   of a stop.
    /// - `stopping`: somebody stops it. Never seen of a death.
    /// - `stopped` or `exited`: either. On Podman 5 `stopped_by_user` decides: no is a death; yes is a stop, or
    ///   a `podman kill`, which has a `kill` event before `died`. On Podman 4.3 only the events tell: `kill` is a kill,
    ///   `stop` a stop (often missing), and after a stop come two `cleanup` events at once instead of one. They
    ///   are written 120 to 300 ms after the death and received up to 250 ms later.
    ///
    /// Podman holds the container's lock while it stops or kills, so the inspect may take as long as that.
    async fn inspect_container(&self, name: &str) -> Result<Option<LiveContainer>, Error>;
    /// Makes a container and returns its id. Starts nothing. A taken name is a [`Error::Conflict`]; a missing image, network or
    /// secret is a [`Error::NotFound`]; a missing named volume is made.
    async fn create_container(&self, create: &ContainerCreate) -> Result<String, Error>;
    /// Starts a container.
    ///
    /// Right after a death Podman may still answer [`Started::Already`], for the 2 to 25 ms in which its monitor has not told;
    /// asked again after 10 ms it starts anew, and its own clean-up of the old process does no harm. A
    /// start during a stop, or while another start runs, is [`Error::Failed`] ("container state improper"): ask again. Where
    /// the monitor is dead, too, the answer is `Already` for ever.
    async fn start_container(&self, name: &str, deadline: Duration) -> Result<Started, Error>;
    /// Asks the main process to end, kills it after `grace`. Ok when it is stopped already.
    ///
    /// Of a container whose process and monitor are both dead: Podman 5 then counts it as exited (code -1), and a start
    /// brings it back with its writable layer. Podman 4.3 also answers Ok but stays in `stopping` for ever; no
    /// call brings that container back, only a forced removal and a new one.
    async fn stop_container(&self, name: &str, grace: Duration) -> Result<(), Error>;
    /// Sends a signal to the main process. One that does not run is a [`Error::Conflict`].
    async fn kill_container(&self, name: &str, signal: u8) -> Result<(), Error>;
    /// Gives a container another name. A taken one is a [`Error::Conflict`].
    async fn rename_container(&self, name: &str, to: &str) -> Result<(), Error>;
    /// Removes one container, never its volumes. Ok when it is gone already. A running one only with `force`.
    async fn remove_container(&self, name: &str, force: bool) -> Result<(), Error>;
    /// Changes limits of a running container; those that are `None` stay. Without a swap limit twice the memory is
    /// set, as on creation.
    ///
    /// Podman 5: inspect tells the new limits, and they outlive a restart. An update that the kernel refuses is an error, but
    /// inspect tells the refused limits from then on. Podman 4.3: the kernel holds the new limits until the next start, but
    /// inspect goes on telling the old ones; a container that does not run is an error.
    async fn update_container(&self, name: &str, resources: &Resources) -> Result<(), Error>;
    /// Runs the container's healthcheck once, within `deadline` (Podman does not enforce its own timeout). The answer is
    /// this run's; what it adds up to with the runs before is told by inspect. A container that does not run or
    /// has no healthcheck is a [`Error::Conflict`].
    async fn run_healthcheck(&self, name: &str, deadline: Duration) -> Result<HealthStatus, Error>;
    /// Runs a command inside a container, without a shell, and waits for its end, `deadline` from when Podman has begun it. A
    /// container that does not run is a [`Error::Conflict`]. A command that is empty is [`Error::Refused`].
    ///
    /// It takes 40 to 100 ms. Podman keeps two small processes and a record of each run for five minutes
    /// (`exit_command_delay` in `containers.conf`); there is no verb that clears them away sooner.
    async fn exec_container(
        &self,
        name: &str,
        command: &[String],
        deadline: Duration,
    ) -> Result<Executed, Error>;
    /// The last lines that a container said since `since_ms`, of both streams, the newest last: at most `lines_max` lines and
    /// 64 KiB. What is no UTF-8 is replaced. A log driver whose log Podman cannot read (`none`, `passthrough`) gives no lines.
    ///
    /// Podman keeps the log over starts until the container is removed, so a run is told since its start. The time counts
    /// to the microsecond. The end of a long log is found from behind: 10 ms for a thousand of 30,000 lines.
    ///
    /// The monitor gets a line in pieces when it is longer than 8 KiB, has no end, or comes amid many. Podman 5 joins the
    /// pieces again; Podman 4.3 puts all but the last to the end of the line before, so that no text is lost, but a line may
    /// begin too early.
    async fn container_log(&self, name: &str, since_ms: i64, lines_max: usize) -> Result<Vec<String>, Error>;
    /// The paths in which a container's own layer differs from its image, as `podman diff` tells them: `A /path` is added,
    /// `C /path` changed, `D /path` deleted. Sorted by path, at most `max`. What lies on mounts is not told.
    ///
    /// A directory with a changed entry is itself changed. A container that was started differs by what Podman does
    /// to it: `C /etc`, and an `A` for each mount point that the image lacks. 3000 paths take 40 ms.
    async fn container_changes(&self, name: &str, max: usize) -> Result<Vec<String>, Error>;

    /// All networks.
    async fn list_networks(&self) -> Result<Vec<LiveNetwork>, Error>;
    /// Makes a network.
    async fn create_network(&self, create: &NetworkCreate) -> Result<(), Error>;
    /// Removes a network. A network in use is a [`Error::Conflict`]; Ok when it is gone already.
    async fn remove_network(&self, name: &str) -> Result<(), Error>;
    /// Attaches a container to a network, at once if it runs. One that runs and is attached already is a
    /// [`Error::Conflict`]: to change an address or aliases, disconnect first. Other attachments, their addresses and
    /// the process are kept.
    async fn connect_network(&self, container: &str, attachment: &NetworkAttachment) -> Result<(), Error>;
    /// Detaches a container from a network, at once if it runs; Ok when it is not attached. The address and the aliases
    /// are forgotten with the attachment.
    async fn disconnect_network(&self, container: &str, network: &str) -> Result<(), Error>;

    /// All volumes.
    async fn list_volumes(&self) -> Result<Vec<LiveVolume>, Error>;
    /// Makes a volume.
    async fn create_volume(&self, create: &VolumeCreate) -> Result<(), Error>;
    /// Removes a volume. A volume in use is a [`Error::Conflict`]; Ok when it is gone already.
    async fn remove_volume(&self, name: &str) -> Result<(), Error>;

    /// The names of the containers that use a volume, those that do not run included; none where there is no such volume. One
    /// list, narrowed by Podman.
    async fn volume_users(&self, name: &str) -> Result<Vec<String>, Error>;

    /// All images in local storage, intermediate images of builds included. One call, 10 ms.
    async fn list_images(&self) -> Result<Vec<ImageSummary>, Error>;
    /// An image in local storage by reference or id; `None`: it is not there.
    async fn inspect_image(&self, reference: &str) -> Result<Option<LiveImage>, Error>;
    /// Pulls an image within `deadline`, also when it is there already. An image that the registry does not know is a
    /// [`Error::NotFound`].
    async fn pull_image(&self, reference: &str, deadline: Duration) -> Result<(), Error>;
    /// Makes an image that holds nothing, under a name; one that had the name loses it. It needs no registry.
    async fn make_empty_image(&self, reference: &str) -> Result<(), Error>;
    /// Removes an image by its whole id, with all its names; Ok when it is gone already. Unnamed images that it was built on and
    /// that nothing else needs go with it. Never forced, and no container is ever removed.
    ///
    /// An image that a container was made from is a [`Error::Conflict`], also where that one does not run or belongs
    /// to a build; so is an image on which another is built, of which Podman would only take the name off. What is
    /// refused keeps its names. A list of images for several machines is [`Error::Refused`]: Podman 5 would
    /// remove one of its images instead.
    async fn remove_image(&self, id: &str) -> Result<(), Error>;
    /// Throws away what builds keep for further builds (`RUN --mount=type=cache`), and no image. No version tells how much that
    /// was. Podman before 5 cannot do it and does nothing. Dangling images that builds left are removed as images.
    ///
    /// It lies in `/var/tmp`, or where `TMPDIR` of Podman points, so it may be on another filesystem than images are.
    async fn prune_build_cache(&self) -> Result<(), Error>;
    /// How much everything takes. Costly: Podman walks through all volumes and layers, 50 to 1400 ms on an idle disk with small
    /// volumes, minutes where there are many files. So it is asked only when a person is to be shown what takes most.
    async fn disk_usage(&self) -> Result<DiskUsage, Error>;
    /// Names of the secrets that exist.
    async fn list_secrets(&self) -> Result<Vec<String>, Error>;

    /// Events from `since_ms` on (history first), or only new ones. Ends when the connection does; silence is
    /// not an end, so the caller keeps a watchdog.
    async fn events(
        &self,
        since_ms: Option<i64>,
    ) -> Result<BoxStream<'static, Result<EngineEvent, Error>>, Error>;
}
