//! A place to end the controller between two writes.
//!
//! Owns the trait that the simulation implements. Never set outside of tests, and then it costs one comparison.

use crate::error::Result;

/// Called around each write with its name, which is the table's or the verb's (`memory`, `admit`, `advance`). An error ends the call that wrote: [`crate::Error::Killed`] by convention.
pub trait WriteHook: Send + Sync {
    /// Before the transaction begins; after an error nothing was written. Once more where there was no room for the first
    /// attempt, which an error of [`crate::Error::is_full`] here stands for, too.
    fn before(&self, write: &'static str) -> Result<()>;

    /// After the commit; after an error everything was written, and the caller does not know it.
    fn after(&self, write: &'static str) -> Result<()>;
}
