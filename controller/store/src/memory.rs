//! What is remembered of each object.
//!
//! Owns the table `memory`. Never looks into a memory: the domain learns, this keeps.

use std::collections::BTreeMap;

use podsteward_domain::memory::Memory;
use podsteward_specs::key::Key;

use crate::error::Result;
use crate::store::{Durability, Store};

impl Store {
    /// The memory of one object; an empty one if there is none.
    pub fn memory(&self, key: &Key) -> Result<Memory> {
        let _ = key;
        todo!()
    }

    /// All memories.
    pub fn memories(&self) -> Result<BTreeMap<Key, Memory>> {
        todo!()
    }

    /// Keeps a memory; writes nothing, and answers false, if it is the one that is kept.
    pub fn put_memory(&self, key: &Key, memory: &Memory, durability: Durability) -> Result<bool> {
        let _ = (key, memory, durability);
        todo!()
    }

    /// Forgets an object: its memory, status and vanished document. Events, incidents, decisions stay.
    pub fn forget(&self, key: &Key) -> Result<()> {
        let _ = key;
        todo!()
    }
}
