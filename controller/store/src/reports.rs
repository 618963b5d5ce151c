//! The reports that were made, what people did by hand, and when something is done by itself again.
//!
//! Owns the tables `reports` and `interventions`. Never makes a report: the domain does.

use std::collections::BTreeMap;

use podsteward_domain::report::Report;
use podsteward_domain::time::Moment;
use rusqlite::params;

use crate::error::{Error, Result};
use crate::store::{Durability, Store};
use crate::{outbox, row};

#[cfg(test)]
mod tests;

/// So many reports are kept.
const REPORTS_KEPT: u32 = 12;

impl Store {
    /// Keeps a report, and what somebody must hear of it.
    pub fn put_report(&self, report: &Report, now: Moment) -> Result<()> {
        let told = report.notification();
        self.write("report", Durability::Normal, |sqlite| {
            let sql = "INSERT INTO reports (at_ms, report) VALUES (?1, ?2)";
            row::run(sqlite, sql, params![now.wall_ms, row::json(report)?])?;
            let sql =
                "DELETE FROM reports WHERE id <= (SELECT id FROM reports ORDER BY id DESC LIMIT 1 OFFSET ?1)";
            row::run(sqlite, sql, [REPORTS_KEPT])?;
            outbox::insert_all(sqlite, [&told], now)
        })
    }

    /// The reports that are kept, the latest first.
    pub fn reports(&self) -> Result<Vec<Report>> {
        let sql = "SELECT report FROM reports ORDER BY id DESC";
        self.read(|sqlite| row::all(sqlite, sql, [], |row| row::from_json("report", row, 0)))
    }

    /// Notes that somebody did something by hand.
    pub fn put_intervention(&self, what: &str, now: Moment) -> Result<()> {
        self.write("intervention", Durability::Normal, |sqlite| {
            let sql = "INSERT INTO interventions (at_ms, what) VALUES (?1, ?2)";
            row::run(sqlite, sql, params![now.wall_ms, what])?;
            Ok(())
        })
    }

    /// What people did by hand since, and how often.
    pub fn interventions(&self, since_ms: i64) -> Result<BTreeMap<String, u64>> {
        let sql = "SELECT what, count(*) FROM interventions WHERE at_ms >= ?1 GROUP BY what";
        let rows =
            self.read(|sqlite| row::all(sqlite, sql, [since_ms], |row| Ok((row.get(0)?, row.get(1)?))))?;
        Ok(rows.into_iter().collect())
    }

    /// When something was last done by itself, or was first reckoned with.
    pub fn last_done(&self, name: &'static str) -> Result<Option<Moment>> {
        let read = |text: String| {
            serde_json::from_str(&text)
                .map_err(|error| Error::Value { noun: "moment", detail: error.to_string() })
        };
        self.meta(name)?.map(read).transpose()
    }

    /// It was done now.
    pub fn put_last_done(&self, name: &'static str, now: Moment) -> Result<()> {
        self.put_meta(name, &row::json(&now)?)
    }
}
