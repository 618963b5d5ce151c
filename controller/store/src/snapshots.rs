//! The snapshots that were taken, also those that are gone.
//!
//! Owns the table `snapshots`. Never takes, restores or removes one: it keeps what was done.

use podsteward_domain::snapshot::Snapshot;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// So many of those that are gone are remembered, for decisions that name them. Those that are there are never
/// forgotten: they take space until somebody removes them.
const GONE_KEPT: u32 = 1_000;

/// A snapshot as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredSnapshot {
    /// What was taken.
    pub snapshot: Snapshot,
    /// When it was removed, in milliseconds since 1970; `None`: it is there.
    pub removed_ms: Option<i64>,
}

/// Which snapshots are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SnapshotFilter {
    /// Of what belongs to this object.
    pub key: Option<Key>,
    /// Those that were removed, too.
    pub removed: bool,
}

impl Store {
    /// Keeps that a snapshot was taken; survives a loss of power, because the plan goes on to what it is taken for.
    ///
    /// Keeping the very same one again is no error; [`Error::NameTaken`] if another one, also a removed one, has its
    /// name.
    pub fn put_snapshot(&self, snapshot: &Snapshot) -> Result<()> {
        let text = row::json(snapshot)?;
        self.write("snapshot", Durability::Full, |sqlite| {
            let sql = "INSERT INTO snapshots (name, key, taken_ms, snapshot) VALUES (?1, ?2, ?3, ?4) \
                       ON CONFLICT (name) DO UPDATE SET name = name WHERE removed_ms IS NULL AND snapshot = excluded.snapshot";
            let Snapshot { name, key, taken, .. } = snapshot;
            match row::run(sqlite, sql, params![name, key.to_string(), taken.wall_ms, text])? {
                0 => Err(Error::NameTaken(name.clone())),
                _ => Ok(()),
            }
        })
    }

    /// One snapshot, also if it is gone.
    pub fn snapshot(&self, name: &str) -> Result<Option<StoredSnapshot>> {
        let sql = "SELECT snapshot, removed_ms FROM snapshots WHERE name = ?1";
        self.read(|sqlite| row::first(sqlite, sql, [name], decode))
    }

    /// The snapshots asked for, the latest first.
    pub fn snapshots(&self, filter: &SnapshotFilter) -> Result<Vec<StoredSnapshot>> {
        let sql = "SELECT snapshot, removed_ms FROM snapshots \
                   WHERE (?1 IS NULL OR key = ?1) AND (?2 OR removed_ms IS NULL) ORDER BY taken_ms DESC, name DESC";
        let key = filter.key.as_ref().map(ToString::to_string);
        self.read(|sqlite| row::all(sqlite, sql, params![key, filter.removed], decode))
    }

    /// Writes down that a snapshot was removed; the answer tells whether it was there.
    pub fn mark_removed(&self, name: &str, now: Moment) -> Result<bool> {
        self.write("snapshot removed", Durability::Normal, |sqlite| {
            let sql = "UPDATE snapshots SET removed_ms = ?2 WHERE name = ?1 AND removed_ms IS NULL";
            Ok(row::run(sqlite, sql, params![name, now.wall_ms])? > 0)
        })
    }
}

/// Forgets the oldest of those that are gone.
pub(crate) fn maintain(sqlite: &Connection) -> Result<()> {
    bring_within(sqlite, GONE_KEPT)
}

fn bring_within(sqlite: &Connection, kept: u32) -> Result<()> {
    let sql = "DELETE FROM snapshots WHERE name IN (SELECT name FROM snapshots WHERE removed_ms IS NOT NULL \
               ORDER BY taken_ms DESC, name DESC LIMIT -1 OFFSET ?1)";
    row::run(sqlite, sql, [kept])?;
    Ok(())
}

fn decode(row: &Row<'_>) -> Result<StoredSnapshot> {
    Ok(StoredSnapshot { snapshot: row::from_json("snapshot", row, 0)?, removed_ms: row.get(1)? })
}
