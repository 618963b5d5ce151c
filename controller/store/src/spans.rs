//! How the switch stood, and when nobody watched.
//!
//! Owns the table `spans`: the running controller carries the last one on, so that what is missing was not watched.
//! Times are the wall clock's, because people ask by it; a clock that is set back begins a new span.

use podsteward_domain::report::{Span, Watch};
use rusqlite::{Connection, params};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

impl Store {
    /// Tells how the switch stands now. `goes_on`: this controller told of the span before, so that the time between is
    /// known, too.
    pub fn put_span(&self, watch: Watch, goes_on: bool, now_ms: i64) -> Result<()> {
        self.write("span", Durability::Normal, |sqlite| {
            let last = last(sqlite)?.filter(|(_, span)| goes_on && span.to_ms <= now_ms);
            if let Some((id, _)) = &last {
                row::run(sqlite, "UPDATE spans SET to_ms = ?2 WHERE id = ?1", params![id, now_ms])?;
            }
            if last.is_none_or(|(_, span)| span.watch != watch) {
                let sql = "INSERT INTO spans (watch, from_ms, to_ms) VALUES (?1, ?2, ?2)";
                row::run(sqlite, sql, params![watch.as_str(), now_ms])?;
            }
            Ok(())
        })
    }

    /// The spans that reach into the time since.
    pub fn spans(&self, since_ms: i64) -> Result<Vec<Span>> {
        let sql = "SELECT id, watch, from_ms, to_ms FROM spans WHERE to_ms >= ?1 ORDER BY id";
        let rows = self.read(|sqlite| row::all(sqlite, sql, [since_ms], decode))?;
        Ok(rows.into_iter().map(|(_, span)| span).collect())
    }

    /// When the first span that is still kept begins.
    pub fn watched_since(&self) -> Result<Option<i64>> {
        let sql = "SELECT min(from_ms) FROM spans";
        Ok(self.read(|sqlite| row::first(sqlite, sql, [], |row| Ok(row.get(0)?)))?.flatten())
    }
}

fn last(sqlite: &Connection) -> Result<Option<(i64, Span)>> {
    let sql = "SELECT id, watch, from_ms, to_ms FROM spans ORDER BY id DESC LIMIT 1";
    row::first(sqlite, sql, [], decode)
}

fn decode(row: &rusqlite::Row<'_>) -> Result<(i64, Span)> {
    let watch = row::named("watch", row, 1, &Watch::ALL, Watch::as_str)?;
    Ok((row.get(0)?, Span { watch, from_ms: row.get(2)?, to_ms: row.get(3)? }))
}
