//! One controller at a time.
//!
//! Owns the file `controller.lock`. Never breaks a lock: the kernel frees it when its process ends, however it ends.

use std::path::Path;

use crate::error::Result;

/// The right to be the controller of a state directory, for as long as this value lives.
#[derive(Debug)]
pub struct ControllerLock {
    _file: std::fs::File,
}

impl ControllerLock {
    /// Takes the lock, creating the state directory (mode 0700) where it is missing.
    ///
    /// [`crate::Error::AlreadyRunning`] names the process that holds it.
    pub fn take(dir: &Path) -> Result<Self> {
        let _ = dir;
        todo!()
    }

    /// Whether a controller runs with this state directory.
    pub fn is_running(dir: &Path) -> bool {
        Self::holder(dir).is_some()
    }

    /// The process that holds the lock; `Some(None)` while it has not said its pid yet.
    #[expect(clippy::option_option, reason = "held without a name is a third answer")]
    pub fn holder(dir: &Path) -> Option<Option<u32>> {
        let _ = dir;
        todo!()
    }
}
