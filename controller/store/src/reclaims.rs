//! What podsteward itself freed on each filesystem.
//!
//! Owns the table `reclaims`. Never measures.

use podsteward_domain::forecast::Reclaim;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, params};

use crate::error::Result;
use crate::history::{self, History};
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// The most is a cleanup an hour, the shortest time between two, for as long as they are kept.
const HISTORY: History =
    History { table: "reclaims", time: "to_ms", kept: 100, kept_for: history::KEPT_FOR, most: 90 * 24 };

impl Store {
    /// Keeps what a cleanup freed, in bytes, on the filesystem that an object watches.
    pub fn put_reclaim(&self, key: &Key, reclaim: Reclaim) -> Result<()> {
        let Reclaim { from_ms, to_ms, freed } = reclaim;
        let freed = i64::try_from(freed).unwrap_or(i64::MAX);
        self.write("reclaim", Durability::Normal, |sqlite| {
            let sql = "INSERT INTO reclaims (key, from_ms, to_ms, freed) VALUES (?1, ?2, ?3, ?4)";
            row::run(sqlite, sql, params![key.to_string(), from_ms, to_ms, freed])?;
            Ok(())
        })
    }

    /// What was freed by cleanups that ended at or after a time, in milliseconds since 1970, the oldest first.
    pub fn reclaims(&self, key: &Key, since_ms: i64) -> Result<Vec<Reclaim>> {
        let sql =
            "SELECT from_ms, to_ms, freed FROM reclaims WHERE key = ?1 AND to_ms >= ?2 ORDER BY from_ms, id";
        self.read(|sqlite| {
            row::all(sqlite, sql, params![key.to_string(), since_ms], |row| {
                Ok(Reclaim { from_ms: row.get(0)?, to_ms: row.get(1)?, freed: row.get(2)? })
            })
        })
    }
}

/// Deletes the oldest.
pub(crate) fn maintain(sqlite: &Connection, now: Moment) -> Result<()> {
    history::forget_old(sqlite, &HISTORY, now)
}

/// Takes away all of a filesystem.
pub(crate) fn remove(sqlite: &Connection, key: &Key) -> Result<()> {
    history::remove(sqlite, &HISTORY, key)
}
