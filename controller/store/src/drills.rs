//! The drills: the one that is under way, and what came of those before.
//!
//! Owns the table `drills`. A command asks for one, the controller carries it out; nothing is decided here.

use podsteward_domain::decision::Gate;
use podsteward_domain::drill::{Drill, DrillResult};
use podsteward_domain::time::Moment;
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::store::{Durability, Store};
use crate::{outbox, row};

#[cfg(test)]
mod tests;

/// The columns of a drill, as [`decode`] reads them.
const SELECT: &str = "SELECT id, drill FROM drills";

/// A drill's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DrillId(pub i64);

impl Store {
    /// Asks for a drill; answers which one, and whether it is new. Whoever asks again waits for the same one.
    pub fn ask_drill(&self, by: &str, now: Moment) -> Result<(DrillId, bool)> {
        self.write("drill", Durability::Normal, |sqlite| {
            if let Some((id, _)) = open(sqlite)? {
                return Ok((id, false));
            }
            let sql = "INSERT INTO drills (open, drill) VALUES (1, ?1)";
            row::run(sqlite, sql, [row::json(&Drill::asked(by, now))?])?;
            Ok((DrillId(sqlite.last_insert_rowid()), true))
        })
    }

    /// The drill that was asked for and has not ended.
    pub fn open_drill(&self) -> Result<Option<(DrillId, Drill)>> {
        self.read(open)
    }

    /// One drill, if it is still kept.
    pub fn drill(&self, id: DrillId) -> Result<Option<Drill>> {
        let found =
            self.read(|sqlite| row::first(sqlite, &format!("{SELECT} WHERE id = ?1"), [id.0], decode))?;
        Ok(found.map(|(_, drill)| drill))
    }

    /// The last drill that ended.
    pub fn last_drill(&self) -> Result<Option<(DrillId, Drill)>> {
        let sql = format!("{SELECT} WHERE open = 0 ORDER BY id DESC LIMIT 1");
        self.read(|sqlite| row::first(sqlite, &sql, [], decode))
    }

    /// The last drill that ended and says something of podsteward: one that somebody's own pause or stop refused does not.
    pub fn last_telling_drill(&self) -> Result<Option<Drill>> {
        let sql = format!(
            "{SELECT} WHERE open = 0 AND drill ->> '$.ended.gate' IS NOT ?1 ORDER BY id DESC LIMIT 1"
        );
        let found = self.read(|sqlite| row::first(sqlite, &sql, [Gate::Switch.as_str()], decode))?;
        Ok(found.map(|(_, drill)| drill))
    }

    /// The last drill that passed.
    pub fn last_drill_passed(&self) -> Result<Option<(DrillId, Drill)>> {
        let sql = format!("{SELECT} WHERE result = ?1 ORDER BY id DESC LIMIT 1");
        self.read(|sqlite| row::first(sqlite, &sql, [DrillResult::Passed.as_str()], decode))
    }

    /// Keeps how a drill stands; with its end, what somebody must hear of it.
    pub fn keep_drill(&self, id: DrillId, drill: &Drill, now: Moment) -> Result<()> {
        let told = podsteward_domain::drill::notification(drill);
        let result = drill.ended.as_ref().map(|ended| ended.result.as_str());
        self.write("drill", Durability::Normal, |sqlite| {
            let sql = "UPDATE drills SET open = ?2, result = ?3, drill = ?4 WHERE id = ?1 AND open = 1";
            let values = params![id.0, drill.ended.is_none(), result, row::json(drill)?];
            if row::run(sqlite, sql, values)? > 0 {
                outbox::insert_all(sqlite, &told, now)?;
            }
            Ok(())
        })
    }
}

fn open(sqlite: &Connection) -> Result<Option<(DrillId, Drill)>> {
    row::first(sqlite, &format!("{SELECT} WHERE open = 1"), [], decode)
}

fn decode(row: &Row<'_>) -> Result<(DrillId, Drill)> {
    Ok((DrillId(row.get(0)?), row::from_json("drill", row, 1)?))
}
