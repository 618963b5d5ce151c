//! A person's word to act on an object now.
//!
//! Owns the table `forced`. Never decides how long a word counts: the domain does, and long before it is deleted here.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_domain::standing::Forced;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// How long a word is kept.
const KEPT: Duration = Duration::from_hours(1);

impl Store {
    /// Writes a person's word down; it replaces an earlier one about the same object.
    pub fn force(&self, key: &Key, forced: &Forced) -> Result<()> {
        self.write("forced", Durability::Normal, |sqlite| {
            let sql = "INSERT OR REPLACE INTO forced (key, by, at) VALUES (?1, ?2, ?3)";
            row::run(sqlite, sql, params![key.to_string(), forced.by, row::json(&forced.at)?])?;
            Ok(())
        })
    }

    /// All words that are kept, by object.
    pub fn forced(&self) -> Result<BTreeMap<Key, Forced>> {
        self.read(all)
    }
}

/// The word about an object.
pub(crate) fn of(sqlite: &Connection, key: &Key) -> Result<Option<Forced>> {
    row::first(sqlite, "SELECT by, at FROM forced WHERE key = ?1", [key.to_string()], |row| decode(row, 0))
}

/// Deletes the words that are old.
pub(crate) fn forget_old(sqlite: &Connection, now: Moment) -> Result<()> {
    for (key, forced) in all(sqlite)? {
        if now.since(forced.at) > KEPT {
            row::run(sqlite, "DELETE FROM forced WHERE key = ?1", [key.to_string()])?;
        }
    }
    Ok(())
}

fn all(sqlite: &Connection) -> Result<BTreeMap<Key, Forced>> {
    let read = |row: &Row<'_>| Ok((row::key(row, 0)?, decode(row, 1)?));
    Ok(row::all(sqlite, "SELECT key, by, at FROM forced", [], read)?.into_iter().collect())
}

fn decode(row: &Row<'_>, column: usize) -> Result<Forced> {
    Ok(Forced { by: row.get(column)?, at: row::moment(row, column + 1)? })
}
