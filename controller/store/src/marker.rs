//! The pause marker: the file `paused` beside the database.
//!
//! Owns the copy of the switch that is read when the database cannot be. Never wins over a readable database.
//! It is there exactly while something is paused or stopped, so that `ls` tells it, too.

use std::io;
use std::path::{Path, PathBuf};

use podsteward_domain::switch::{Switch, SwitchState};

use crate::error::Result;
use crate::{file, reserve, row};

#[cfg(test)]
mod tests;

/// The switch as the marker tells it: running without pauses where there is no marker. A marker that cannot be
/// understood (somebody's `touch paused`) means paused.
pub fn read(dir: &Path) -> Switch {
    let paused = || Switch { state: SwitchState::Paused, ..Switch::default() };
    match std::fs::read(path(dir)) {
        Ok(content) => serde_json::from_slice(&content).unwrap_or_else(|_| paused()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Switch::default(),
        Err(_) => paused(),
    }
}

/// Writes or removes the marker. Only for a caller whose store cannot be opened; [`crate::Store`] does it otherwise.
pub fn write(dir: &Path, switch: &Switch) -> Result<()> {
    if *switch == Switch::default() {
        return file::remove(&path(dir));
    }
    file::create_dir(dir)?;
    let content = row::json(switch)?;
    reserve::with(dir, || file::replace(&path(dir), content.as_bytes()))
}

fn path(dir: &Path) -> PathBuf {
    dir.join("paused")
}
