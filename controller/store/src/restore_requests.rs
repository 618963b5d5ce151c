//! Which snapshots a person wants restored.
//!
//! Owns the table `restore_requests`: a command asks, the controller restores. Never restores anything.

use podsteward_domain::time::Moment;
use rusqlite::params;
use serde::Serialize;

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// A person wants a snapshot restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RestoreRequest {
    /// The name of the snapshot.
    pub snapshot: String,
    /// Who.
    pub by: String,
    /// When it was asked for.
    pub at: Moment,
}

impl Store {
    /// Asks for a snapshot to be restored; the answer tells whether that is new. Whoever asks again waits for the same
    /// restore.
    pub fn put_restore_request(&self, snapshot: &str, by: &str, now: Moment) -> Result<bool> {
        self.write("restore request", Durability::Full, |sqlite| {
            let sql =
                "INSERT INTO restore_requests (snapshot, by, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            Ok(row::run(sqlite, sql, params![snapshot, by, row::json(&now)?])? > 0)
        })
    }

    /// What is asked for and not ended yet, by the name of the snapshot.
    pub fn restore_requests(&self) -> Result<Vec<RestoreRequest>> {
        let sql = "SELECT snapshot, by, at FROM restore_requests ORDER BY snapshot";
        self.read(|sqlite| {
            row::all(sqlite, sql, [], |row| {
                Ok(RestoreRequest { snapshot: row.get(0)?, by: row.get(1)?, at: row::moment(row, 2)? })
            })
        })
    }

    /// Ends a request, whatever came of it; the answer tells whether there was one.
    pub fn end_restore_request(&self, snapshot: &str) -> Result<bool> {
        self.write("restore request ended", Durability::Full, |sqlite| {
            Ok(row::run(sqlite, "DELETE FROM restore_requests WHERE snapshot = ?1", [snapshot])? > 0)
        })
    }
}
