//! What was foretold of each filesystem, and how far that was off.
//!
//! Owns the table `forecasts`. Never looks ahead and never scores: the domain does.

use podsteward_domain::forecast::Forecast;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::history::{self, History};
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// The most is one in a quarter of an hour for as long as they are kept, and some more.
const HISTORY: History =
    History { table: "forecasts", time: "at_ms", kept: 500, kept_for: history::KEPT_FOR, most: 10_000 };

/// A forecast's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ForecastId(pub i64);

impl Store {
    /// Keeps a forecast for the filesystem that an object watches.
    pub fn put_forecast(&self, key: &Key, forecast: &Forecast) -> Result<ForecastId> {
        let text = row::json(forecast)?;
        self.write("forecast", Durability::Normal, |sqlite| {
            let sql = "INSERT INTO forecasts (key, at_ms, forecast) VALUES (?1, ?2, ?3)";
            row::run(sqlite, sql, params![key.to_string(), forecast.at.wall_ms, text])?;
            Ok(ForecastId(sqlite.last_insert_rowid()))
        })
    }

    /// The forecast that was kept last.
    pub fn latest_forecast(&self, key: &Key) -> Result<Option<Forecast>> {
        let sql = "SELECT forecast FROM forecasts WHERE key = ?1 ORDER BY id DESC LIMIT 1";
        self.read(|sqlite| {
            row::first(sqlite, sql, [key.to_string()], |row| row::from_json("forecast", row, 0))
        })
    }

    /// The forecasts that have no score, the oldest first. One that said that nobody can tell has nothing to score.
    pub fn unscored_forecasts(&self, key: &Key) -> Result<Vec<(ForecastId, Forecast)>> {
        let sql = "SELECT id, forecast FROM forecasts WHERE key = ?1 AND error_bp IS NULL \
                   AND forecast ->> '$.outlook.outlook' <> 'unknown' ORDER BY id";
        self.read(|sqlite| {
            row::all(sqlite, sql, [key.to_string()], |row| {
                Ok((ForecastId(row.get(0)?), row::from_json("forecast", row, 1)?))
            })
        })
    }

    /// Writes down how far a forecast was off, in basis points. One that has its score, or is gone, is left as it is.
    pub fn score_forecast(&self, id: ForecastId, error_bp: u16, now: Moment) -> Result<()> {
        self.write("forecast scored", Durability::Normal, |sqlite| {
            let sql = "UPDATE forecasts SET error_bp = ?2, scored_ms = ?3 WHERE id = ?1 AND error_bp IS NULL";
            row::run(sqlite, sql, params![id.0, error_bp, now.wall_ms])?;
            Ok(())
        })
    }

    /// How far the latest of those with a score were off, in basis points: so many of them, the oldest first.
    pub fn forecast_errors(&self, key: &Key, last: u32) -> Result<Vec<u16>> {
        let sql = "SELECT error_bp FROM (SELECT id, error_bp FROM forecasts \
                   WHERE key = ?1 AND error_bp IS NOT NULL ORDER BY id DESC LIMIT ?2) ORDER BY id";
        self.read(|sqlite| row::all(sqlite, sql, params![key.to_string(), last], |row| Ok(row.get(0)?)))
    }
}

/// Deletes the oldest.
pub(crate) fn maintain(sqlite: &Connection, now: Moment) -> Result<()> {
    history::forget_old(sqlite, &HISTORY, now)
}

/// Takes away all of a filesystem.
pub(crate) fn remove(sqlite: &Connection, key: &Key) -> Result<()> {
    history::remove(sqlite, &HISTORY, key)
}
