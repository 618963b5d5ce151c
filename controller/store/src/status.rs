//! What is shown of each object.
//!
//! Owns the table `status`. Written by the controller, read by the CLI, also when the controller is gone.

use podsteward_domain::status::ObjectStatus;
use podsteward_specs::key::Key;

use crate::error::Result;
use crate::store::Store;

impl Store {
    /// All statuses, by key.
    pub fn statuses(&self) -> Result<Vec<ObjectStatus>> {
        todo!()
    }

    /// The status of one object.
    pub fn status(&self, key: &Key) -> Result<Option<ObjectStatus>> {
        let _ = key;
        todo!()
    }

    /// Keeps a status; writes nothing, and answers false, if only `observed` differs from the one that is kept.
    pub fn put_status(&self, status: &ObjectStatus) -> Result<bool> {
        let _ = status;
        todo!()
    }

    /// Takes the status of an object away.
    pub fn remove_status(&self, key: &Key) -> Result<()> {
        let _ = key;
        todo!()
    }
}
