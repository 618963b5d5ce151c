//! Single values, such as the time of the last engine event.
//!
//! Owns the table `meta`. Never holds what has a table of its own.

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

impl Store {
    /// A value, if it was ever written.
    pub fn meta(&self, name: &'static str) -> Result<Option<String>> {
        let sql = "SELECT value FROM meta WHERE name = ?1";
        self.read(|sqlite| row::first(sqlite, sql, [name], |row| Ok(row.get(0)?)))
    }

    /// Writes a value; nothing if it is the one that is kept.
    pub fn put_meta(&self, name: &'static str, value: &str) -> Result<()> {
        if self.meta(name)?.as_deref() == Some(value) {
            return Ok(());
        }
        self.write("meta", Durability::Normal, |sqlite| {
            row::run(sqlite, "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)", [name, value])?;
            Ok(())
        })
    }
}
