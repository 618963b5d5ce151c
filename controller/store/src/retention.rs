//! How much is kept.
//!
//! Owns the bound of every table that grows by itself. Bounds are counts, not ages: a clock that jumps deletes
//! nothing. The other tables have one row an object; events are bounded for each object where they are written.

use rusqlite::Connection;

use crate::error::Result;
use crate::store::{Durability, Store};
use crate::{open, row};

#[cfg(test)]
mod tests;

/// The statements that delete all but the latest rows, with how many they leave.
const BOUNDS: [(&str, u32); 5] = [
    ("DELETE FROM events WHERE id <= (SELECT id FROM events ORDER BY id DESC LIMIT 1 OFFSET ?1)", 10_000),
    (
        "DELETE FROM incidents WHERE closed IS NOT NULL AND id <= \
         (SELECT id FROM incidents WHERE closed IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ?1)",
        5_000,
    ),
    (
        "DELETE FROM decisions WHERE id <= (SELECT id FROM decisions ORDER BY id DESC LIMIT 1 OFFSET ?1)",
        20_000,
    ),
    (
        "DELETE FROM intents WHERE open = 0 AND id <= \
         (SELECT id FROM intents WHERE open = 0 ORDER BY id DESC LIMIT 1 OFFSET ?1)",
        2_000,
    ),
    (
        "DELETE FROM tombstones WHERE id <= (SELECT id FROM tombstones ORDER BY id DESC LIMIT 1 OFFSET ?1)",
        1_000,
    ),
];

impl Store {
    /// Brings every table within its bound and moves the write-ahead log into the database. The controller calls
    /// it on the blocking pool, after its start and then once an hour.
    pub fn maintain(&self) -> Result<()> {
        self.write("maintain", Durability::Normal, |sqlite| bring_within(sqlite, &BOUNDS))?;
        open::checkpoint(self.dir())
    }
}

fn bring_within(sqlite: &Connection, bounds: &[(&str, u32)]) -> Result<()> {
    for (sql, kept) in bounds {
        row::run(sqlite, sql, [kept])?;
    }
    Ok(())
}
