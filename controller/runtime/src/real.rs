//! The real host behind the controller's seams.
//!
//! Owns the adapters from the traits of [`crate::parts`] to the kernel and the disk. Never decides anything.

pub mod allowed;
mod aside;
pub mod backups;
pub mod commands;
pub mod disks;
mod mounts;
pub mod prober;
mod redirect;
pub mod snapshots;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use podsteward_domain::detect::container::MISSING_FILE;
use podsteward_domain::pressure::MemoryUse;
use podsteward_domain::pressure::host::Psi;
use podsteward_host::pidfd::{Identity, Pidfds};
use podsteward_host::pressure::Pressures;
use sha2::{Digest as _, Sha256};

use crate::clock::Clock;
use crate::parts::{ConfigFiles, Pressure, Processes};
use crate::world::Watchable;

/// The largest config file that is read; a larger one is not known.
const CONFIG_FILE_BYTES_MAX: u64 = 64 << 20;

/// Processes of this host.
pub struct HostProcesses {
    pidfds: Pidfds,
    clock: Arc<dyn Clock>,
}

impl HostProcesses {
    /// The processes; `visible`: the engine's pids are known to be this process's, too.
    pub fn new(visible: bool, clock: Arc<dyn Clock>) -> Self {
        Self { pidfds: Pidfds::new(visible), clock }
    }
}

impl Processes for HostProcesses {
    fn watch(&self, process: &Watchable) -> Result<BoxFuture<'static, ()>, String> {
        let identity = Identity { container: &process.container, started_ms: process.started_ms };
        let watched = self.pidfds.watch(process.pid, &identity, self.clock.now());
        let watched = watched.map_err(|error| podsteward_metrics::chain(&error))?;
        Ok(async move {
            // A watch that breaks must not read as an end: events and the relist serve from then on.
            if watched.ended().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
        .boxed())
    }
}

/// The accounts of this host's kernel.
pub struct HostPressure {
    pressures: Pressures,
    clock: Arc<dyn Clock>,
}

impl HostPressure {
    /// The accounts, of processes that started by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { pressures: Pressures::default(), clock }
    }
}

impl Pressure for HostPressure {
    fn psi(&self) -> Result<Psi, String> {
        self.pressures.psi().map_err(|error| podsteward_metrics::chain(&error))
    }

    fn memory(&self, process: &Watchable) -> Result<MemoryUse, String> {
        let identity = Identity { container: &process.container, started_ms: process.started_ms };
        let read = self.pressures.container_memory(process.pid, &identity, self.clock.now());
        read.map_err(|error| podsteward_metrics::chain(&error))
    }
}

/// Config files on the disk.
#[derive(Default)]
pub struct DiskFiles {
    watcher: Mutex<Option<RecommendedWatcher>>,
}

impl ConfigFiles for DiskFiles {
    fn digest(&self, path: &str) -> Result<String, io::Error> {
        let content = match std::fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() => return Err(io::Error::other("not a regular file")),
            Ok(metadata) if metadata.len() > CONFIG_FILE_BYTES_MAX => {
                return Err(io::Error::other("too large"));
            }
            Ok(_) => std::fs::read(path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(MISSING_FILE.to_owned()),
            Err(error) => return Err(error),
        };
        Ok(format!("{:x}", Sha256::digest(content)))
    }

    fn watch(&self, paths: Vec<String>, changed: Arc<dyn Fn() + Send + Sync>) {
        let files: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        let directories: std::collections::BTreeSet<PathBuf> =
            files.iter().filter_map(|file| file.parent()).map(Path::to_owned).collect();
        let concerns = move |event: &Event| {
            let read = matches!(event.kind, EventKind::Access(_));
            !read
                && (event.paths.is_empty()
                    || event.paths.iter().any(|path| files.contains(path))
                    || is_swap(event))
        };
        let handler = move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| concerns(&event)) {
                changed();
            }
        };
        // Without a watcher the files are still read every 30 s.
        let mut watcher = notify::recommended_watcher(handler).ok();
        for directory in directories {
            if let Some(watcher) = &mut watcher {
                let _ = watcher.watch(&directory, RecursiveMode::NonRecursive);
            }
        }
        *self.watcher.lock().unwrap_or_else(PoisonError::into_inner) = watcher;
    }
}

/// A directory of links whose target is exchanged as a whole, as Kubernetes does it.
fn is_swap(event: &Event) -> bool {
    event.paths.iter().any(|path| path.file_name().is_some_and(|name| name == "..data"))
}
