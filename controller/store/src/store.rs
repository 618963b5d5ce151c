//! The handle: opening, reading and writing in one transaction, and who may do what.
//!
//! Owns the connection, the durability of each write and the refusal of another schema. Never holds SQL of a noun.

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::Result;
use crate::hook::WriteHook;
use crate::lock::ControllerLock;

/// Who opens the store.
#[derive(Debug, Clone, Copy)]
pub enum Access<'lock> {
    /// The controller: creates, migrates, and keeps a damaged file aside.
    Controller(&'lock ControllerLock),
    /// A command that writes: creates a missing store, never migrates one.
    Cli,
    /// A command that only reads. A missing store is [`crate::Error::Absent`].
    ReadOnly,
}

/// When a write counts as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It is on disk and survives a loss of power: destructive intents, the switch, approvals.
    Full,
    /// It survives the end of the process: plain starts, status, events.
    Normal,
}

/// What opening found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// A store of this version.
    Existing,
    /// Nothing; a new store was begun, paused if the pause marker says so.
    Created,
    /// An older store, which was brought forward.
    Migrated {
        /// Its version.
        from: i64,
        /// The copy taken before.
        backup: PathBuf,
    },
    /// A file that cannot be read; a new store was begun, paused if the pause marker says so.
    KeptAside {
        /// Where the file is now.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// A store of another version: only the switch can be read and written.
    SwitchOnly {
        /// Its version.
        found: i64,
    },
}

/// The store. A cheap handle: clones share one connection.
#[derive(Clone)]
pub struct Store {
    inner: Arc<()>,
}

impl Store {
    /// Opens the store in a state directory, creating the directory (mode 0700) unless it is only read.
    pub fn open(dir: &Path, access: Access<'_>) -> Result<Self> {
        let _ = (dir, access);
        todo!()
    }

    /// What opening found: to be told to people.
    pub fn opening(&self) -> &Opening {
        let _ = &self.inner;
        todo!()
    }

    /// The same store with a hook around each write.
    #[must_use]
    pub fn with_hook(self, hook: Arc<dyn WriteHook>) -> Self {
        let _ = hook;
        todo!()
    }

    /// A number that is another one after each write by another process, and never because of our own.
    pub fn data_version(&self) -> Result<i64> {
        todo!()
    }
}
