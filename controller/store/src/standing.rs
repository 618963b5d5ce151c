//! What judging an action on an object needs to remember, gathered from its tables.
//!
//! Owns no table. Read by the runtime for every look, and once more inside the transactions that begin and end a plan.

use podsteward_domain::standing::Standing;
use podsteward_specs::key::Key;
use rusqlite::Connection;

use crate::error::Result;
use crate::store::Store;
use crate::{alerts, approvals, forced, tracks};

impl Store {
    /// What judging an action on this object needs to remember.
    pub fn standing(&self, key: &Key) -> Result<Standing> {
        self.read(|sqlite| read(sqlite, key))
    }
}

/// The same inside a transaction.
pub(crate) fn read(sqlite: &Connection, key: &Key) -> Result<Standing> {
    Ok(Standing {
        tracks: tracks::of(sqlite, key)?,
        overall: tracks::overall(sqlite)?,
        approvals: approvals::open_of(sqlite, key)?,
        forced: forced::of(sqlite, key)?,
        answered: alerts::answers(sqlite, key)?,
    })
}
