//! Plans in progress.
//!
//! Owns the table `intents`. Never lets an intent take a step that its life does not have.

use podsteward_domain::admit::IntentDraft;
use podsteward_domain::intent::{Intent, IntentId, IntentState};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};

use crate::error::{Error, Result};
use crate::store::{Durability, Store};
use crate::{decisions, leases, row};

#[cfg(test)]
mod tests;

impl Store {
    /// All intents that are not closed, in the order in which they were begun.
    pub fn open_intents(&self) -> Result<Vec<Intent>> {
        let sql = "SELECT id, state, draft FROM intents WHERE open = 1 ORDER BY id";
        self.read(|sqlite| row::all(sqlite, sql, [], decode))
    }

    /// The open intent of an object.
    pub fn intent(&self, key: &Key) -> Result<Option<Intent>> {
        let sql = "SELECT id, state, draft FROM intents WHERE key = ?1 AND open = 1";
        self.read(|sqlite| row::first(sqlite, sql, [key.to_string()], decode))
    }

    /// Takes an intent to its next state. Closing it frees its leases and completes its decision in the log.
    pub fn advance(
        &self,
        id: IntentId,
        next: &IntentState,
        now: Moment,
        durability: Durability,
    ) -> Result<()> {
        self.write("advance", durability, |sqlite| {
            let intent = open(sqlite, id)?;
            if !intent.state.may_become(next) {
                let (from, to) = (intent.state.as_str(), next.as_str());
                return Err(Error::Transition { intent: id, from, to });
            }
            let sql = "UPDATE intents SET state = ?2, open = ?3 WHERE id = ?1";
            let closed = matches!(next, IntentState::Closed { .. });
            row::run(sqlite, sql, params![id.0, row::json(next)?, !closed])?;
            if let IntentState::Closed { outcome, detail } = next {
                leases::free(sqlite, id)?;
                decisions::complete(sqlite, &intent, *outcome, detail, now)?;
            }
            Ok(())
        })
    }
}

/// Writes a new intent and gives it its number.
pub(crate) fn begin(sqlite: &Connection, draft: IntentDraft) -> Result<Intent> {
    let sql = "INSERT INTO intents (key, open, state, draft) VALUES (?1, 1, ?2, ?3)";
    let values = params![draft.key.to_string(), row::json(&IntentState::Begun)?, row::json(&draft)?];
    row::run(sqlite, sql, values)?;
    Ok(draft.numbered(IntentId(sqlite.last_insert_rowid())))
}

fn open(sqlite: &Connection, id: IntentId) -> Result<Intent> {
    let sql = "SELECT id, state, draft FROM intents WHERE id = ?1 AND open = 1";
    row::first(sqlite, sql, [id.0], decode)?.ok_or(Error::NotOpen(id))
}

fn decode(row: &Row<'_>) -> Result<Intent> {
    let draft: IntentDraft = row::from_json("intent", row, 2)?;
    let state = row::from_json("intent state", row, 1)?;
    Ok(Intent { state, ..draft.numbered(IntentId(row.get(0)?)) })
}
