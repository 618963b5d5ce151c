//! The directories of one run and the snapshots of them: what each holds is one word, as a test says it.
//!
//! Owns the words, and what is refused. Never looks at a disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use podsteward_domain::snapshot::facts::Lies;
use podsteward_domain::snapshot::{PlannedSnapshot, Provider, Snapshot};
use podsteward_runtime::snapshots::{Error, Snapshots, Taken};

/// The directories.
#[derive(Debug, Default)]
pub(crate) struct FakeSnapshots {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What a directory holds.
    holds: BTreeMap<String, String>,
    /// What a snapshot holds, by its location.
    kept: BTreeMap<String, String>,
    /// Paths that are files.
    files: BTreeSet<String>,
    refuses: bool,
}

impl FakeSnapshots {
    /// A directory holds something else from now on.
    pub(crate) fn write(&self, path: &str, word: &str) {
        self.lock().holds.insert(path.to_owned(), word.to_owned());
    }

    /// What a directory holds.
    pub(crate) fn read(&self, path: &str) -> String {
        self.lock().holds.get(path).cloned().unwrap_or_default()
    }

    /// A path is a file.
    pub(crate) fn file(&self, path: &str) {
        self.lock().files.insert(path.to_owned());
    }

    /// Whether nothing can be taken or put back from now on.
    pub(crate) fn refuse(&self, refuses: bool) {
        self.lock().refuses = refuses;
    }

    /// How many snapshots there are.
    pub(crate) fn count(&self) -> usize {
        self.lock().kept.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused() -> Error {
    Error::Host("the disk refuses".to_owned())
}

#[async_trait]
impl Snapshots for FakeSnapshots {
    async fn take(&self, planned: &PlannedSnapshot, name: &str) -> Result<Taken, Error> {
        let mut state = self.lock();
        if state.refuses {
            return Err(refused());
        }
        let location = format!("{}/{name}", planned.area);
        let word = state.holds.get(&planned.source.path).cloned().unwrap_or_default();
        let bytes = word.len() as u64;
        state.kept.insert(location.clone(), word);
        Ok(Taken { provider: Provider::Copy, location, bytes })
    }

    async fn restore(&self, snapshot: &Snapshot) -> Result<(), Error> {
        let mut state = self.lock();
        let word = state.kept.get(&snapshot.location).cloned().filter(|_| !state.refuses);
        state.holds.insert(snapshot.source.path.clone(), word.ok_or_else(refused)?);
        Ok(())
    }

    async fn remove(&self, snapshot: &Snapshot) -> Result<(), Error> {
        self.lock().kept.remove(&snapshot.location);
        Ok(())
    }

    async fn lies_at(&self, path: &str) -> Option<Lies> {
        let file = self.lock().files.contains(path);
        Some(if file { Lies::File } else { Lies::Directory(path.to_owned()) })
    }
}
