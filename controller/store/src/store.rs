//! The handle: who may do what, and every read and write as one transaction.
//!
//! Owns the connection, the durability of each write and the refusal of another schema. Never holds SQL of a noun.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::{Error, Result};
use crate::hook::WriteHook;
use crate::lock::ControllerLock;
use crate::reserve::{self, Reserve};
use crate::{open, schema};

#[cfg(test)]
mod tests;

/// Who opens the store.
#[derive(Debug, Clone, Copy)]
pub enum Access<'lock> {
    /// The controller: creates, migrates, and keeps a damaged file aside.
    Controller(&'lock ControllerLock),
    /// A command that writes: creates a missing store, never migrates one.
    Cli,
    /// A command that only reads. A missing store is [`Error::Absent`].
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
    inner: Arc<Inner>,
    hook: Option<Arc<dyn WriteHook>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { dir, opening, .. } = &*self.inner;
        f.debug_struct("Store").field("dir", dir).field("opening", opening).finish_non_exhaustive()
    }
}

struct Inner {
    dir: PathBuf,
    opening: Opening,
    known: i64,
    read_only: bool,
    connection: Mutex<Connected>,
}

struct Connected {
    sqlite: Connection,
    durability: Durability,
    reserve: Reserve,
}

impl Connected {
    /// `SQLite` takes a new durability only between transactions, and keeps it: every write says which it needs.
    fn set_durability(&mut self, durability: Durability) -> Result<()> {
        if self.durability != durability {
            let level = match durability {
                Durability::Full => "FULL",
                Durability::Normal => "NORMAL",
            };
            self.sqlite.pragma_update(None, "synchronous", level)?;
            self.durability = durability;
        }
        Ok(())
    }

    /// While the reserve is given up the write-ahead log is kept short: what it takes is needed for what must be written.
    fn set_reserve(&mut self, reserve: Reserve) -> Result<()> {
        if self.reserve != reserve {
            let pages = match reserve {
                Reserve::Kept => open::CHECKPOINT_PAGES,
                Reserve::GivenUp => open::SHORT_LOG_PAGES,
            };
            self.sqlite.pragma_update(None, "wal_autocheckpoint", pages)?;
            self.reserve = reserve;
        }
        Ok(())
    }
}

impl Store {
    /// Opens the store in a state directory, creating the directory (mode 0700) unless it is only read.
    pub fn open(dir: &Path, access: Access<'_>) -> Result<Self> {
        Self::open_with(dir, access, schema::MIGRATIONS)
    }

    pub(crate) fn open_with(dir: &Path, access: Access<'_>, migrations: &[&str]) -> Result<Self> {
        let (sqlite, opening) = reserve::with(dir, || open::open(dir, access, migrations))?;
        if matches!(access, Access::Controller(_)) {
            // Without a reserve everything goes on: that it is missing is told by its state.
            let _kept = reserve::keep(dir);
        }
        let inner = Inner {
            dir: dir.to_owned(),
            opening,
            known: schema::known(migrations),
            read_only: matches!(access, Access::ReadOnly),
            connection: Mutex::new(Connected {
                sqlite,
                durability: Durability::Normal,
                reserve: Reserve::Kept,
            }),
        };
        Ok(Self { inner: Arc::new(inner), hook: None })
    }

    /// What opening found: to be told to people.
    pub fn opening(&self) -> &Opening {
        &self.inner.opening
    }

    /// The state directory.
    pub fn dir(&self) -> &Path {
        &self.inner.dir
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.inner.read_only
    }

    /// The same store with a hook around each write.
    #[must_use]
    pub fn with_hook(self, hook: Arc<dyn WriteHook>) -> Self {
        Self { hook: Some(hook), ..self }
    }

    /// A number that is another one after each write by another process, and never because of our own.
    pub fn data_version(&self) -> Result<i64> {
        Ok(self.connection().sqlite.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Reads from a store of this version.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.check_version()?;
        self.read_any_version(read)
    }

    /// Reads what every version has: the switch.
    pub(crate) fn read_any_version<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        read(&self.connection().sqlite)
    }

    /// Writes to a store of this version, in one transaction: an error of `write` leaves nothing behind. Where there is
    /// no room for it, the reserve is given up and `write` is called once more.
    pub(crate) fn write<T>(
        &self,
        name: &'static str,
        durability: Durability,
        write: impl FnMut(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        self.check_version()?;
        self.write_any_version(name, durability, write)
    }

    /// Writes what every version has: the switch.
    pub(crate) fn write_any_version<T>(
        &self,
        name: &'static str,
        durability: Durability,
        mut write: impl FnMut(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        if self.inner.read_only {
            return Err(Error::ReadOnly);
        }
        let value = reserve::with(self.dir(), || {
            if let Some(hook) = &self.hook {
                hook.before(name)?;
            }
            self.commit(durability, &mut write)
        })?;
        if let Some(hook) = &self.hook {
            hook.after(name)?;
        }
        Ok(value)
    }

    /// Begins as a writer at once: a reader that turns writer is refused without waiting when somebody else wrote.
    fn commit<T>(
        &self,
        durability: Durability,
        write: &mut impl FnMut(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut connection = self.connection();
        connection.set_durability(durability)?;
        connection.set_reserve(reserve::state(self.dir()))?;
        let transaction = connection.sqlite.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = write(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// A panic between two writes leaves a sound connection: its transaction was rolled back on the way out.
    fn connection(&self) -> MutexGuard<'_, Connected> {
        self.inner.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses a store of another version.
    pub(crate) fn check_version(&self) -> Result<()> {
        let known = self.inner.known;
        match self.inner.opening {
            Opening::SwitchOnly { found } if found > known => Err(Error::Newer { found, known }),
            Opening::SwitchOnly { found } => Err(Error::Older { found, known }),
            _ => Ok(()),
        }
    }
}
