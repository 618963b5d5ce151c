//! The host of one run: a fake Podman with a kernel, files, a clock and a state directory around it.
//!
//! Owns the adapters from the fake to the controller's seams, and what stands there that is not ours. Never decides
//! what happens: the schedule of faults does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use podsteward_domain::detect::container::MISSING_FILE;
use podsteward_domain::engine::{ContainerCreate, NetworkCreate, VolumeCreate};
use podsteward_domain::live::{INSTANCE_LABEL, OBJECT_LABEL};
use podsteward_domain::time::{BootId, Moment};
use podsteward_podman::fake::{Fake, FakeImage, OnTerm, Options, Release, Script};
use podsteward_runtime::clock::SimClock;
use podsteward_runtime::parts::{ConfigFiles, Processes};
use podsteward_runtime::source::manifests::read::{ManifestReader, MemoryDirectory, Reading};
use podsteward_runtime::world::Watchable;
use podsteward_specs::network::Network;
use podsteward_specs::volume::Volume;
use podsteward_store::{Access, Store};
use tempfile::TempDir;
use tokio::task::AbortHandle;

use crate::backups::FakeBackups;
use crate::disks::FakeDisks;
use crate::invariants::Invariants;
use crate::judged::Judged;
use crate::pressure::Pressures;
use crate::probers::Probers;
use crate::programs::Programs;
use crate::receiver::Receiver;
use crate::snapshots::FakeSnapshots;
use crate::trace::Trace;

/// The image that containers are edited to.
pub(crate) const OTHER_IMAGE: &str = "localhost/bb:2";
/// An image whose process ends at once.
pub(crate) const BROKEN_IMAGE: &str = "localhost/broken:1";
/// An image that is nowhere.
pub(crate) const ABSENT_IMAGE: &str = "localhost/absent:1";
/// An image that has to be pulled.
pub(crate) const REMOTE_IMAGE: &str = "registry.example/remote:1";
/// The name of everything on the host that is not ours.
pub(crate) const FOREIGN: &str = "foreign";
/// Where the wall clock begins.
const WALL_MS: i64 = 1_800_000_000_000;

/// What a host is made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HostOptions {
    /// Where all randomness comes from.
    pub(crate) seed: u64,
    /// Which Podman it has.
    pub(crate) release: Release,
    /// Whether the controller sees the containers' processes.
    pub(crate) sees_processes: bool,
    /// Whether the trace is printed as it comes.
    pub(crate) verbose: bool,
}

/// The host.
pub(crate) struct Host {
    /// Podman.
    pub(crate) fake: Fake,
    /// The clock.
    pub(crate) clock: Arc<SimClock>,
    /// The manifests.
    pub(crate) directory: MemoryDirectory,
    /// The config files.
    pub(crate) config_files: Arc<MemoryFiles>,
    /// A person's handle on the store.
    pub(crate) store: Store,
    /// What happened.
    pub(crate) trace: Trace,
    /// What must always hold.
    pub(crate) invariants: Invariants,
    /// What must hold of remediation.
    pub(crate) judged: Judged,
    /// What is short.
    pub(crate) pressures: Arc<Pressures>,
    pub(crate) probers: Arc<Probers>,
    /// Its programs.
    pub(crate) programs: Arc<Programs>,
    /// What proves its backups.
    pub(crate) backups: Arc<FakeBackups>,
    /// Its filesystem.
    pub(crate) disks: Arc<FakeDisks>,
    /// What its directories hold.
    pub(crate) snapshots: Arc<FakeSnapshots>,
    /// Where notifications arrive.
    pub(crate) receiver: Receiver,
    /// The id of the container that is not ours.
    pub(crate) foreign: String,
    state: TempDir,
    sees_processes: bool,
    under_way: Mutex<Vec<AbortHandle>>,
    /// Containers that are well again once they are started anew.
    healing: Mutex<BTreeSet<String>>,
}

