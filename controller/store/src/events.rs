//! What happened to each object, as `describe` lists it.
//!
//! Owns the table `events`: identical events in a row are counted, and each object keeps its latest 50.

use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// How many events each object keeps.
const KEPT: u32 = 50;

/// Whether an event is good or bad news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventType {
    /// As it should be.
    Normal,
    /// Somebody may want to look.
    Warning,
}

impl EventType {
    /// All types.
    pub const ALL: [Self; 2] = [Self::Normal, Self::Warning];

    /// The word in listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

/// An event to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// About which object.
    pub key: Key,
    /// Good or bad news.
    pub kind: EventType,
    /// One word in `CamelCase`.
    pub reason: String,
    /// A sentence for people.
    pub message: String,
    /// When.
    pub at: Moment,
}

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Good or bad news.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// One word in `CamelCase`.
    pub reason: String,
    /// A sentence for people.
    pub message: String,
    /// How often in a row.
    pub count: u64,
    /// When it first happened.
    pub first: Moment,
    /// When it last happened.
    pub last: Moment,
}

impl Store {
    /// Records an event, or counts it if it is the latest one again.
    pub fn record_event(&self, event: &NewEvent) -> Result<()> {
        self.write("event", Durability::Normal, |sqlite| match latest_if_same(sqlite, event)? {
            Some(id) => count(sqlite, id, event.at),
            None => insert(sqlite, event),
        })
    }

    /// The events of an object, oldest first.
    pub fn events(&self, key: &Key) -> Result<Vec<Event>> {
        let sql = "SELECT type, reason, message, count, first, last FROM events WHERE key = ?1 ORDER BY id";
        self.read(|sqlite| row::all(sqlite, sql, [key.to_string()], decode))
    }
}

fn latest_if_same(sqlite: &Connection, event: &NewEvent) -> Result<Option<i64>> {
    let sql = "SELECT id, type = ?2 AND reason = ?3 AND message = ?4 FROM events \
               WHERE key = ?1 ORDER BY id DESC LIMIT 1";
    let values = params![event.key.to_string(), event.kind.as_str(), event.reason, event.message];
    let latest = row::first(sqlite, sql, values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(latest.and_then(|(id, same): (i64, bool)| same.then_some(id)))
}

fn count(sqlite: &Connection, id: i64, at: Moment) -> Result<()> {
    let sql = "UPDATE events SET count = count + 1, last = ?2 WHERE id = ?1";
    row::run(sqlite, sql, params![id, row::json(&at)?])?;
    Ok(())
}

fn insert(sqlite: &Connection, event: &NewEvent) -> Result<()> {
    let NewEvent { key, kind, reason, message, at } = event;
    let key = key.to_string();
    let sql = "INSERT INTO events (key, type, reason, message, count, first, last) \
               VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5)";
    row::run(sqlite, sql, params![key, kind.as_str(), reason, message, row::json(at)?])?;
    let sql = "DELETE FROM events WHERE key = ?1 AND id <= \
               (SELECT id FROM events WHERE key = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)";
    row::run(sqlite, sql, params![key, KEPT])?;
    Ok(())
}

fn decode(row: &Row<'_>) -> Result<Event> {
    Ok(Event {
        kind: row::named("event type", row, 0, &EventType::ALL, EventType::as_str)?,
        reason: row.get(1)?,
        message: row.get(2)?,
        count: row.get(3)?,
        first: row::moment(row, 4)?,
        last: row::moment(row, 5)?,
    })
}
