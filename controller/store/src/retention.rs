//! How much is kept.
//!
//! Owns the bound of every table that grows by itself. A clock that jumps deletes nothing of the latest: bounds are
//! counts, and an age alone deletes only what is beyond a count, too. The other tables have one row an object; events
//! are bounded for each object where they are written.

use std::time::Duration;

use podsteward_domain::time::Moment;
use rusqlite::{Connection, params};

use crate::error::Result;
use crate::store::{Durability, Store};
use crate::{alerts, deliveries, forced, forecasts, open, reclaims, row, samples, snapshots};

#[cfg(test)]
mod tests;

/// The statements that delete all but the latest rows, with how many they leave.
const BOUNDS: [(&str, u32); 10] = [
    ("DELETE FROM events WHERE id <= (SELECT id FROM events ORDER BY id DESC LIMIT 1 OFFSET ?1)", 10_000),
    (
        "DELETE FROM incidents WHERE closed IS NOT NULL AND id <= \
         (SELECT id FROM incidents WHERE closed IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ?1)",
        5_000,
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
    (
        "DELETE FROM approvals WHERE open = 0 AND id <= \
         (SELECT id FROM approvals WHERE open = 0 ORDER BY id DESC LIMIT 1 OFFSET ?1)",
        2_000,
    ),
    (
        "DELETE FROM outbox WHERE settled = 1 AND id <= \
         (SELECT id FROM outbox WHERE settled = 1 ORDER BY id DESC LIMIT 1 OFFSET ?1)",
        1_000,
    ),
    ("DELETE FROM outbox WHERE id <= (SELECT id FROM outbox ORDER BY id DESC LIMIT 1 OFFSET ?1)", 10_000),
    (
        "DELETE FROM drills WHERE open = 0 AND id <= \
         (SELECT id FROM drills WHERE open = 0 ORDER BY id DESC LIMIT 1 OFFSET ?1)",
        500,
    ),
    ("DELETE FROM spans WHERE id <= (SELECT id FROM spans ORDER BY id DESC LIMIT 1 OFFSET ?1)", 5_000),
    (
        "DELETE FROM interventions WHERE id <= (SELECT id FROM interventions ORDER BY id DESC LIMIT 1 OFFSET ?1)",
        5_000,
    ),
];

/// How the decision log is kept.
struct Decisions {
    /// So many of the latest stay, however old the clock says they are.
    kept: u32,
    /// Beyond those, what is older goes, unless it is in progress or waits for an answer.
    kept_for: Duration,
    /// So many of the latest keep all their gates, however old the clock says they are.
    whole: u32,
    /// Beyond those, what is older keeps only the gate that withheld it.
    whole_for: Duration,
    /// So many are deleted and so many are emptied at a time, so that no writer waits for long.
    at_once: u32,
}

const DECISIONS: Decisions = Decisions {
    kept: 20_000,
    kept_for: Duration::from_hours(90 * 24),
    whole: 1_000,
    whole_for: Duration::from_hours(7 * 24),
    at_once: 5_000,
};

impl Store {
    /// Brings every table within its bound, moves the write-ahead log into the database, and makes the reserve again. The
    /// controller calls it on the blocking pool, after its start and then once an hour.
    pub fn maintain(&self, now: Moment) -> Result<()> {
        self.write("maintain", Durability::Normal, |sqlite| {
            bring_within(sqlite, &BOUNDS)?;
            keep(sqlite, &DECISIONS, now)?;
            samples::maintain(sqlite, now)?;
            reclaims::maintain(sqlite, now)?;
            forecasts::maintain(sqlite, now)?;
            snapshots::maintain(sqlite)?;
            alerts::maintain(sqlite, now)?;
            deliveries::maintain(sqlite)?;
            forced::forget_old(sqlite, now)
        })?;
        open::checkpoint(self.dir())?;
        self.restore_reserve()?;
        Ok(())
    }
}

fn bring_within(sqlite: &Connection, bounds: &[(&str, u32)]) -> Result<()> {
    for (sql, kept) in bounds {
        row::run(sqlite, sql, [kept])?;
    }
    Ok(())
}

fn keep(sqlite: &Connection, decisions: &Decisions, now: Moment) -> Result<()> {
    let before = |length: Duration| now.wall_ms.saturating_sub(row::millis(length));
    let delete = "DELETE FROM decisions WHERE id IN (SELECT id FROM decisions \
                  WHERE last_ms < ?2 AND outcome IS NOT NULL AND outcome <> 'queued' \
                  AND id <= (SELECT id FROM decisions ORDER BY id DESC LIMIT 1 OFFSET ?1) LIMIT ?3)";
    row::run(sqlite, delete, params![decisions.kept, before(decisions.kept_for), decisions.at_once])?;
    let compact = "UPDATE decisions SET compacted = 1, gates = (SELECT json_group_array(json(value)) \
                   FROM json_each(gates) WHERE value ->> 'gate' = withheld_by) \
                   WHERE id IN (SELECT id FROM decisions WHERE compacted = 0 AND last_ms < ?2 \
                   AND id <= (SELECT id FROM decisions ORDER BY id DESC LIMIT 1 OFFSET ?1) LIMIT ?3)";
    row::run(sqlite, compact, params![decisions.whole, before(decisions.whole_for), decisions.at_once])?;
    Ok(())
}