impl Host {
    /// A fresh host.
    pub(crate) fn new(options: HostOptions) -> Arc<Self> {
        let HostOptions { seed, release, sees_processes, verbose } = options;
        let state = state_directory();
        let store = Store::open(state.path(), Access::Cli).unwrap();
        let fake = Fake::new(Options { seed, release, wall_ms: WALL_MS });
        let boot = Moment { wall_ms: WALL_MS, boot_ms: 100_000, boot_id: BootId(1) };
        let mut host = Self {
            fake,
            clock: Arc::new(SimClock::new(boot)),
            directory: MemoryDirectory::default(),
            config_files: Arc::default(),
            store,
            trace: Trace::new(verbose),
            invariants: Invariants::new(),
            judged: Judged::default(),
            pressures: Arc::default(),
            probers: Arc::default(),
            programs: Arc::default(),
            backups: Arc::default(),
            disks: Arc::default(),
            snapshots: Arc::default(),
            receiver: Receiver::default(),
            foreign: String::new(),
            state,
            sees_processes,
            under_way: Mutex::default(),
            healing: Mutex::default(),
        };
        host.foreign = host.furnish();
        Arc::new(host)
    }

    /// The state directory.
    pub(crate) fn state(&self) -> &Path {
        self.state.path()
    }

    /// Whether the controller sees the containers' processes.
    pub(crate) fn sees_processes(&self) -> bool {
        self.sees_processes
    }

    /// The machine boots.
    pub(crate) fn reboot(&self, boot: u128) {
        self.fake.hand().reboot();
        self.clock.reboot(BootId(boot));
    }

    /// The machine sleeps. What waits goes on waiting afterwards.
    pub(crate) fn suspend(&self, length: Duration) {
        self.trace.add(&format!("the machine sleeps for {length:?}"));
        self.fake.hand().jump_wall(i64::try_from(length.as_millis()).unwrap());
        self.clock.suspend(length);
    }

    /// Somebody sets the clock.
    pub(crate) fn jump_wall(&self, by_ms: i64) {
        self.fake.hand().jump_wall(by_ms);
        self.clock.jump_wall(by_ms);
    }

    /// Declares the policy.
    pub(crate) fn declare_policy(&self, spec: &str) {
        self.declare("RemediationPolicy", "default", spec);
    }

    /// Declares a channel, or no more.
    pub(crate) fn declare_channel(&self, name: &str, declared: bool) {
        if declared {
            let url = format!("type: webhook\nurl: \"https://{name}.example/\"");
            self.declare("NotificationChannel", name, &url);
        } else {
            self.directory.remove(&format!("NotificationChannel-{name}.yaml"));
        }
    }

    /// Declares a filesystem that is to be watched.
    pub(crate) fn declare_disk(&self, name: &str, spec: &str) {
        self.declare("DiskPolicy", name, spec);
    }

    /// Declares a check of a backup.
    pub(crate) fn declare_backup(&self, name: &str, spec: &str) {
        self.declare("BackupCheck", name, spec);
    }

    /// Declares a filesystem no more.
    pub(crate) fn remove_disk(&self, name: &str) {
        self.directory.remove(&format!("DiskPolicy-{name}.yaml"));
    }

    fn declare(&self, kind: &str, name: &str, spec: &str) {
        let lines: Vec<&str> = spec.lines().collect();
        let spec = if lines.is_empty() { " {}".to_owned() } else { format!("\n  {}", lines.join("\n  ")) };
        let head =
            format!("apiVersion: podsteward.dev/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:");
        self.directory.write(&format!("{kind}-{name}.yaml"), &format!("{head}{spec}\n"));
    }

    /// A container with our labels that nothing declares.
    pub(crate) fn leave_orphan(&self, name: &str) -> Result<(), podsteward_podman::Error> {
        let labels = [(OBJECT_LABEL, format!("container/{name}")), (INSTANCE_LABEL, "default".to_owned())];
        let labels = labels.into_iter().map(|(label, value)| (label.to_owned(), value)).collect();
        self.fake.hand().create(&container(name, labels))?;
        self.fake.hand().start(name)
    }

    /// Whether a container is well again from its next start on.
    pub(crate) fn heals(&self, name: &str, heals: bool) {
        let mut healing = self.healing.lock().unwrap_or_else(PoisonError::into_inner);
        if heals {
            healing.insert(name.to_owned());
        } else {
            healing.remove(name);
        }
    }

    /// A container is about to be started.
    pub(crate) fn starts(&self, name: &str) {
        let heals = self.healing.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        if heals {
            self.fake.hand().script(name, Script::default());
        }
    }

    /// A call to Podman is under way.
    pub(crate) fn under_way(&self, call: AbortHandle) {
        let mut calls = self.calls();
        calls.retain(|call| !call.is_finished());
        calls.push(call);
    }

