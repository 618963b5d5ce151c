//! One controller at a time.
//!
//! Owns the file `controller.lock`. Never breaks a lock: the kernel frees it when its process ends, however it ends.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::error::{Error, Result};
use crate::{file, reserve};

#[cfg(test)]
mod tests;

/// A command that asks whether a controller runs holds the lock for a moment; a controller tries so often, with
/// 5 ms in between, before it believes that another one runs.
const TRIES: u32 = 20;

/// The right to be the controller of a state directory, for as long as this value lives.
#[derive(Debug)]
pub struct ControllerLock {
    _file: File,
}

/// Who holds the lock of a state directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Its process, where it could be read.
    pub pid: Option<u32>,
}

impl ControllerLock {
    /// Takes the lock, creating the state directory (mode 0700) where it is missing.
    ///
    /// [`Error::AlreadyRunning`] names the process that holds it.
    pub fn take(dir: &Path) -> Result<Self> {
        file::create_dir(dir)?;
        let path = path(dir);
        let mut file = reserve::with(dir, || file::create(&path))?;
        if !patiently(&file).map_err(|error| file::failed("lock", &path, error.into()))? {
            return Err(Error::AlreadyRunning { pid: pid(&mut file) });
        }
        match name(&mut file) {
            // On a full disk nobody can read who holds it, and it is held all the same.
            Err(error) if !reserve::is_no_room(&error) => Err(file::failed("write", &path, error)),
            _ => Ok(Self { _file: file }),
        }
    }

    /// Whether a controller runs with this state directory.
    pub fn is_running(dir: &Path) -> bool {
        Self::holder(dir).is_some()
    }

    /// Who holds the lock, if somebody does.
    pub fn holder(dir: &Path) -> Option<Holder> {
        let mut file = OpenOptions::new().read(true).open(path(dir)).ok()?;
        match flock(&file, FlockOperation::NonBlockingLockShared) {
            Err(Errno::WOULDBLOCK) => Some(Holder { pid: pid(&mut file) }),
            _ => None,
        }
    }
}

fn path(dir: &Path) -> PathBuf {
    dir.join("controller.lock")
}

fn patiently(file: &File) -> Result<bool, Errno> {
    for _ in 0..TRIES {
        match flock(file, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => std::thread::sleep(Duration::from_millis(5)),
            answer => return answer.map(|()| true),
        }
    }
    Ok(false)
}

fn name(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

fn pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
