//! Filesystems: how full they are, which one a path lies on, and what takes most of it.
//!
//! Owns what is asked of the kernel for that. Never decides whether anything is full, and never changes a filesystem.
//! Called by the runtime in a thread that may wait: a filesystem over a network whose server is gone answers nothing, and
//! no call here can be taken back, so whoever asks bounds how long it waits for the answer.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use podsteward_domain::disk::{DiskSample, Gauge};
use rustix::fs::{Mode, OFlags, StatVfs, fstatfs, fstatvfs, syncfs};

mod btrfs;
mod consumers;
mod mount;

pub use consumers::{Directories, directory_size, largest_directories};
pub use mount::{Filesystem, MountInfo, mount_of, same_filesystem};

/// What statfs calls btrfs.
const BTRFS: u64 = 0x9123_683e;

/// Why a filesystem does not tell about itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The path does not say where it begins.
    #[error("{} is not absolute", .0.display())]
    NotAbsolute(PathBuf),
    /// The path does not exist, is no directory where one is needed, may not be read, or its server is gone.
    #[error("cannot open {}", path.display())]
    Open {
        /// The path.
        path: PathBuf,
        /// The kernel's answer.
        source: io::Error,
    },
    /// The kernel does not answer a question.
    #[error("cannot {verb} the filesystem of {}", path.display())]
    Ask {
        /// What was asked for.
        verb: &'static str,
        /// The path.
        path: PathBuf,
        /// The kernel's answer.
        source: io::Error,
    },
    /// Such a filesystem holds no files of its own, or has no bound but the memory.
    #[error("the filesystem of {} has no size", .0.display())]
    NoSize(PathBuf),
    /// Its mount is not one that this process sees, as in a changed root.
    #[error("the mount of {} is not visible here", .0.display())]
    NoMount(PathBuf),
}

/// Measures the filesystem of a directory, in bytes and inodes.
///
/// What only root may use counts as not there. On btrfs, where `statfs` tells neither what data can still get nor that
/// the records are full, the kernel's own accounts are read; where these are hidden, `metadata` is `None`. An overlay is
/// as full as the filesystem it writes to.
///
/// # Errors
/// The path is not absolute, does not exist or is no directory; the mount is stale; the filesystem has no size.
pub fn measure(path: &Path) -> Result<DiskSample, Error> {
    sample(&open(path, OFlags::PATH | OFlags::DIRECTORY)?, path)
}

/// Measures after everything that was deleted has really come free: the filesystem writes out first what it still holds
/// back. That can take seconds on a busy disk.
///
/// # Caveats
/// What a deleted subvolume of btrfs held comes free when the kernel's cleaner comes by, up to its commit interval (30 s)
/// later. Whoever deletes one waits for that first.
///
/// # Errors
/// Those of [`measure`]; the directory may not be read; the disk does not take what is written.
pub fn settled(path: &Path) -> Result<DiskSample, Error> {
    let directory = open(path, OFlags::RDONLY | OFlags::DIRECTORY)?;
    syncfs(&directory).map_err(|errno| ask("sync", path, errno))?;
    sample(&directory, path)
}

fn sample(directory: &OwnedFd, path: &Path) -> Result<DiskSample, Error> {
    let stat = fstatvfs(directory).map_err(|errno| ask("measure", path, errno))?;
    if stat.f_blocks == 0 {
        return Err(Error::NoSize(path.to_owned()));
    }
    let accounts = if is_btrfs(directory, path)? { btrfs::accounts(&stat) } else { None };
    Ok(match accounts {
        Some(accounts) => DiskSample { space: accounts.space, inodes: None, metadata: accounts.metadata },
        None => DiskSample { space: space(&stat), inodes: inodes(&stat), metadata: None },
    })
}

fn space(stat: &StatVfs) -> Gauge {
    let used = stat.f_blocks.saturating_sub(stat.f_bfree).saturating_mul(stat.f_frsize);
    Gauge { used, total: used.saturating_add(stat.f_bavail.saturating_mul(stat.f_frsize)) }
}

/// A filesystem that makes inodes as it needs them says that it has none.
fn inodes(stat: &StatVfs) -> Option<Gauge> {
    let used = stat.f_files.saturating_sub(stat.f_ffree);
    (stat.f_files > 0).then(|| Gauge { used, total: used.saturating_add(stat.f_favail) })
}

fn is_btrfs(fd: impl AsFd, path: &Path) -> Result<bool, Error> {
    let stat = fstatfs(fd).map_err(|errno| ask("measure", path, errno))?;
    // The type has another width on each architecture.
    Ok(u64::try_from(stat.f_type).is_ok_and(|kind| kind == BTRFS))
}

fn open(path: &Path, flags: OFlags) -> Result<OwnedFd, Error> {
    if !path.is_absolute() {
        return Err(Error::NotAbsolute(path.to_owned()));
    }
    rustix::fs::open(path, flags | OFlags::CLOEXEC, Mode::empty())
        .map_err(|errno| Error::Open { path: path.to_owned(), source: errno.into() })
}

fn ask(verb: &'static str, path: &Path, source: impl Into<io::Error>) -> Error {
    Error::Ask { verb, path: path.to_owned(), source: source.into() }
}

#[cfg(test)]
mod tests;
