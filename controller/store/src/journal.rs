//! What became of each step of an intent.
//!
//! Owns the table `journal`, which only grows until its intent is forgotten.

use podsteward_domain::intent::{IntentId, JournalEntry};

use crate::error::Result;
use crate::store::{Durability, Store};

impl Store {
    /// Writes one line; [`crate::Error::NotOpen`] if the intent is not open.
    pub fn append(&self, entry: &JournalEntry, durability: Durability) -> Result<()> {
        let _ = (entry, durability);
        todo!()
    }

    /// All lines of an intent, in the order in which they were written.
    pub fn journal(&self, intent: IntentId) -> Result<Vec<JournalEntry>> {
        let _ = intent;
        todo!()
    }
}
