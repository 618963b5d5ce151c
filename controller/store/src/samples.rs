//! What was measured of each filesystem.
//!
//! Owns the table `samples` and how it is thinned out with age. Never measures, and never looks ahead.

use std::time::Duration;

use podsteward_domain::disk::{DiskSample, Gauge};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};

use crate::error::Result;
use crate::history::{self, History};
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// One step of thinning out: of the samples within each step of time, the last stays.
struct Tier {
    /// What is younger stays.
    older_than: Duration,
    /// So many of the latest stay, however old the clock says they are.
    behind: u32,
    /// The step.
    step: Duration,
}

/// So many minutes has a day: by the minute it is seen when something began.
const BY_MINUTE: u32 = 24 * 60;
/// So many quarters of an hour has a week: with them, a lookback of a week still sees each night's sawtooth.
const BY_QUARTER: u32 = 7 * 24 * 4;
/// So many hours have the days from then to the end: enough for the growth of a season.
const BY_HOUR: u32 = 82 * 24;

/// One a minute for a day, however often was measured near a threshold; then one in a quarter of an hour up to eight
/// days; then one an hour.
const TIERS: [Tier; 3] = [
    Tier { older_than: Duration::ZERO, behind: 0, step: Duration::from_mins(1) },
    Tier { older_than: Duration::from_hours(24), behind: BY_MINUTE, step: Duration::from_mins(15) },
    Tier {
        older_than: Duration::from_hours(8 * 24),
        behind: BY_MINUTE + BY_QUARTER,
        step: Duration::from_hours(1),
    },
];

/// What is left after ninety days goes. The most that a filesystem ever keeps is more than twice what the tiers leave, and
/// is reached only by a clock that stands still.
const HISTORY: History = History {
    table: "samples",
    time: "wall_ms",
    kept: BY_MINUTE + BY_QUARTER + BY_HOUR,
    kept_for: history::KEPT_FOR,
    most: 10_000,
};

/// A measurement as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredSample {
    /// When it was taken, in milliseconds since 1970.
    pub wall_ms: i64,
    /// What was measured.
    pub sample: DiskSample,
}

impl Store {
    /// Keeps a measurement of the filesystem that an object watches.
    pub fn put_sample(&self, key: &Key, sample: &DiskSample, now: Moment) -> Result<()> {
        let sql = "INSERT INTO samples (key, wall_ms, space_used, space_total, inodes_used, inodes_total, \
                   metadata_used, metadata_total) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let DiskSample { space, inodes, metadata } = sample;
        self.write("sample", Durability::Normal, |sqlite| {
            let values = params![
                key.to_string(),
                now.wall_ms,
                column(space.used),
                column(space.total),
                inodes.map(|gauge| column(gauge.used)),
                inodes.map(|gauge| column(gauge.total)),
                metadata.map(|gauge| column(gauge.used)),
                metadata.map(|gauge| column(gauge.total)),
            ];
            row::run(sqlite, sql, values)?;
            Ok(())
        })
    }

    /// The measurements taken at or after a time, in milliseconds since 1970, by the clock of their time: the oldest
    /// first. Those of a clock that was ahead stand at the end, also where it is not that late yet.
    pub fn samples(&self, key: &Key, since_ms: i64) -> Result<Vec<StoredSample>> {
        let sql = "SELECT wall_ms, space_used, space_total, inodes_used, inodes_total, metadata_used, metadata_total \
                   FROM samples WHERE key = ?1 AND wall_ms >= ?2 ORDER BY wall_ms, id";
        self.read(|sqlite| row::all(sqlite, sql, params![key.to_string(), since_ms], decode))
    }

    /// The measurement that was kept last, whatever the clock said.
    pub fn last_sample(&self, key: &Key) -> Result<Option<StoredSample>> {
        let sql = "SELECT wall_ms, space_used, space_total, inodes_used, inodes_total, metadata_used, metadata_total \
                   FROM samples WHERE key = ?1 ORDER BY id DESC LIMIT 1";
        self.read(|sqlite| row::first(sqlite, sql, [key.to_string()], decode))
    }
}

/// Thins the samples out, and deletes the oldest.
pub(crate) fn maintain(sqlite: &Connection, now: Moment) -> Result<()> {
    for key in history::keys(sqlite, &HISTORY)? {
        for tier in &TIERS {
            thin(sqlite, &key, tier, now)?;
        }
    }
    history::forget_old(sqlite, &HISTORY, now)
}

/// Takes away every sample of a filesystem.
pub(crate) fn remove(sqlite: &Connection, key: &Key) -> Result<()> {
    history::remove(sqlite, &HISTORY, key)
}

fn thin(sqlite: &Connection, key: &str, tier: &Tier, now: Moment) -> Result<()> {
    let sql = "DELETE FROM samples WHERE key = ?1 AND wall_ms < ?2 \
               AND id <= (SELECT id FROM samples WHERE key = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?3) \
               AND EXISTS (SELECT 1 FROM samples AS later WHERE later.key = ?1 AND later.id > samples.id \
               AND later.wall_ms BETWEEN samples.wall_ms / ?4 * ?4 AND samples.wall_ms / ?4 * ?4 + ?4 - 1)";
    let before = now.wall_ms.saturating_sub(row::millis(tier.older_than));
    row::run(sqlite, sql, params![key, before, tier.behind, row::millis(tier.step)])?;
    Ok(())
}

/// A number for a column: more than fits is what filesystems say that have no end.
fn column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn decode(row: &Row<'_>) -> Result<StoredSample> {
    let space = Gauge { used: row.get(1)?, total: row.get(2)? };
    let sample = DiskSample { space, inodes: gauge(row, 3)?, metadata: gauge(row, 5)? };
    Ok(StoredSample { wall_ms: row.get(0)?, sample })
}

fn gauge(row: &Row<'_>, column: usize) -> Result<Option<Gauge>> {
    let (used, total): (Option<u64>, Option<u64>) = (row.get(column)?, row.get(column + 1)?);
    Ok(used.zip(total).map(|(used, total)| Gauge { used, total }))
}
