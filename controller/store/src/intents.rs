//! Plans in progress.
//!
//! Owns the table `intents`. Never lets an intent take a step that its life does not have.

use podsteward_domain::admit::IntentDraft;
use podsteward_domain::intent::{Intent, IntentId, IntentState};
use podsteward_specs::key::Key;
use rusqlite::{Connection, Row, params};

use crate::error::{Error, Result};
use crate::row;
use crate::store::{Durability, Store};

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

    /// Takes an intent to its next state. It is closed by [`Store::close`] alone.
    pub fn advance(&self, id: IntentId, next: &IntentState, durability: Durability) -> Result<()> {
        self.write("advance", durability, |sqlite| match next {
            IntentState::Closed { .. } => Err(refused(&open(sqlite, id)?, next)),
            _ => step(sqlite, id, next),
        })
    }
}

/// Takes an intent to its next state, if its life has that step.
pub(crate) fn step(sqlite: &Connection, id: IntentId, next: &IntentState) -> Result<()> {
    let intent = open(sqlite, id)?;
    if !intent.state.may_become(next) {
        return Err(refused(&intent, next));
    }
    let sql = "UPDATE intents SET state = ?2, open = ?3 WHERE id = ?1";
    let closed = matches!(next, IntentState::Closed { .. });
    row::run(sqlite, sql, params![id.0, row::json(next)?, !closed])?;
    Ok(())
}

/// Writes a new intent and gives it its number.
pub(crate) fn begin(sqlite: &Connection, draft: IntentDraft) -> Result<Intent> {
    let sql = "INSERT INTO intents (key, open, state, draft) VALUES (?1, 1, ?2, ?3)";
    let values = params![draft.key.to_string(), row::json(&IntentState::Begun)?, row::json(&draft)?];
    row::run(sqlite, sql, values)?;
    Ok(draft.numbered(IntentId(sqlite.last_insert_rowid())))
}

fn refused(intent: &Intent, next: &IntentState) -> Error {
    Error::Transition { intent: intent.id, from: intent.state.as_str(), to: next.as_str() }
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
