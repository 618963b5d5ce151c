//! What the controller is put together from.
//!
//! Owns the seams: everything outside the process is behind one of these traits, so that the whole controller runs
//! against a fake host under virtual time. Never decides anything.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::BoxFuture;
use podsteward_domain::playbook::Allowed;
use podsteward_domain::pressure::MemoryUse;
use podsteward_domain::pressure::host::Psi;
use podsteward_metrics::Telemetry;
use podsteward_podman::Engine;
use podsteward_specs::key::Key;
use podsteward_store::Store;

use crate::backups::Backups;
use crate::clock::Clock;
use crate::commands::Commands;
use crate::crash::CrashPoint;
use crate::disks::Disks;
use crate::outbox::Sender;
use crate::prober::Prober;
use crate::queue::Options as QueueOptions;
use crate::snapshots::Snapshots;
use crate::source::manifests::read::ManifestReader;
use crate::source::manifests::service::Options as ManifestOptions;
use crate::world::Watchable;

/// The kernel, as far as processes are concerned.
pub trait Processes: Send + Sync {
    /// Watches a process: the future ends when the process does.
    fn watch(&self, process: &Watchable) -> Result<BoxFuture<'static, ()>, String>;
}

/// The host's files, as far as config files are concerned.
pub trait ConfigFiles: Send + Sync {
    /// The digest of a file's content; [`podsteward_domain::detect::container::MISSING_FILE`] when there is none.
    fn digest(&self, path: &str) -> Result<String, std::io::Error>;

    /// Calls `changed` whenever one of these files may have changed, from now on and instead of the files before.
    fn watch(&self, paths: Vec<String>, changed: Arc<dyn Fn() + Send + Sync>);
}

/// The kernel's accounts of what is short. What it does not tell is an error, never a zero.
pub trait Pressure: Send + Sync {
    /// How much the host stalls.
    fn psi(&self) -> Result<Psi, String>;

    /// What the container of a main process uses of its memory.
    fn memory(&self, process: &Watchable) -> Result<MemoryUse, String>;
}

/// Everything the controller is put together from.
pub struct Parts {
    /// The container engine.
    pub engine: Arc<dyn Engine>,
    /// The kernel.
    pub processes: Arc<dyn Processes>,
    /// The config files.
    pub config_files: Arc<dyn ConfigFiles>,
    /// The proofs of backups.
    pub backups: Arc<dyn Backups>,
    /// The filesystems.
    pub disks: Arc<dyn Disks>,
    /// Programs of the host.
    pub commands: Arc<dyn Commands>,
    /// Snapshots of directories.
    pub snapshots: Arc<dyn Snapshots>,
    /// What is short.
    pub pressure: Arc<dyn Pressure>,
    /// The ways to a container that do not lead through the engine.
    pub prober: Arc<dyn Prober>,
    /// The manifests.
    pub manifests: Arc<dyn ManifestReader>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The store.
    pub store: Store,
    /// Logs and metrics.
    pub telemetry: Arc<Telemetry>,
    /// Where tests end the controller.
    pub crash: Arc<dyn CrashPoint>,
    /// Sends notifications.
    pub sender: Arc<dyn Sender>,
}

/// How the controller runs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which instance this is.
    pub instance: String,
    /// How the manifests are watched.
    pub manifests: ManifestOptions,
    /// How the queue works.
    pub queue: QueueOptions,
    /// podsteward runs Podman's healthchecks, because no systemd does.
    pub runs_healthchecks: bool,
    /// The store is used in place, so that a run can be repeated exactly.
    pub inline_store: bool,
    /// The programs that may be run on the host.
    pub allowed: Allowed,
    /// It runs until it is told to end: only then it drills and reports by itself.
    pub stays: bool,
    /// Nothing but these objects is acted on; none: everything.
    pub only: Option<BTreeSet<Key>>,
}
