//! The real filesystems behind [`crate::disks::Disks`].
//!
//! Owns how long each question may take. Never decides anything.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::aside::Calls;
use super::mounts::{Mounts, Seen};
use crate::disks::{Deleted, Disks, Error, Wanted};
use async_trait::async_trait;
use podsteward_domain::disk::DiskSample;
use podsteward_domain::disk::inventory::{Consumer, ConsumerKind, FoundFile, FoundFiles, NamedPath, Part};
use podsteward_host::disk::Filesystem;
use podsteward_host::files::{self, Limits, Named, Selection};
use podsteward_host::{disk, journal};
use podsteward_metrics::chain;
use podsteward_specs::quantity::Bytes;

/// How long a measurement may take. A disk that is dead, or a server that is away, may never answer.
const MEASURE: Duration = Duration::from_secs(5);
/// How long what was deleted may take to come free.
const SETTLE: Duration = Duration::from_mins(1);
/// How long files may be looked for or deleted.
const FILES: Duration = Duration::from_mins(10);
/// How long is looked for what takes most.
const LARGEST: Duration = Duration::from_secs(3);
/// So many directories are told of.
const LARGEST_MAX: usize = 10;
/// So much is found at most: what a directory that nobody looks after comes to.
const LIMITS: Limits = Limits { files: 250_000, entries: 5_000_000, time: Duration::from_secs(30) };
/// Where Podman keeps its data unless somebody says otherwise, below the root and below a home.
const STORAGE: [&str; 2] = ["/var/lib/containers", ".local/share/containers"];
/// Where builds keep what they may need again.
const BUILD_CACHE: &str = "/var/tmp/buildah-cache-";

/// The filesystems of this host.
pub struct HostDisks {
    /// Where no file is ever deleted.
    keep_out: Vec<PathBuf>,
    /// Files of the controller's own that lie elsewhere.
    own: Vec<NamedPath>,
    /// Where what each path lies on is mounted.
    mounts: Arc<Mutex<Mounts>>,
    /// What is asked of each.
    calls: Calls,
}

impl HostDisks {
    /// The filesystems; no file is ever deleted below the controller's own directories, and none of its own files.
    pub fn new(directories: impl IntoIterator<Item = PathBuf>, own: Vec<NamedPath>) -> Self {
        let home = std::env::var_os("HOME").map(PathBuf::from);
        let [root, below_home] = STORAGE;
        let storage = std::iter::once(PathBuf::from(root)).chain(home.map(|home| home.join(below_home)));
        Self {
            keep_out: directories.into_iter().chain(storage).collect(),
            own,
            mounts: Arc::default(),
            calls: Calls::default(),
        }
    }

    /// Measures the filesystem at a path. Where one was mounted and is not any more, what is there now is another one's.
    async fn measured(
        &self,
        path: &str,
        deadline: Duration,
        measure: fn(&Path) -> Result<DiskSample, disk::Error>,
    ) -> Result<DiskSample, Error> {
        let (asked, path, mounts) = (Path::new(path), PathBuf::from(path), Arc::clone(&self.mounts));
        let work = move || {
            if let Ok(mount) = disk::mount_of(&path) {
                let seen = Seen { point: mount.mount_point, filesystem: Filesystem::of(&path).ok() };
                lock(&mounts).follow(&path, seen)?;
            }
            measure(&path).map_err(told)
        };
        self.calls.aside(asked, deadline, work).await
    }

    /// Refuses a root that holds what nobody may delete, and finds out what else stays. Its answer waits for each of the
    /// disks that those lie on.
    async fn check(&self, wanted: &Wanted<'_>) -> Result<Named, Error> {
        let told = wanted.keep_out.iter().map(PathBuf::from);
        let keep_out: Vec<PathBuf> = self.keep_out.iter().cloned().chain(told).collect();
        let root = PathBuf::from(wanted.root);
        let named: Vec<NamedPath> = self.own.iter().chain(wanted.named).cloned().collect();
        let work = move || match files::refusal(&root, &keep_out) {
            Some(why) => Err(Error(why)),
            None => Named::of(&named).map_err(Error),
        };
        self.calls.aside(Path::new(wanted.root), MEASURE, work).await
    }
}

fn lock(mounts: &Mutex<Mounts>) -> MutexGuard<'_, Mounts> {
    mounts.lock().unwrap_or_else(PoisonError::into_inner)
}

fn told(error: impl std::error::Error + 'static) -> Error {
    Error(chain(&error))
}

/// What is wanted, as it goes to a thread that may wait for the disk.
struct Request {
    root: String,
    glob: String,
    older_than: Duration,
    now_wall_ms: i64,
    named: Named,
}

impl Request {
    fn of(wanted: &Wanted<'_>, named: Named) -> Self {
        let (root, glob) = (wanted.root.to_owned(), wanted.glob.to_owned());
        Self { root, glob, older_than: wanted.older_than, now_wall_ms: wanted.now_ms, named }
    }

