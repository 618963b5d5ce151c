//! How much is kept.
//!
//! Owns the bound of every table that grows by itself. Bounds are counts, not ages: a clock that jumps deletes nothing.

use crate::error::Result;
use crate::store::Store;

impl Store {
    /// Brings every table within its bound and moves the write-ahead log into the database. The controller calls
    /// it on the blocking pool, after its start and then once an hour.
    pub fn maintain(&self) -> Result<()> {
        todo!()
    }
}
