//! The reserve: room that is kept for the time when there is none left.
//!
//! Owns the file `reserve` in the state directory. It is given up by the first write that finds no room, so that the
//! cleanup which makes room can be admitted, carried out and logged; it is made again when there is room for twice of
//! it. Never decides what is cleaned. Called around every write and at every opening.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rustix::fs::{FallocateFlags, fallocate, fstatfs, statvfs, syncfs};
use rustix::io::{Errno, retry_on_intr};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::store::Store;
use crate::{file, open};

#[cfg(test)]
mod tests;

/// Bytes of the reserve: some hundred admissions and ends of plans, or a copy of a store before its migration.
const SIZE: u64 = 8 << 20;
/// Bytes that are written to see whether there is any room: more than is left over in blocks that are begun.
const PROBE: usize = 64 << 10;

/// What the kernel calls btrfs.
const BTRFS: u64 = 0x9123_683e;

/// Whether there is room for when there is none left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reserve {
    /// There is.
    Kept,
    /// It was given up, or never was room for it.
    GivenUp,
}

impl Store {
    /// Whether the reserve is kept. Works on a store of any version.
    pub fn reserve_state(&self) -> Reserve {
        state(self.dir())
    }

    /// Makes the reserve again if there is room for twice of it; the answer tells whether it is kept then. Cheap where
    /// it is.
    pub fn restore_reserve(&self) -> Result<Reserve> {
        if self.is_read_only() { Err(Error::ReadOnly) } else { keep(self.dir()) }
    }
}

/// Carries something out in a state directory. Where there is no room for it, the reserve is given up, the write-ahead
/// log is emptied, and it is tried once more: whatever was tried must leave nothing behind when it fails.
pub(crate) fn with<T>(dir: &Path, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    let error = match attempt() {
        Ok(value) => return Ok(value),
        Err(error) => understood(dir, error),
    };
    if !error.is_full() {
        return Err(error);
    }
    // Neither may succeed; whether there is room now, the second attempt tells.
    let _given_up = give_up(dir);
    let _emptied = open::empty_log(dir);
    attempt().map_err(|error| understood(dir, error))
}

/// Makes the reserve if it is missing and there is room for twice of it.
pub(crate) fn keep(dir: &Path) -> Result<Reserve> {
    if state(dir) == Reserve::Kept {
        return Ok(Reserve::Kept);
    }
    let path = path(dir);
    let failed = |error: Errno| file::failed("look at", dir, error.into());
    let room = statvfs(dir).map(|found| found.f_bavail.saturating_mul(found.f_frsize)).map_err(failed)?;
    if room < 2 * SIZE {
        return Ok(Reserve::GivenUp);
    }
    match allocate(&path) {
        Ok(()) => Ok(Reserve::Kept),
        Err(source) => {
            let error = file::failed("write", &path, source);
            file::remove(&next(&path))?;
            if error.is_full() { Ok(Reserve::GivenUp) } else { Err(error) }
        }
    }
}

fn path(dir: &Path) -> PathBuf {
    dir.join("reserve")
}

/// The name of what is not ready yet.
fn next(path: &Path) -> PathBuf {
    path.with_extension("new")
}

/// A reserve of which a loss of power left only the name, or part of the room, is none.
pub(crate) fn state(dir: &Path) -> Reserve {
    let kept = std::fs::metadata(path(dir))
        .is_ok_and(|found| found.len() >= SIZE && found.blocks().saturating_mul(512) >= SIZE);
    if kept { Reserve::Kept } else { Reserve::GivenUp }
}

fn give_up(dir: &Path) -> Result<()> {
    file::remove(&next(&path(dir)))?;
    file::remove(&path(dir))?;
    settle(dir).map_err(|source| file::failed("write", dir, source))
}

/// What was freed on btrfs can be had only once it is written down that it is free.
fn settle(dir: &Path) -> io::Result<()> {
    let dir = File::open(dir)?;
    if u64::try_from(fstatfs(&dir)?.f_type) == Ok(BTRFS) {
        syncfs(&dir)?;
    }
    Ok(())
}

fn allocate(path: &Path) -> io::Result<()> {
    let next = next(path);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&next)?;
    match retry_on_intr(|| fallocate(&file, FallocateFlags::empty(), 0, SIZE)) {
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => write_out(&mut file)?,
        allocated => allocated?,
    }
    std::fs::rename(&next, path)
}

/// Takes the room by filling it, with bytes that no filesystem makes smaller.
fn write_out(file: &mut File) -> io::Result<()> {
    let bytes: Vec<u8> =
        (1..=SIZE / 8).flat_map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes()).collect();
    file.write_all(&bytes)?;
    file.sync_all()
}

/// `SQLite` says of some refusals only that they are of input or output: that they are for want of room, a small file in
/// the same directory tells.
fn understood(dir: &Path, error: Error) -> Error {
    match error {
        Error::Sqlite(source)
            if matches!(
                source.sqlite_error_code(),
                Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen)
            ) && probe(dir).is_err_and(|error| is_no_room(&error)) =>
        {
            Error::Full(source)
        }
        other => other,
    }
}

fn probe(dir: &Path) -> io::Result<()> {
    let path = dir.join("probe.new");
    let probed = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path).and_then(
        |mut file| {
            file.write_all(&vec![0; PROBE])?;
            file.sync_all()
        },
    );
    std::fs::remove_file(&path).or_else(|error| match error.kind() {
        ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;
    probed
}

/// Whether an error is for want of room: the disk is full, or what this user may have of it is.
pub(crate) fn is_no_room(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}
