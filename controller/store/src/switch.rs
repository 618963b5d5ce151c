//! The switch: the only table that every version of podsteward reads and writes.
//!
//! Owns the table `switch`, whose shape never changes, and keeps the pause marker in step with it.

use podsteward_domain::switch::{Pause, Switch, SwitchState};
use podsteward_specs::key::Key;

use crate::error::Result;
use crate::store::Store;

impl Store {
    /// The switch with all pauses. Works on a store of any version.
    pub fn switch(&self) -> Result<Switch> {
        todo!()
    }

    /// Sets the state of the whole controller; pauses of single objects stay. Works on a store of any version.
    pub fn set_switch(&self, state: SwitchState, pause: Option<&Pause>) -> Result<Switch> {
        let _ = (state, pause);
        todo!()
    }

    /// Pauses one object. Works on a store of any version.
    pub fn pause_object(&self, key: &Key, pause: &Pause) -> Result<Switch> {
        let _ = (key, pause);
        todo!()
    }

    /// Ends the pause of one object; the answer tells whether there was one. Works on a store of any version.
    pub fn resume_object(&self, key: &Key) -> Result<bool> {
        let _ = key;
        todo!()
    }
}
