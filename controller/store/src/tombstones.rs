//! Recorded deletions.
//!
//! Owns the table `tombstones`: an object whose deletion was certain is removed also when podsteward was ended in
//! between. A new document with the same key takes the tombstone away.

use std::collections::BTreeMap;

use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::params;

use crate::error::Result;
use crate::store::{Durability, Store};
use crate::{documents, row, vanished};

#[cfg(test)]
mod tests;

/// A recorded deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The last document as canonical JSON.
    pub canonical: String,
    /// When the deletion became certain.
    pub at: Moment,
}

impl Store {
    /// All recorded deletions.
    pub fn tombstones(&self) -> Result<BTreeMap<Key, Tombstone>> {
        self.read(|sqlite| {
            let read = row::all(sqlite, "SELECT key, canonical, at FROM tombstones", [], |row| {
                Ok((row::key(row, 0)?, Tombstone { canonical: row.get(1)?, at: row::moment(row, 2)? }))
            })?;
            Ok(read.into_iter().collect())
        })
    }

    /// Whether an object's deletion is recorded.
    pub fn is_tombstoned(&self, key: &Key) -> Result<bool> {
        let sql = "SELECT 1 FROM tombstones WHERE key = ?1";
        self.read(|sqlite| Ok(row::first(sqlite, sql, [key.to_string()], |_| Ok(()))?.is_some()))
    }

    /// Records a deletion, and takes the object out of the last good and the vanished documents, in one transaction.
    pub fn put_tombstone(&self, key: &Key, tombstone: &Tombstone) -> Result<()> {
        self.write("tombstone", Durability::Full, |sqlite| {
            documents::remove(sqlite, key)?;
            vanished::remove(sqlite, key)?;
            let sql = "INSERT OR REPLACE INTO tombstones (key, canonical, at) VALUES (?1, ?2, ?3)";
            let Tombstone { canonical, at } = tombstone;
            row::run(sqlite, sql, params![key.to_string(), canonical, row::json(at)?])?;
            Ok(())
        })
    }

    /// Takes the record away: the object is declared again, or is gone from the host.
    pub fn remove_tombstone(&self, key: &Key) -> Result<()> {
        self.write("tombstone removed", Durability::Full, |sqlite| {
            row::run(sqlite, "DELETE FROM tombstones WHERE key = ?1", [key.to_string()])?;
            Ok(())
        })
    }
}
