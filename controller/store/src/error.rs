//! What may go wrong with the store.
//!
//! Owns the crate's one error type and how the codes of `SQLite` are understood. Never decides what follows: the
//! controller goes on observing without a store, and begins nothing.

use std::path::PathBuf;

use podsteward_domain::intent::IntentId;

use crate::reserve;

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no store yet.
    #[error("no store at {}: podsteward never ran with this state directory", .0.display())]
    Absent(PathBuf),
    /// A file or directory beside the database could not be used.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried, for example `create`.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// The error.
        source: std::io::Error,
    },
    /// Another controller holds the state directory.
    #[error("another controller is running with this state directory{}", pid.map(|pid| format!(" (pid {pid})")).unwrap_or_default())]
    AlreadyRunning {
        /// Its process, where it could be read.
        pid: Option<u32>,
    },
    /// The store was written by a newer podsteward.
    #[error(
        "store is version {found}, this podsteward knows {known}: use the newer podsteward (pause, resume and stop still work)"
    )]
    Newer {
        /// The store's version.
        found: i64,
        /// The version this program knows.
        known: i64,
    },
    /// The store was written by an older podsteward, and only a starting controller brings it forward.
    #[error(
        "store is version {found}, this podsteward knows {known}: start this version's controller once (pause, resume and stop still work)"
    )]
    Older {
        /// The store's version.
        found: i64,
        /// The version this program knows.
        known: i64,
    },
    /// Somebody else holds the write lock for too long.
    #[error("store is locked by another process")]
    Locked(#[source] rusqlite::Error),
    /// The file is not, or no longer, a sound database.
    #[error("store is damaged")]
    Damaged(#[source] rusqlite::Error),
    /// The disk is full.
    #[error("no space left for the store")]
    Full(#[source] rusqlite::Error),
    /// Any other refusal of `SQLite`.
    #[error("store cannot be used")]
    Sqlite(#[source] rusqlite::Error),
    /// A value in the store is not what its column holds.
    #[error("store holds a {noun} that cannot be read: {detail}")]
    Value {
        /// What it should be.
        noun: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// Something was to be written through a handle that only reads.
    #[error("store was opened for reading only")]
    ReadOnly,
    /// There is no such intent, or it is closed.
    #[error("intent {0} is not open")]
    NotOpen(IntentId),
    /// An intent cannot go from one state to the other.
    #[error("intent {intent} cannot go from {from} to {to}")]
    Transition {
        /// Which intent.
        intent: IntentId,
        /// The state it is in.
        from: &'static str,
        /// The state asked for.
        to: &'static str,
    },
    /// A plan in progress holds what another plan would touch.
    #[error("{thing} is held by intent {holder}")]
    Leased {
        /// What is held, for example `container web`.
        thing: String,
        /// Who holds it.
        holder: IntentId,
    },
    /// Something else has this name.
    #[error("there is already another '{0}'")]
    NameTaken(String),
    /// The write hook ended the controller here.
    #[error("killed by the write hook")]
    Killed,
}

/// A result of the store.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether it is for want of room, so that the same works once there is some.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Full(_) => true,
            Self::File { source, .. } => reserve::is_no_room(source),
            _ => false,
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase};
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::Locked(error),
            Some(DatabaseCorrupt | NotADatabase) => Self::Damaged(error),
            Some(DiskFull) => Self::Full(error),
            _ => Self::Sqlite(error),
        }
    }
}