    /// Calls that are under way never reach Podman.
    pub(crate) fn lose_calls(&self) {
        self.calls().drain(..).for_each(|call| call.abort());
    }

    fn calls(&self) -> MutexGuard<'_, Vec<AbortHandle>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Images, and what is not ours. Answers the id of the foreign container.
    fn furnish(&self) -> String {
        let hand = self.fake.hand();
        let ends = Some((Duration::from_millis(400), 1));
        let slow = Script { on_term: OnTerm::Ends(Duration::from_millis(300)), ..Script::default() };
        let image =
            |name: &str, script: Script| FakeImage { script, stop_signal: None, ..FakeImage::named(name) };
        hand.tag_image(OTHER_IMAGE, &image("other", slow));
        hand.tag_image(BROKEN_IMAGE, &image("broken", Script { ends, ..Script::default() }));
        hand.publish_image(REMOTE_IMAGE, &image("remote", Script::default()));
        let network =
            NetworkCreate { name: FOREIGN.to_owned(), network: Network::default(), labels: BTreeMap::new() };
        hand.create_network(&network).unwrap();
        let volume =
            VolumeCreate { name: FOREIGN.to_owned(), volume: Volume::default(), labels: BTreeMap::new() };
        hand.create_volume(&volume).unwrap();
        let id = hand.create(&foreign_container()).unwrap();
        hand.start(FOREIGN).unwrap();
        id
    }
}

/// A container of somebody else, with a label that looks a little like ours.
fn foreign_container() -> ContainerCreate {
    container(FOREIGN, BTreeMap::from([(INSTANCE_LABEL.to_owned(), "another".to_owned())]))
}

fn container(name: &str, labels: BTreeMap<String, String>) -> ContainerCreate {
    let text = format!(
        "apiVersion: podsteward.dev/v1alpha1\nkind: Container\nmetadata: {{name: {name}}}\n\
         spec: {{image: \"localhost/bb:1\"}}\n"
    );
    let file = podsteward_specs::load::SourceFile { path: format!("{name}.yaml"), bytes: text.into() };
    let loaded = podsteward_specs::load::load(&[file]);
    let container = loaded.files[0].documents[0].container().unwrap().clone();
    ContainerCreate {
        name: name.to_owned(),
        container: Arc::new(container),
        image: FakeImage::BASE.to_owned(),
        labels,
        anonymous_volumes: BTreeMap::new(),
    }
}

/// In memory where that is possible: a run writes a thousand times.
fn state_directory() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory).unwrap() } else { TempDir::new().unwrap() }
}

impl Processes for Host {
    fn watch(&self, process: &Watchable) -> Result<BoxFuture<'static, ()>, String> {
        if self.sees_processes {
            return Ok(self.fake.process(process.pid).boxed());
        }
        Err(format!("process {} is not visible here", process.pid))
    }
}

impl ManifestReader for Host {
    fn read(&self) -> BoxFuture<'_, Reading> {
        self.invariants.manifests_read();
        self.directory.read()
    }
}

/// Config files in memory.
#[derive(Default)]
pub(crate) struct MemoryFiles {
    state: Mutex<FilesState>,
}

#[derive(Default)]
struct FilesState {
    contents: BTreeMap<String, String>,
    watched: Vec<String>,
    changed: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl MemoryFiles {
    /// Writes a file, and tells whoever watches it.
    pub(crate) fn write(&self, path: &str, content: &str) {
        let mut state = self.lock();
        state.contents.insert(path.to_owned(), content.to_owned());
        let changed = state.changed.clone().filter(|_| state.watched.iter().any(|watched| watched == path));
        drop(state);
        if let Some(changed) = changed {
            changed();
        }
    }

    fn lock(&self) -> MutexGuard<'_, FilesState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ConfigFiles for MemoryFiles {
    fn digest(&self, path: &str) -> Result<String, std::io::Error> {
        Ok(self
            .lock()
            .contents
            .get(path)
            .map_or_else(|| MISSING_FILE.to_owned(), |text| format!("digest {text}")))
    }

    fn watch(&self, paths: Vec<String>, changed: Arc<dyn Fn() + Send + Sync>) {
        let mut state = self.lock();
        (state.watched, state.changed) = (paths, Some(changed));
    }
}
