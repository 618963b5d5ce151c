//! What every task of the controller holds.
//!
//! Owns the bundle and the few verbs that many tasks share: observe one object, ask for a look at many. Never
//! decides anything.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::live::LiveContainer;
use podsteward_domain::time::Moment;
use podsteward_metrics::label::{Intervention, Witness};
use podsteward_metrics::{ControllerEvent, InterventionEvent, ObjectEvent, Telemetry, chain};
use podsteward_podman::{Engine, Error};
use podsteward_specs::key::{Key, Kind, Name};
use tokio::sync::Notify;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::backups::Backups;
use crate::clock::Clock;
use crate::commands::Commands;
use crate::crash::CrashPoint;
use crate::disks::Disks;
use crate::keeper::Keeper;
use crate::outbox::Sender;
use crate::parts::{ConfigFiles, Pressure, Processes};
use crate::prober::Prober;
use crate::progress::Progress;
use crate::queue::{QueueHandle, Reason, Request};
use crate::snapshots::Snapshots;
use crate::source::manifests::service::ManifestHandle;
use crate::source::{disks, pressure, snapshots};
use crate::tasks::Tasks;
use crate::world::{Watchable, WorldStore};

/// What every task holds.
pub struct Context {
    /// The engine, counted.
    pub engine: Arc<dyn Engine>,
    /// The kernel.
    pub processes: Arc<dyn Processes>,
    /// The config files.
    pub config_files: Arc<dyn ConfigFiles>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The store.
    pub keeper: Keeper,
    /// Logs and metrics.
    pub telemetry: Arc<Telemetry>,
    /// Everything known.
    pub world: WorldStore,
    /// The queue.
    pub queue: QueueHandle,
    /// The proofs of backups.
    pub backups: Arc<dyn Backups>,
    /// Tells that other backups may be declared now.
    pub backups_changed: Notify,
    /// The filesystems.
    pub disks: Arc<dyn Disks>,
    /// Snapshots of directories.
    pub snapshots: Arc<dyn Snapshots>,
    /// Programs of the host.
    pub commands: Arc<dyn Commands>,
    /// Held by whoever takes a snapshot.
    pub snapshotting: tokio::sync::Mutex<()>,
    /// Held by whoever takes the steps of a playbook or asks its checks.
    pub playbooks: tokio::sync::Semaphore,
    /// What is short.
    pub pressure: Arc<dyn Pressure>,
    /// The ways to a container that do not lead through the engine.
    pub prober: Arc<dyn Prober>,
    /// Tells that other probes may be run now.
    pub probes_changed: Notify,
    /// Tells that other filesystems may be watched now.
    pub disks_changed: Notify,
    /// The manifests.
    pub manifests: ManifestHandle,
    /// Who wants to hear of every change that `get` would show.
    pub progress: Progress,
    /// Where tests end the controller.
    pub crash: Arc<dyn CrashPoint>,
    /// Asks for a relist.
    pub relist: Notify,
    /// Tells that a container began or ceased to run, or its health changed.
    pub containers_changed: Notify,
    /// Asks for a delivery of notifications.
    pub outbox: Arc<Notify>,
    /// Sends notifications.
    pub sender: Arc<dyn Sender>,
    /// Tells that the switch may stand otherwise.
    pub switch_changed: Notify,
    /// Tells that a drill may be asked for.
    pub drill: Notify,
    /// Tells that the host's own findings may have changed.
    pub host_changed: Notify,
    /// Nothing but these objects is acted on; none: everything.
    pub only: Option<BTreeSet<Key>>,
    /// Tells that config files are to be read again.
    pub config_changed: Arc<Notify>,
    /// Tasks beside the fixed ones: one for each watched process.
    pub tasks: Tasks,
    /// Set when nothing new may be begun.
    pub shutdown: CancellationToken,
}

