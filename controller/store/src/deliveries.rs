//! How the deliveries of notifications go, channel by channel, and what each channel was told is wrong.
//!
//! Owns the tables `deliveries` and `beliefs`. An attempt is written down before it begins, so that what a crash cut off
//! is known to be in doubt. Never sends anything and never decides what is sent: the runtime does.

use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, params};
use serde::Serialize;

use crate::error::Result;
use crate::outbox::OutboxId;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// How much all channels together may be told is wrong.
const BELIEFS_MOST: u32 = 10_000;

/// How the delivery to one channel went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// The name of the channel.
    pub channel: String,
    /// When it was last tried or dropped.
    pub tried: Moment,
    /// Whether it arrived.
    pub delivered: bool,
    /// Whether it may have arrived although no answer said so: the attempt was cut off.
    pub in_doubt: bool,
    /// Why it is not sent here at all.
    pub dropped: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it did not arrive the last time.
    pub last_error: Option<String>,
    /// When it is tried again.
    pub next: Option<Moment>,
}

impl Delivery {
    /// Whether nothing more is to be done.
    pub fn is_over(&self) -> bool {
        self.delivered || self.dropped.is_some()
    }
}

/// How an attempt went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// It arrived.
    Arrived,
    /// It is not known to have arrived.
    Failed {
        /// Why.
        error: String,
        /// When it is tried again.
        next: Moment,
        /// Whether it may have arrived all the same.
        in_doubt: bool,
    },
}

/// A notification that is not sent to a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Which notification.
    pub id: OutboxId,
    /// The name of the channel.
    pub channel: String,
    /// Why.
    pub why: String,
}

/// What a channel was told is wrong, and not yet that it is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belief {
    /// The name of the channel.
    pub channel: String,
    /// About which object.
    pub object: Key,
    /// What is wrong.
    pub about: FindingKind,
    /// The latest notification that said so.
    pub outbox: OutboxId,
    /// How bad it was said to be.
    pub severity: Severity,
}

impl Store {
    /// Writes down that an attempt is about to be made, which is in doubt from now on.
    pub fn begin_delivery(&self, ids: &[OutboxId], channel: &str, now: Moment) -> Result<()> {
        let sql = "INSERT INTO deliveries (outbox, channel, tried, delivered, attempts, in_doubt) \
                   SELECT id, ?2, ?3, 0, 1, 1 FROM outbox WHERE id = ?1 \
                   ON CONFLICT (outbox, channel) DO UPDATE SET tried = ?3, attempts = attempts + 1, \
                   in_doubt = 1";
        let tried = row::json(&now)?;
        self.write("delivery", Durability::Normal, |sqlite| {
            for id in ids {
                row::run(sqlite, sql, params![id.0, channel, tried])?;
            }
            Ok(())
        })
    }

    /// Writes down how the attempt went that was begun last, and what the channel knows from now on.
    pub fn note_delivery(&self, ids: &[OutboxId], channel: &str, attempt: &Attempt) -> Result<()> {
        self.write("delivery", Durability::Normal, |sqlite| match attempt {
            Attempt::Arrived => ids.iter().try_for_each(|id| arrived(sqlite, *id, channel)),
            Attempt::Failed { error, next, in_doubt } => {
                let sql = "UPDATE deliveries SET last_error = ?3, next = ?4, in_doubt = ?5 \
                           WHERE outbox = ?1 AND channel = ?2";
                let next = row::json(next)?;
                for id in ids {
                    row::run(sqlite, sql, params![id.0, channel, error, next, in_doubt])?;
                }
                Ok(())
            }
        })
    }

    /// Writes down what is not sent to a channel at all. A recovery that it does not want ends what it was told, too.
    pub fn drop_deliveries(&self, dropped: &[Dropped], now: Moment) -> Result<()> {
        if dropped.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO deliveries (outbox, channel, tried, delivered, attempts, dropped) \
                   SELECT id, ?2, ?3, 0, 0, ?4 FROM outbox WHERE id = ?1 \
                   ON CONFLICT (outbox, channel) DO UPDATE SET tried = ?3, dropped = ?4, next = NULL";
        let tried = row::json(&now)?;
        self.write("delivery", Durability::Normal, |sqlite| {
            for Dropped { id, channel, why } in dropped {
                row::run(sqlite, sql, params![id.0, channel, tried, why])?;
                if let Some(told) = notification(sqlite, *id)?
                    && let Some(about) = told.ends()
                {
                    end_belief(sqlite, channel, &told, about, *id)?;
                }
            }
            Ok(())
        })
    }

