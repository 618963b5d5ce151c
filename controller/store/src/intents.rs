//! Plans in progress and what they hold.
//!
//! Owns the tables `intents` and `leases`. Never lets an intent take a step that its life does not have.

use podsteward_domain::intent::{Intent, IntentId, IntentState};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;

use crate::error::Result;
use crate::store::{Durability, Store};

impl Store {
    /// All intents that are not closed, in the order in which they were begun.
    pub fn open_intents(&self) -> Result<Vec<Intent>> {
        todo!()
    }

    /// The open intent of an object.
    pub fn intent(&self, key: &Key) -> Result<Option<Intent>> {
        let _ = key;
        todo!()
    }

    /// Takes an intent to its next state. Closing it frees its leases and completes its decision in the log.
    pub fn advance(
        &self,
        id: IntentId,
        next: &IntentState,
        now: Moment,
        durability: Durability,
    ) -> Result<()> {
        let _ = (id, next, now, durability);
        todo!()
    }
}
