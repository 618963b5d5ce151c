//! What somebody must hear of, until they did.
//!
//! Owns the tables `outbox` and `deliveries`. Never sends anything and never chooses a channel: the runtime does,
//! and writes down here how it went.

use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// The columns of an entry, as [`decode`] reads them.
const SELECT: &str = "SELECT id, at, notification FROM outbox";

/// A notification's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OutboxId(pub i64);

/// A notification with how its deliveries went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutboxEntry {
    /// Its number.
    pub id: OutboxId,
    /// When it was written.
    pub at: Moment,
    /// What it says.
    pub notification: Notification,
    /// One for each channel that was tried, by name.
    pub deliveries: Vec<Delivery>,
}

/// How the delivery to one channel went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// The name of the channel.
    pub channel: String,
    /// When it was last tried.
    pub tried: Moment,
    /// Whether it arrived.
    pub delivered: bool,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it did not arrive the last time.
    pub last_error: Option<String>,
    /// When it is tried again.
    pub next: Option<Moment>,
}

impl Store {
    /// Writes down what somebody must hear of.
    pub fn tell(&self, notifications: &[Notification], now: Moment) -> Result<()> {
        if notifications.is_empty() {
            return Ok(());
        }
        self.write("outbox", Durability::Normal, |sqlite| insert_all(sqlite, notifications, now))
    }

    /// What is not settled yet, the oldest first.
    pub fn undelivered(&self, limit: u32) -> Result<Vec<OutboxEntry>> {
        self.entries(&format!("{SELECT} WHERE settled = 0 ORDER BY id LIMIT ?1"), limit)
    }

    /// How many are not settled yet.
    pub fn undelivered_count(&self) -> Result<u64> {
        let sql = "SELECT count(*) FROM outbox WHERE settled = 0";
        self.read(|sqlite| Ok(row::first(sqlite, sql, [], |row| Ok(row.get(0)?))?.unwrap_or_default()))
    }

    /// What somebody had to hear of, settled or not, the latest first.
    pub fn recent(&self, limit: u32) -> Result<Vec<OutboxEntry>> {
        self.entries(&format!("{SELECT} ORDER BY id DESC LIMIT ?1"), limit)
    }

    /// Writes down that every channel that wants it has it, or that none does.
    pub fn settle(&self, id: OutboxId) -> Result<()> {
        self.write("outbox", Durability::Normal, |sqlite| {
            row::run(sqlite, "UPDATE outbox SET settled = 1 WHERE id = ?1", [id.0])?;
            Ok(())
        })
    }

    /// Writes down how one attempt to deliver went; a failed one with its error, and when the next one is due.
    pub fn note_delivery(
        &self,
        id: OutboxId,
        channel: &str,
        went: Result<(), (String, Moment)>,
        now: Moment,
    ) -> Result<()> {
        let (error, next) = went.err().unzip();
        let sql = "INSERT INTO deliveries (outbox, channel, tried, delivered, attempts, last_error, next) \
                   SELECT id, ?2, ?3, ?4, 1, ?5, ?6 FROM outbox WHERE id = ?1 \
                   ON CONFLICT (outbox, channel) DO UPDATE SET tried = ?3, delivered = ?4, \
                   attempts = attempts + 1, last_error = ?5, next = ?6";
        let next = next.as_ref().map(row::json).transpose()?;
        let tried = row::json(&now)?;
        self.write("outbox", Durability::Normal, |sqlite| {
            row::run(sqlite, sql, params![id.0, channel, tried, error.is_none(), error, next])?;
            Ok(())
        })
    }

    fn entries(&self, sql: &str, limit: u32) -> Result<Vec<OutboxEntry>> {
        self.read(|sqlite| {
            let mut entries = row::all(sqlite, sql, [limit], decode)?;
            for entry in &mut entries {
                entry.deliveries = deliveries(sqlite, entry.id)?;
            }
            Ok(entries)
        })
    }
}

/// Writes notifications down in the transaction that they belong to.
pub(crate) fn insert_all<'a>(
    sqlite: &Connection,
    notifications: impl IntoIterator<Item = &'a Notification>,
    now: Moment,
) -> Result<()> {
    let sql = "INSERT INTO outbox (at, settled, notification) VALUES (?1, 0, ?2)";
    for notification in notifications {
        row::run(sqlite, sql, params![row::json(&now)?, row::json(notification)?])?;
    }
    Ok(())
}

fn deliveries(sqlite: &Connection, id: OutboxId) -> Result<Vec<Delivery>> {
    let sql = "SELECT channel, tried, delivered, attempts, last_error, next FROM deliveries \
               WHERE outbox = ?1 ORDER BY channel";
    row::all(sqlite, sql, [id.0], |row| {
        Ok(Delivery {
            channel: row.get(0)?,
            tried: row::moment(row, 1)?,
            delivered: row.get(2)?,
            attempts: row.get(3)?,
            last_error: row.get(4)?,
            next: row::optional_json("moment", row, 5)?,
        })
    })
}

fn decode(row: &Row<'_>) -> Result<OutboxEntry> {
    Ok(OutboxEntry {
        id: OutboxId(row.get(0)?),
        at: row::moment(row, 1)?,
        notification: row::from_json("notification", row, 2)?,
        deliveries: Vec::new(),
    })
}