impl Context {
    /// Now.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Whether this run acts on an object at all.
    pub fn may_act_on(&self, key: &Key) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(key))
    }

    /// Asks for a look at these objects.
    pub fn request(&self, keys: impl IntoIterator<Item = Key>, reason: Reason) {
        for key in keys {
            self.queue.add(Request::new(key, reason));
        }
    }

    /// Asks for a look at every object.
    pub fn request_all(&self, reason: Reason) {
        self.request(self.world.keys(), reason);
    }

    /// Somebody did something by hand: it is counted, and stands in the next report.
    pub fn intervened(&self, what: Intervention) {
        self.telemetry.emit(InterventionEvent::Seen { what });
        self.survive(self.keeper.store().put_intervention(what.as_str(), self.now()));
    }

    /// Logs a failure of the store, which is otherwise survived.
    pub fn survive<T>(&self, result: podsteward_store::Result<T>) -> Option<T> {
        result
            .inspect_err(|error| self.telemetry.emit(ControllerEvent::StoreFailed { error: &chain(error) }))
            .ok()
    }

    /// Reads one object again, with everything that acting on it needs. Whoever asks goes on looking at it, so only
    /// others are asked to.
    pub async fn observe(self: &Arc<Self>, key: &Key) -> Result<(), Error> {
        match key.kind {
            Kind::Container => {
                let container = self.read_container(key.name.as_str());
                let (container, image) = tokio::join!(biased; container, self.read_image_of(key));
                let (_, mut concerned) = container?;
                concerned.extend(image?);
                concerned.remove(key);
                pressure::observe(self, key);
                Box::pin(snapshots::observe(self, key)).await;
                self.request(concerned, Reason::DependencyChanged);
                Ok(())
            }
            Kind::Network => self.observe_networks().await,
            Kind::Volume => self.observe_volumes().await,
            Kind::Disk => {
                disks::observe(self, key).await;
                Ok(())
            }
            // A setting stands in the manifests only.
            Kind::RemediationPolicy
            | Kind::NotificationChannel
            | Kind::AlertRoute
            | Kind::Playbook
            | Kind::BackupCheck
            | Kind::Host => Ok(()),
        }
    }

    /// Inspects a container, takes the answer in, and has everybody look who is concerned.
    pub async fn observe_container(
        self: &Arc<Self>,
        name: &str,
        reason: Reason,
    ) -> Result<Option<LiveContainer>, Error> {
        let (live, concerned) = self.read_container(name).await?;
        self.request(concerned, reason);
        Ok(live)
    }

    /// Inspects a container, takes the answer in, and watches its process. Answers who is concerned.
    async fn read_container(
        self: &Arc<Self>,
        name: &str,
    ) -> Result<(Option<LiveContainer>, BTreeSet<Key>), Error> {
        let inspection = self.world.inspection();
        let live = self.engine.inspect_container(name).await?;
        let change = self.world.put_container(inspection, name, live.clone(), self.now());
        if let Some(process) = change.watch {
            self.watch(process);
        }
        if !change.concerned.is_empty() {
            self.containers_changed.notify_one();
            self.probes_changed.notify_one();
        }
        Ok((live, change.concerned))
    }

    /// Looks whether the image is still there that the container had before its last edit, and what its own image's
    /// reference means now.
    async fn read_image_of(&self, key: &Key) -> Result<BTreeSet<Key>, Error> {
        if let Some(id) = self.world.previous_image(key) {
            let image = self.engine.inspect_image(&id).await?;
            self.world.put_previous_image(&id, image, self.now());
        }
        let world = self.world.world(key, self.now());
        let spec = world.desired.document().and_then(|document| document.container());
        let Some(reference) = spec.map(|spec| spec.image.clone()) else { return Ok(BTreeSet::new()) };
        let image = self.engine.inspect_image(&reference).await?;
        Ok(self.world.put_image(&reference, image, self.now()))
    }

    /// Looks up what an image reference means now.
    pub async fn observe_image_reference(&self, reference: &str) -> Result<(), Error> {
        let image = self.engine.inspect_image(reference).await?;
        let concerned = self.world.put_image(reference, image, self.now());
        self.request(concerned, Reason::LiveChanged);
        Ok(())
    }

    /// Lists the networks.
    pub async fn observe_networks(&self) -> Result<(), Error> {
        let networks = self.engine.list_networks().await?;
        let concerned = self.world.put_networks(networks, self.now());
        self.request(concerned, Reason::DependencyChanged);
        Ok(())
    }

    /// Lists the volumes.
    pub async fn observe_volumes(&self) -> Result<(), Error> {
        let volumes = self.engine.list_volumes().await?;
        let concerned = self.world.put_volumes(volumes, self.now());
        self.request(concerned, Reason::DependencyChanged);
        Ok(())
    }

    /// Has the kernel watch a container's main process, in a task that ends with the process.
    fn watch(self: &Arc<Self>, process: Watchable) {
        let watched = self.processes.watch(&process);
        self.world.process_watched(&process.name, process.pid, watched.is_ok());
        match watched {
            Ok(ended) => {
                let context = Arc::clone(self);
                self.tasks.spawn(async move {
                    tokio::select! {
                        biased;
                        () = context.shutdown.cancelled() => {}
                        () = ended => context.process_ended(&process).await,
                    }
                });
            }
            Err(error) => {
                if let Some(key) = container_key(&process.name) {
                    self.telemetry.emit(ObjectEvent::ProcessUnwatched {
                        key: &key,
                        pid: process.pid,
                        error: &error,
                    });
                }
            }
        }
    }

    /// A main process ended: ask Podman once what it knows, and have the object looked at.
    async fn process_ended(self: &Arc<Self>, process: &Watchable) {
        let now = self.now();
        let Some(key) = container_key(&process.name) else { return };
        if !self.world.process_ended(&process.name, process.pid, now) {
            return;
        }
        self.telemetry.emit(ObjectEvent::ProcessDied {
            key: &key,
            pid: process.pid,
            witness: Witness::Pidfd,
        });
        let inspection = self.world.inspection();
        let answer = self.engine.inspect_container(&process.name).await;
        self.world.put_end(&process.name, answer.as_ref().ok().and_then(Option::as_ref));
        match answer {
            Ok(live) => {
                let change = self.world.put_container(inspection, &process.name, live, self.now());
                if let Some(next) = change.watch {
                    self.watch(next);
                }
            }
            Err(_) => self.relist.notify_one(),
        }
        self.containers_changed.notify_one();
        self.probes_changed.notify_one();
        self.request(self.world.concerned(&key), Reason::Died);
        self.follow_end(process).await;
    }

    /// How the process ended is known once its monitor has told Podman, which takes a few milliseconds: an event that
    /// says so may be older than the answer that did not know of it yet.
    async fn follow_end(self: &Arc<Self>, process: &Watchable) {
        for pause in END_TOLD_AFTER {
            let (live, _) = self.world.container(&process.name);
            let untold = live.is_some_and(|live| live.state.is_up() && live.pid == Some(process.pid));
            if !untold {
                return;
            }
            sleep(pause).await;
            if self.observe_container(&process.name, Reason::Died).await.is_err() {
                return self.relist.notify_one();
            }
        }
    }
}

/// When to ask again how a process ended, until Podman knows.
const END_TOLD_AFTER: [Duration; 4] =
    [Duration::from_millis(50), Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(3)];

/// The key of a container by its name, if it is one that a manifest could declare.
pub fn container_key(name: &str) -> Option<Key> {
    Name::new(name).ok().map(Key::container)
}