    /// Makes everything due at once that a channel is still to get: its manifest is another one.
    pub fn hurry_deliveries(&self, channel: &str) -> Result<()> {
        let sql = "UPDATE deliveries SET next = NULL WHERE channel = ?1 AND next IS NOT NULL";
        self.write("delivery", Durability::Normal, |sqlite| {
            row::run(sqlite, sql, [channel])?;
            Ok(())
        })
    }

    /// What all channels were told is wrong.
    pub fn beliefs(&self) -> Result<Vec<Belief>> {
        let sql = "SELECT channel, object, about, outbox, severity FROM beliefs";
        self.read(|sqlite| {
            row::all(sqlite, sql, [], |row| {
                Ok(Belief {
                    channel: row.get(0)?,
                    object: row::key(row, 1)?,
                    about: row::named("finding", row, 2, FindingKind::ALL, FindingKind::as_str)?,
                    outbox: OutboxId(row.get(3)?),
                    severity: row::named("severity", row, 4, &Severity::ALL, Severity::as_str)?,
                })
            })
        })
    }
}

/// What was said longest ago is forgotten first; so much nobody has wrong at once.
pub(crate) fn maintain(sqlite: &Connection) -> Result<()> {
    let sql = "DELETE FROM beliefs WHERE outbox <= \
               (SELECT outbox FROM beliefs ORDER BY outbox DESC LIMIT 1 OFFSET ?1)";
    row::run(sqlite, sql, [BELIEFS_MOST])?;
    Ok(())
}

fn arrived(sqlite: &Connection, id: OutboxId, channel: &str) -> Result<()> {
    let sql = "UPDATE deliveries SET delivered = 1, in_doubt = 0, last_error = NULL, next = NULL \
               WHERE outbox = ?1 AND channel = ?2";
    row::run(sqlite, sql, params![id.0, channel])?;
    let Some(told) = notification(sqlite, id)? else { return Ok(()) };
    match (told.ends(), told.about) {
        (Some(about), _) => end_belief(sqlite, channel, &told, about, id),
        (None, Some(about)) => {
            let sql = "INSERT OR REPLACE INTO beliefs (channel, object, about, outbox, severity) \
                       VALUES (?1, ?2, ?3, ?4, ?5)";
            let (object, severity) = (told.object.to_string(), told.severity.as_str());
            row::run(sqlite, sql, params![channel, object, about.as_str(), id.0, severity])?;
            Ok(())
        }
        (None, None) => Ok(()),
    }
}

/// What is told after a recovery is another trouble, which it does not end.
fn end_belief(
    sqlite: &Connection,
    channel: &str,
    recovery: &Notification,
    about: FindingKind,
    id: OutboxId,
) -> Result<()> {
    let sql = "DELETE FROM beliefs WHERE channel = ?1 AND object = ?2 AND about = ?3 AND outbox < ?4";
    row::run(sqlite, sql, params![channel, recovery.object.to_string(), about.as_str(), id.0])?;
    Ok(())
}

fn notification(sqlite: &Connection, id: OutboxId) -> Result<Option<Notification>> {
    let sql = "SELECT notification FROM outbox WHERE id = ?1";
    row::first(sqlite, sql, [id.0], |row| row::from_json("notification", row, 0))
}

/// Whether any channel was told of a trouble and not of its end.
pub(crate) fn is_believed(sqlite: &Connection, object: &str, about: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM beliefs WHERE object = ?1 AND about = ?2";
    Ok(row::first(sqlite, sql, params![object, about], |_| Ok(()))?.is_some())
}

/// How the deliveries of a notification went.
pub(crate) fn of(sqlite: &Connection, id: OutboxId) -> Result<Vec<Delivery>> {
    let sql = "SELECT channel, tried, delivered, in_doubt, dropped, attempts, last_error, next FROM deliveries \
               WHERE outbox = ?1 ORDER BY channel";
    row::all(sqlite, sql, [id.0], |row| {
        Ok(Delivery {
            channel: row.get(0)?,
            tried: row::moment(row, 1)?,
            delivered: row.get(2)?,
            in_doubt: row.get(3)?,
            dropped: row.get(4)?,
            attempts: row.get(5)?,
            last_error: row.get(6)?,
            next: row::optional_json("moment", row, 7)?,
        })
    })
}
