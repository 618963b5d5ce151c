//! Documents that are gone from the manifests, until their deletion is certain.
//!
//! Owns the table `vanished`. Never decides when a deletion is certain.

use std::collections::BTreeMap;

use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, params};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// Since when, and over how many complete reads, a document is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vanished {
    /// When a complete read first did not have it.
    pub since: Moment,
    /// How many complete reads in a row did not have it.
    pub reads: u32,
    /// How many documents were declared when it went.
    pub of: usize,
    /// So many are gone together that a person must say it was meant: how many, of how many.
    pub mass: Option<(usize, usize)>,
}

impl Store {
    /// All vanished documents.
    pub fn vanished(&self) -> Result<BTreeMap<Key, Vanished>> {
        self.read(|sqlite| {
            let read = row::all(sqlite, "SELECT key, since, reads, of, mass FROM vanished", [], |row| {
                let (since, reads, of) = (row::moment(row, 1)?, row.get(2)?, row.get(3)?);
                let mass = row::optional_json("mass", row, 4)?;
                Ok((row::key(row, 0)?, Vanished { since, reads, of, mass }))
            })?;
            Ok(read.into_iter().collect())
        })
    }

    /// Makes the vanished documents these. Writes only what changed; the answer tells whether anything did.
    pub fn replace_vanished(&self, vanished: &BTreeMap<Key, Vanished>) -> Result<bool> {
        let kept = self.vanished()?;
        if kept == *vanished {
            return Ok(false);
        }
        self.write("vanished", Durability::Normal, |sqlite| {
            for key in kept.keys().filter(|key| !vanished.contains_key(key)) {
                remove(sqlite, key)?;
            }
            let new = vanished.iter().filter(|(key, value)| kept.get(key) != Some(value));
            new.into_iter().try_for_each(|(key, value)| put(sqlite, key, value))
        })?;
        Ok(true)
    }
}

fn put(sqlite: &Connection, key: &Key, vanished: &Vanished) -> Result<()> {
    let Vanished { since, reads, of, mass } = vanished;
    let mass = mass.as_ref().map(row::json).transpose()?;
    let sql = "INSERT OR REPLACE INTO vanished (key, since, reads, of, mass) VALUES (?1, ?2, ?3, ?4, ?5)";
    row::run(sqlite, sql, params![key.to_string(), row::json(since)?, reads, of, mass])?;
    Ok(())
}

/// Takes one vanished document away.
pub(crate) fn remove(sqlite: &Connection, key: &Key) -> Result<()> {
    row::run(sqlite, "DELETE FROM vanished WHERE key = ?1", [key.to_string()])?;
    Ok(())
}
