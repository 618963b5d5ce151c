//! What the probes of containers came to.
//!
//! Owns the table `probes`: one row a container, of its latest start. Written only when the results come to something else, so
//! how long ago that was says nothing of how long ago a probe was run. Never runs one.

use podsteward_domain::probe::ProbeFacts;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

impl Store {
    /// Keeps what the probes of a start of a container came to, in place of what was kept of the container.
    pub fn put_probe_facts(&self, key: &Key, start: &str, facts: &ProbeFacts) -> Result<()> {
        self.write("probe", Durability::Normal, |sqlite| {
            let sql = "INSERT OR REPLACE INTO probes (key, start, facts) VALUES (?1, ?2, ?3)";
            row::run(sqlite, sql, params![key.to_string(), start, row::json(facts)?])?;
            Ok(())
        })
    }

    /// What the probes of every container came to, with the start that it is about.
    pub fn probe_facts(&self) -> Result<Vec<(Key, String, ProbeFacts)>> {
        let sql = "SELECT key, start, facts FROM probes ORDER BY key";
        let read = |row: &Row<'_>| Ok((row::key(row, 0)?, row.get(1)?, row::from_json("probe", row, 2)?));
        self.read(|sqlite| row::all(sqlite, sql, [], read))
    }
}

/// Takes away everything about a container.
pub(crate) fn remove(sqlite: &Connection, key: &Key) -> Result<()> {
    row::run(sqlite, "DELETE FROM probes WHERE key = ?1", [key.to_string()])?;
    Ok(())
}
