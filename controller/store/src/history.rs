//! How the histories of filesystems are kept: by age and by count.
//!
//! Owns the rule that is the same for all of them. Never deletes by age alone: a clock that jumps takes nothing of the
//! latest. Called by the files of the nouns, whose tables have a number, a key and a time.

use std::time::Duration;

use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, params};

use crate::error::Result;
use crate::row;

/// The longest that a history looks back: a season.
pub(crate) const KEPT_FOR: Duration = Duration::from_hours(90 * 24);

/// How a history is kept, for each object.
pub(crate) struct History {
    /// Its table.
    pub(crate) table: &'static str,
    /// The column that says when, in milliseconds since 1970.
    pub(crate) time: &'static str,
    /// So many of the latest stay, however old the clock says they are.
    pub(crate) kept: u32,
    /// Beyond those, what is older goes.
    pub(crate) kept_for: Duration,
    /// Beyond so many of the latest everything goes, however young the clock says it is.
    pub(crate) most: u32,
}

/// The objects that have a history.
pub(crate) fn keys(sqlite: &Connection, history: &History) -> Result<Vec<String>> {
    let sql = format!("SELECT DISTINCT key FROM {}", history.table);
    row::all(sqlite, &sql, [], |row| Ok(row.get(0)?))
}

/// Deletes what is too old or too much.
pub(crate) fn forget_old(sqlite: &Connection, history: &History, now: Moment) -> Result<()> {
    let History { table, time, kept, kept_for, most } = history;
    let sql = format!(
        "DELETE FROM {table} WHERE key = ?1 AND {time} < ?2 \
         AND id <= (SELECT id FROM {table} WHERE key = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?3)"
    );
    let before = now.wall_ms.saturating_sub(row::millis(*kept_for));
    for key in keys(sqlite, history)? {
        row::run(sqlite, &sql, params![key, before, kept])?;
        row::run(sqlite, &sql, params![key, i64::MAX, most])?;
    }
    Ok(())
}

/// Deletes the history of an object.
pub(crate) fn remove(sqlite: &Connection, history: &History, key: &Key) -> Result<()> {
    row::run(sqlite, &format!("DELETE FROM {} WHERE key = ?1", history.table), [key.to_string()])?;
    Ok(())
}
