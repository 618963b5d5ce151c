//! A person's word to take an action on an object now.
//!
//! Owns the table `forced`. Never decides how long a word counts: the domain does, and long before it is deleted here.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::standing::Forced;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// The words about an object, by action.
type Words = BTreeMap<Action, Forced>;

/// How long a word is kept.
const KEPT: Duration = Duration::from_hours(1);

impl Store {
    /// Writes a person's word down; it replaces an earlier one about the same action on the same object.
    pub fn force(&self, key: &Key, action: Action, forced: &Forced) -> Result<()> {
        self.write("forced", Durability::Normal, |sqlite| {
            let sql = "INSERT OR REPLACE INTO forced (key, action, by, at) VALUES (?1, ?2, ?3, ?4)";
            row::run(
                sqlite,
                sql,
                params![key.to_string(), action.as_str(), forced.by, row::json(&forced.at)?],
            )?;
            Ok(())
        })
    }

    /// All words that are kept, by object and action.
    pub fn forced(&self) -> Result<BTreeMap<Key, Words>> {
        let mut words: BTreeMap<Key, Words> = BTreeMap::new();
        for (key, action, forced) in self.read(all)? {
            words.entry(key).or_default().insert(action, forced);
        }
        Ok(words)
    }
}

/// The words about an object.
pub(crate) fn of(sqlite: &Connection, key: &Key) -> Result<Words> {
    let sql = "SELECT action, by, at FROM forced WHERE key = ?1";
    let read = |row: &Row<'_>| Ok((row::action(row, 0)?, decode(row, 1)?));
    Ok(row::all(sqlite, sql, [key.to_string()], read)?.into_iter().collect())
}

/// Deletes the words that are old.
pub(crate) fn forget_old(sqlite: &Connection, now: Moment) -> Result<()> {
    for (key, action, forced) in all(sqlite)? {
        if now.since(forced.at) > KEPT {
            let sql = "DELETE FROM forced WHERE key = ?1 AND action = ?2";
            row::run(sqlite, sql, params![key.to_string(), action.as_str()])?;
        }
    }
    Ok(())
}

fn all(sqlite: &Connection) -> Result<Vec<(Key, Action, Forced)>> {
    let read = |row: &Row<'_>| Ok((row::key(row, 0)?, row::action(row, 1)?, decode(row, 2)?));
    row::all(sqlite, "SELECT key, action, by, at FROM forced", [], read)
}

fn decode(row: &Row<'_>, column: usize) -> Result<Forced> {
    Ok(Forced { by: row.get(column)?, at: row::moment(row, column + 1)? })
}
