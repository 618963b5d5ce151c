//! The filesystem of one run: how full it is, and what of it may go, as a test says it.
//!
//! Owns one filesystem, which holds the path [`PATH`]. What fills up does so as the time of the run passes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use podsteward_domain::disk::inventory::{Consumer, ConsumerKind, FoundFile, FoundFiles, Part};
use podsteward_domain::disk::{DiskSample, Gauge};
use podsteward_runtime::disks::{Deleted, Disks, Error, Wanted};
use podsteward_specs::quantity::Bytes;
use tokio::time::Instant;

/// The path of everything on it.
pub(crate) const PATH: &str = "/srv";
/// All of it.
pub(crate) const TOTAL: u64 = 100 << 30;
/// The size of a file.
const FILE: u64 = 1 << 30;

/// The filesystem.
#[derive(Debug, Default)]
pub(crate) struct FakeDisks {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What nobody may throw away.
    kept: u64,
    /// What may go, file by file.
    files: BTreeMap<String, u64>,
    /// How fast it fills up, in bytes a second, with what may go, and since when.
    filling: Option<(u64, Instant)>,
    written: u64,
    away: bool,
    /// It is away as soon as something was deleted.
    leaving: bool,
    /// It does not take what it still has to write out.
    unsettled: bool,
    /// Every deletion, in order.
    deleted: Vec<String>,
}

impl State {
    /// Writes what was written since the last look, in files of a gibibyte and a last one.
    fn pass(&mut self) {
        let Some((rate, since)) = &mut self.filling else { return };
        let bytes = rate.saturating_mul(since.elapsed().as_millis().try_into().unwrap_or(u64::MAX)) / 1000;
        *since = Instant::now();
        let mut left = bytes.min(TOTAL.saturating_sub(self.kept + self.files.values().sum::<u64>()));
        while left > 0 {
            let name = format!("{:06}.tmp", self.written / FILE);
            let size = left.min(FILE - self.written % FILE);
            *self.files.entry(name).or_default() += size;
            self.written += size;
            left -= size;
        }
    }

    fn sample(&mut self) -> Result<DiskSample, Error> {
        self.pass();
        if self.away {
            return Err(Error("it is not mounted".to_owned()));
        }
        let used = self.kept + self.files.values().sum::<u64>();
        Ok(DiskSample { space: Gauge { used, total: TOTAL }, inodes: None, metadata: None })
    }
}

impl FakeDisks {
    /// So many percent are taken by what nobody may throw away.
    pub(crate) fn keep(&self, percent: u64) {
        self.lock().kept = TOTAL / 100 * percent;
    }

    /// So many files of a gibibyte, which is a percent, may go.
    pub(crate) fn litter(&self, files: u64) {
        let mut state = self.lock();
        for _ in 0..files {
            let name = format!("{:06}.tmp", state.written / FILE);
            state.files.insert(name, FILE);
            state.written += FILE;
        }
    }

    /// So many mebibytes a second are written from now on.
    pub(crate) fn fill(&self, mebibytes: u64) {
        let mut state = self.lock();
        state.pass();
        state.filling = Some((mebibytes << 20, Instant::now()));
    }

    /// It cannot be measured from now on, or can again.
    pub(crate) fn away(&self, away: bool) {
        self.lock().away = away;
    }

    /// It cannot be measured any more once something was deleted.
    pub(crate) fn leave_when_cleaned(&self) {
        self.lock().leaving = true;
    }

    /// It does not take what it still has to write out.
    pub(crate) fn unsettle(&self) {
        self.lock().unsettled = true;
    }

    /// The used share in percent.
    pub(crate) fn percent(&self) -> u64 {
        let mut state = self.lock();
        state.pass();
        (state.kept + state.files.values().sum::<u64>()) * 100 / TOTAL
    }

    /// How many files were deleted.
    pub(crate) fn deleted(&self) -> usize {
        self.lock().deleted.len()
    }

    /// Every deletion, in order.
    pub(crate) fn deletions(&self) -> Vec<String> {
        self.lock().deleted.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Disks for FakeDisks {
    fn remember_mounts(&self, _: &BTreeMap<String, String>) {}

    fn mounts(&self, _: &BTreeSet<String>) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    async fn measure(&self, _: &str) -> Result<DiskSample, Error> {
        self.lock().sample()
    }

    async fn settled(&self, _: &str) -> Result<DiskSample, Error> {
        let mut state = self.lock();
        if state.unsettled { Err(Error("no space left on device".to_owned())) } else { state.sample() }
    }

    async fn are_together(&self, one: &str, other: &str) -> Result<bool, Error> {
        Ok(one.starts_with(PATH) == other.starts_with(PATH))
    }

    async fn find_files(&self, _: &str, wanted: Wanted<'_>) -> Part<FoundFiles> {
        let mut state = self.lock();
        state.pass();
        let ending = wanted.glob.trim_start_matches('*');
        let meant = state.files.iter().filter(|(path, _)| path.ends_with(ending));
        let file = |(path, size): (&String, &u64)| FoundFile { path: path.clone(), size: *size };
        Part::Found(FoundFiles { files: meant.map(file).collect(), stays: Vec::new() })
    }

    async fn journal(&self, _: &str) -> Part<u64> {
        Part::Useless("there is no systemd".to_owned())
    }

    async fn build_cache(&self, _: &str) -> Option<u64> {
        Some(0)
    }

    async fn file_size(&self, _: &str, _: &str) -> Option<u64> {
        None
    }

    async fn largest(&self, _: &str) -> Vec<Consumer> {
        let size = self.lock().kept;
        vec![Consumer { what: ConsumerKind::Directory, name: format!("{PATH}/films"), size }]
    }

    async fn delete_files(&self, _: Wanted<'_>, files: &[FoundFile]) -> Result<Deleted, Error> {
        let mut state = self.lock();
        state.pass();
        let mut deleted = Deleted::default();
        for file in files {
            if state.files.remove(&file.path).is_some() {
                state.deleted.push(file.path.clone());
                deleted.count += 1;
            }
        }
        state.away |= state.leaving && deleted.count > 0;
        Ok(deleted)
    }

    async fn truncate_log(&self, _: &str, _: &str) -> Result<(), Error> {
        Err(Error("there is none".to_owned()))
    }

    async fn vacuum_journal(&self, _: Bytes) -> Result<(), Error> {
        Err(Error("there is no systemd".to_owned()))
    }
}
