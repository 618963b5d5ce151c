//! The pause marker: the file `paused` beside the database.
//!
//! Owns the copy of the switch that is read when the database cannot be. Never wins over a readable database.
//! It is there exactly while something is paused or stopped, so that `ls` tells it, too.

use std::path::Path;

use podsteward_domain::switch::Switch;

use crate::error::Result;

/// The switch as the marker tells it: running without pauses where there is no marker. A marker that cannot be
/// understood (somebody's `touch paused`) means paused.
pub fn read(dir: &Path) -> Switch {
    let _ = dir;
    todo!()
}

/// Writes or removes the marker. Only for a caller whose store cannot be opened; [`crate::Store`] does it otherwise.
pub fn write(dir: &Path, switch: &Switch) -> Result<()> {
    let _ = (dir, switch);
    todo!()
}
