//! Emptying a log.
//!
//! Owns that one act. Never deletes the file: who writes it holds it open and goes on writing, at its beginning where it
//! appends, as conmon does. Called through [`crate::files`].

use std::path::Path;

use rustix::fs::{Mode, OFlags, ftruncate, open};
use rustix::io::Errno;

use super::Error;
use crate::walk::look;

/// Empties a regular file and tells the bytes that it took on the disk.
///
/// # Errors
/// It is a symlink or anything else but a regular file, or it cannot be opened or emptied.
pub fn truncate_log(path: &Path) -> Result<u64, Error> {
    // Opening a pipe would wait for somebody to read it.
    let flags = OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = open(path, flags, Mode::empty()).map_err(|errno| match errno {
        Errno::LOOP | Errno::ISDIR | Errno::NXIO => Error::NotRegular(path.to_owned()),
        _ => Error::Open { path: path.to_owned(), source: errno.into() },
    })?;
    let failed = |source| Error::Truncate { path: path.to_owned(), source };
    let node = look(&file, "".as_ref()).map_err(failed)?;
    if !node.kind.is_file() {
        return Err(Error::NotRegular(path.to_owned()));
    }
    ftruncate(&file, 0).map_err(|errno| failed(errno.into()))?;
    Ok(node.bytes)
}

#[cfg(test)]
mod tests;
