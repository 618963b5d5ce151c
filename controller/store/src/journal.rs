//! What became of each step of an intent.
//!
//! Owns the table `journal`, which only grows until its intent is forgotten.

use podsteward_domain::intent::{IntentId, JournalEntry};
use rusqlite::{Row, params};

use crate::error::{Error, Result};
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

impl Store {
    /// Writes one line; [`crate::Error::NotOpen`] if the intent is not open.
    pub fn append(&self, entry: &JournalEntry, durability: Durability) -> Result<()> {
        let JournalEntry { intent, step, noun, text, event, at } = entry;
        let (event, at) = (row::json(event)?, row::json(at)?);
        self.write("journal", durability, |sqlite| {
            let sql = "INSERT INTO journal (intent, step, noun, text, event, at) \
                       SELECT id, ?2, ?3, ?4, ?5, ?6 FROM intents WHERE id = ?1 AND open = 1";
            let written = row::run(sqlite, sql, params![intent.0, step, noun, text, event, at])?;
            if written == 1 { Ok(()) } else { Err(Error::NotOpen(*intent)) }
        })
    }

    /// All lines of an intent, in the order in which they were written.
    pub fn journal(&self, intent: IntentId) -> Result<Vec<JournalEntry>> {
        let sql = "SELECT intent, step, noun, text, event, at FROM journal WHERE intent = ?1 ORDER BY id";
        self.read(|sqlite| row::all(sqlite, sql, [intent.0], decode))
    }
}

fn decode(row: &Row<'_>) -> Result<JournalEntry> {
    Ok(JournalEntry {
        intent: IntentId(row.get(0)?),
        step: row.get(1)?,
        noun: row.get(2)?,
        text: row.get(3)?,
        event: row::from_json("step event", row, 4)?,
        at: row::moment(row, 5)?,
    })
}
