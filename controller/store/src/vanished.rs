//! Documents that are gone from the manifests, until their deletion is certain.
//!
//! Owns the table `vanished`. Never decides when a deletion is certain.

use std::collections::BTreeMap;

use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::store::Store;

/// Since when, and over how many complete reads, a document is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vanished {
    /// When a complete read first did not have it.
    pub since: Moment,
    /// How many complete reads in a row did not have it.
    pub reads: u32,
}

impl Store {
    /// All vanished documents.
    pub fn vanished(&self) -> Result<BTreeMap<Key, Vanished>> {
        todo!()
    }

    /// Makes the vanished documents these. Writes only what changed; the answer tells whether anything did.
    pub fn replace_vanished(&self, vanished: &BTreeMap<Key, Vanished>) -> Result<bool> {
        let _ = vanished;
        todo!()
    }
}
