//! What is shown of each object.
//!
//! Owns the table `status`. Written by the controller, read by the CLI, also when the controller is gone.

use podsteward_domain::status::ObjectStatus;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

impl Store {
    /// All statuses, by key.
    pub fn statuses(&self) -> Result<Vec<ObjectStatus>> {
        self.read(|sqlite| {
            let mut statuses = row::all(sqlite, "SELECT status FROM status", [], decode)?;
            statuses.sort_by(|one, other| one.key.cmp(&other.key));
            Ok(statuses)
        })
    }

    /// The status of one object.
    pub fn status(&self, key: &Key) -> Result<Option<ObjectStatus>> {
        let sql = "SELECT status FROM status WHERE key = ?1";
        self.read(|sqlite| row::first(sqlite, sql, [key.to_string()], decode))
    }

    /// Keeps a status; writes nothing, and answers false, if only `observed` differs from the one that is kept.
    pub fn put_status(&self, status: &ObjectStatus) -> Result<bool> {
        let kept = self.status(&status.key)?;
        let same = kept.is_some_and(|kept| ObjectStatus { observed: status.observed, ..kept } == *status);
        if same {
            return Ok(false);
        }
        self.write("status", Durability::Normal, |sqlite| {
            let sql = "INSERT OR REPLACE INTO status (key, status) VALUES (?1, ?2)";
            row::run(sqlite, sql, [status.key.to_string(), row::json(status)?])?;
            Ok(true)
        })
    }

    /// Takes the status of an object away.
    pub fn remove_status(&self, key: &Key) -> Result<()> {
        self.write("status removed", Durability::Normal, |sqlite| remove(sqlite, key))
    }
}

fn decode(row: &Row<'_>) -> Result<ObjectStatus> {
    row::from_json("status", row, 0)
}

/// Takes one status away.
pub(crate) fn remove(sqlite: &Connection, key: &Key) -> Result<()> {
    row::run(sqlite, "DELETE FROM status WHERE key = ?1", [key.to_string()])?;
    Ok(())
}
