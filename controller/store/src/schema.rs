//! The versions of the schema.
//!
//! Owns the list of migrations, each applied once and in order. Never edits one that was released: a change is a
//! new file at the end. The version of a store is the number of migrations it has seen (`PRAGMA user_version`).

use rusqlite::{Connection, TransactionBehavior};

use crate::error::Result;

#[cfg(test)]
mod tests;

/// The migrations, oldest first.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_begin.sql"),
    include_str!("migrations/0002_judge.sql"),
    include_str!("migrations/0003_disks.sql"),
    include_str!("migrations/0004_operate.sql"),
];

/// The version that a list of migrations leads to.
pub(crate) fn known(migrations: &[&str]) -> i64 {
    i64::try_from(migrations.len()).unwrap_or(i64::MAX)
}

/// The version of an open store; 0 for an empty file.
pub(crate) fn version(sqlite: &Connection) -> Result<i64> {
    Ok(sqlite.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Applies what is missing, all of it or nothing. Another process that did the same meanwhile is no error.
pub(crate) fn migrate(sqlite: &mut Connection, migrations: &[&str]) -> Result<()> {
    let transaction = sqlite.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = usize::try_from(version(&transaction)?).unwrap_or(0);
    for migration in migrations.iter().skip(from) {
        transaction.execute_batch(migration)?;
    }
    if from < migrations.len() {
        transaction.pragma_update(None, "user_version", known(migrations))?;
    }
    Ok(transaction.commit()?)
}
