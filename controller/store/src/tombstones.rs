//! Recorded deletions.
//!
//! Owns the table `tombstones`: an object whose deletion was certain is removed also when podsteward was ended in
//! between. A new document with the same key takes the tombstone away.

use std::collections::BTreeMap;

use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;

use crate::error::Result;
use crate::store::Store;

/// A recorded deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The last document as canonical JSON.
    pub canonical: String,
    /// When the deletion became certain.
    pub at: Moment,
}

impl Store {
    /// All recorded deletions.
    pub fn tombstones(&self) -> Result<BTreeMap<Key, Tombstone>> {
        todo!()
    }

    /// Whether an object's deletion is recorded.
    pub fn is_tombstoned(&self, key: &Key) -> Result<bool> {
        let _ = key;
        todo!()
    }

    /// Records a deletion, and takes the object out of the last good and the vanished documents, in one transaction.
    pub fn put_tombstone(&self, key: &Key, tombstone: &Tombstone) -> Result<()> {
        let _ = (key, tombstone);
        todo!()
    }

    /// Takes the record away: the object is declared again, or is gone from the host.
    pub fn remove_tombstone(&self, key: &Key) -> Result<()> {
        let _ = key;
        todo!()
    }
}
