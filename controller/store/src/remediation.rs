//! Whether remediation is off, because the store's memory was lost.
//!
//! Owns that one note. Never a person's pause, which is the switch. Written by the controller when it had to begin
//! a new store, taken away by `resume`.

use crate::error::Result;
use crate::store::Store;

/// Its name among the small values.
const NAME: &str = "remediation_off";

impl Store {
    /// Why remediation is off, if it is.
    pub fn remediation_off(&self) -> Result<Option<String>> {
        Ok(self.meta(NAME)?.filter(|reason| !reason.is_empty()))
    }

    /// Puts remediation off with a reason, or on again.
    pub fn set_remediation_off(&self, reason: Option<&str>) -> Result<()> {
        self.put_meta(NAME, reason.unwrap_or(""))
    }
}
