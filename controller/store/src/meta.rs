//! Single values, such as the time of the last engine event.
//!
//! Owns the table `meta`. Never holds what has a table of its own.

use crate::error::Result;
use crate::store::Store;

impl Store {
    /// A value, if it was ever written.
    pub fn meta(&self, name: &'static str) -> Result<Option<String>> {
        let _ = name;
        todo!()
    }

    /// Writes a value.
    pub fn put_meta(&self, name: &'static str, value: &str) -> Result<()> {
        let _ = (name, value);
        todo!()
    }
}
