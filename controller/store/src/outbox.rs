//! What somebody must hear of, until they did.
//!
//! Owns the table `outbox`; how deliveries go stands in [`crate::deliveries`]. Never sends anything and never chooses a
//! channel: the runtime does.

use podsteward_domain::finding::FindingKind;
use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, ToSql, params};
use serde::{Deserialize, Serialize};

use crate::deliveries::{self, Delivery};
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

impl Store {
    /// Writes down what somebody must hear of.
    pub fn tell(&self, notifications: &[Notification], now: Moment) -> Result<()> {
        if notifications.is_empty() {
            return Ok(());
        }
        self.write("outbox", Durability::Normal, |sqlite| insert_all(sqlite, notifications, now))
    }

    /// Writes down one notification, and answers its number.
    pub fn tell_one(&self, notification: &Notification, now: Moment) -> Result<OutboxId> {
        self.write("outbox", Durability::Normal, |sqlite| insert(sqlite, notification, now))
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

    /// One notification, if it is still kept.
    pub fn notification(&self, id: OutboxId) -> Result<Option<OutboxEntry>> {
        Ok(self.entries(&format!("{SELECT} WHERE id = ?1"), id.0)?.pop())
    }

    fn entries(&self, sql: &str, value: impl ToSql) -> Result<Vec<OutboxEntry>> {
        self.read(|sqlite| {
            let mut entries = row::all(sqlite, sql, [value], decode)?;
            for entry in &mut entries {
                entry.deliveries = deliveries::of(sqlite, entry.id)?;
            }
            Ok(entries)
        })
    }
}

/// Writes notifications down in the transaction that they belong to. The end of a trouble that nobody was told of is no
/// news, and a drill is told of as a whole, not by what happens to its canary.
pub(crate) fn insert_all<'a>(
    sqlite: &Connection,
    notifications: impl IntoIterator<Item = &'a Notification>,
    now: Moment,
) -> Result<()> {
    for notification in notifications.into_iter().filter(|it| !it.object.is_canary()) {
        let news = match notification.ends() {
            Some(about) => is_told(sqlite, &notification.object, about)?,
            None => true,
        };
        if news {
            insert(sqlite, notification, now)?;
        }
    }
    Ok(())
}

fn insert(sqlite: &Connection, notification: &Notification, now: Moment) -> Result<OutboxId> {
    let sql = "INSERT INTO outbox (at, settled, notification, object, about) VALUES (?1, 0, ?2, ?3, ?4)";
    let (object, about) = (notification.object.to_string(), notification.about.map(FindingKind::as_str));
    row::run(sqlite, sql, params![row::json(&now)?, row::json(notification)?, object, about])?;
    Ok(OutboxId(sqlite.last_insert_rowid()))
}

/// Whether somebody was told of a trouble, or is about to be, and not yet of its end.
fn is_told(sqlite: &Connection, object: &Key, about: FindingKind) -> Result<bool> {
    let (object, about) = (object.to_string(), about.as_str());
    let sql = "SELECT notification FROM outbox \
               WHERE settled = 0 AND object = ?1 AND about = ?2 ORDER BY id DESC LIMIT 1";
    let latest = row::first(sqlite, sql, params![object, about], |row| {
        row::from_json::<Notification>("notification", row, 0)
    })?;
    match latest {
        Some(latest) => Ok(latest.ends().is_none()),
        None => deliveries::is_believed(sqlite, &object, about),
    }
}

fn decode(row: &Row<'_>) -> Result<OutboxEntry> {
    Ok(OutboxEntry {
        id: OutboxId(row.get(0)?),
        at: row::moment(row, 1)?,
        notification: row::from_json("notification", row, 2)?,
        deliveries: Vec::new(),
    })
}
