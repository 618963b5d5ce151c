//! A directory in memory.
//!
//! Owns the files that a test or the simulation declares, and the faults of reading them. Touches no disk.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use podsteward_specs::load::SourceFile;

use super::{ManifestReader, Reading};

/// A directory in memory. Clone its `Arc` to write while the source reads.
#[derive(Debug, Default)]
pub struct MemoryDirectory {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<String, String>,
    unreadable: bool,
}

impl MemoryDirectory {
    /// Writes a file, whole.
    pub fn write(&self, path: &str, text: &str) {
        self.lock().files.insert(path.to_owned(), text.to_owned());
    }

    /// Removes a file.
    pub fn remove(&self, path: &str) {
        self.lock().files.remove(path);
    }

    /// Makes the whole directory unreadable, or readable again.
    pub fn set_unreadable(&self, unreadable: bool) {
        self.lock().unreadable = unreadable;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ManifestReader for MemoryDirectory {
    fn read(&self) -> BoxFuture<'_, Reading> {
        let state = self.lock();
        let mut reading = Reading::default();
        if state.unreadable {
            reading.problem(".", "cannot read the directory");
            reading.blind = true;
        } else {
            let file = |(path, text): (&String, &String)| SourceFile {
                path: path.clone(),
                bytes: text.clone().into_bytes(),
            };
            reading.files = state.files.iter().map(file).collect();
        }
        drop(state);
        std::future::ready(reading).boxed()
    }
}