    fn selection(&self) -> Selection<'_> {
        let Self { root, glob, older_than, now_wall_ms, named } = self;
        let (older_than, now_wall_ms) = (*older_than, *now_wall_ms);
        Selection { root: Path::new(root), glob, older_than, now_wall_ms, named }
    }
}

#[async_trait]
impl Disks for HostDisks {
    fn remember_mounts(&self, mounts: &BTreeMap<String, String>) {
        lock(&self.mounts).remember(mounts);
    }

    fn mounts(&self, watched: &BTreeSet<String>) -> BTreeMap<String, String> {
        lock(&self.mounts).of(watched)
    }

    async fn measure(&self, path: &str) -> Result<DiskSample, Error> {
        self.measured(path, MEASURE, disk::measure).await
    }

    async fn settled(&self, path: &str) -> Result<DiskSample, Error> {
        self.measured(path, SETTLE, disk::settled).await
    }

    async fn are_together(&self, one: &str, other: &str) -> Result<bool, Error> {
        let (asked, one, other) = (Path::new(other), PathBuf::from(one), PathBuf::from(other));
        let work = move || disk::same_filesystem(&one, &other).map_err(told);
        self.calls.aside(asked, MEASURE, work).await
    }

    async fn find_files(&self, disk: &str, wanted: Wanted<'_>) -> Part<FoundFiles> {
        let named = match self.check(&wanted).await {
            Ok(named) => named,
            Err(error) => return Part::Useless(error.to_string()),
        };
        match self.are_together(disk, wanted.root).await {
            Ok(true) => {}
            Ok(false) => return Part::Useless(format!("{} lies on another filesystem", wanted.root)),
            Err(error) => return Part::Useless(error.to_string()),
        }
        let request = Request::of(&wanted, named);
        let work = move || files::find(&request.selection(), LIMITS).map_err(told);
        match self.calls.aside(Path::new(wanted.root), FILES, work).await {
            Ok(found) => Part::Found(FoundFiles { files: found.files, stays: found.stays }),
            Err(error) => Part::Useless(error.to_string()),
        }
    }

    async fn journal(&self, disk: &str) -> Part<u64> {
        for directory in journal::DIRECTORIES {
            if self.are_together(disk, directory).await == Ok(true) {
                return journal::size().map_or_else(no_journal, Part::Found);
            }
        }
        no_journal()
    }

    async fn build_cache(&self, disk: &str) -> Option<u64> {
        // The user that this very process is.
        let uid = Path::new("/proc/self").metadata().ok()?.uid();
        let path = format!("{BUILD_CACHE}{uid}");
        // Where there is none, nothing is to be removed.
        if self.are_together(disk, &path).await != Ok(true) {
            return Some(0);
        }
        let (asked, path) = (PathBuf::from(&path), PathBuf::from(&path));
        let work = move || disk::directory_size(&path, LARGEST).map_err(told);
        self.calls.aside(&asked, MEASURE, work).await.ok().flatten()
    }

    async fn file_size(&self, disk: &str, path: &str) -> Option<u64> {
        if self.are_together(disk, path).await != Ok(true) {
            return None;
        }
        let (asked, path) = (Path::new(path), PathBuf::from(path));
        let work = move || {
            let metadata = path.symlink_metadata().map_err(told)?;
            Ok(metadata.is_file().then(|| metadata.blocks().saturating_mul(512)))
        };
        self.calls.aside(asked, MEASURE, work).await.ok().flatten()
    }

    async fn largest(&self, disk: &str) -> Vec<Consumer> {
        let (asked, path) = (Path::new(disk), PathBuf::from(disk));
        let work = move || disk::largest_directories(&path, LARGEST_MAX, LARGEST).map_err(told);
        let found = self.calls.aside(asked, FILES, work).await;
        let largest = found.map(|found| found.largest).unwrap_or_default();
        let consumer = |(path, size): (PathBuf, u64)| Consumer {
            what: ConsumerKind::Directory,
            name: path.display().to_string(),
            size,
        };
        largest.into_iter().map(consumer).collect()
    }

    async fn delete_files(&self, wanted: Wanted<'_>, files: &[FoundFile]) -> Result<Deleted, Error> {
        let request = Request::of(&wanted, self.check(&wanted).await?);
        let files = files.to_vec();
        let work = move || files::delete(&request.selection(), &files).map_err(told);
        let deleted = self.calls.aside(Path::new(wanted.root), FILES, work).await?;
        Ok(Deleted { count: deleted.count, kept: deleted.kept.into_iter().next() })
    }

    async fn truncate_log(&self, disk: &str, path: &str) -> Result<(), Error> {
        if !self.are_together(disk, path).await? {
            return Err(Error(format!("{path} lies on another filesystem")));
        }
        let (asked, path) = (Path::new(path), PathBuf::from(path));
        self.calls.aside(asked, MEASURE, move || files::truncate_log(&path).map(drop).map_err(told)).await
    }

    async fn vacuum_journal(&self, keep: Bytes) -> Result<(), Error> {
        journal::vacuum(keep.0).await.map_err(told)
    }
}

fn no_journal() -> Part<u64> {
    Part::Useless("systemd keeps no journal on it".to_owned())
}
