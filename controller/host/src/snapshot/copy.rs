//! Copies of whole trees, with owners, modes, times, attributes, symlinks, hardlinks, devices and holes.
//!
//! Owns the walk and whether blocks are shared. Never follows a symlink and never leaves the filesystem.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use podsteward_domain::snapshot::Provider;
use rustix::fs::{AtFlags, CWD, FileType, Gid, Mode, OFlags, Stat, Timespec, Timestamps, Uid};

use super::progress::Progress;
use super::{Error, census, file, place};

/// Of what is free a copy takes one part in so many at most.
const SHARE_OF_FREE: u64 = 2;

/// Copies a directory for a snapshot: sharing its blocks, or else within a bound.
pub(super) fn take(
    source: &Path,
    target: &Path,
    (bytes, bound): (u64, u64),
    progress: &Progress,
) -> Result<Provider, Error> {
    let area = target.parent().unwrap_or(target);
    let clones = file::can_clone(area)?;
    if !clones {
        check_room(area, bytes, bound)?;
    }
    tree(source, target, clones, progress)?;
    Ok(if clones { Provider::Reflink } else { Provider::Copy })
}

fn check_room(area: &Path, bytes: u64, bound: u64) -> Result<(), Error> {
    if bytes > bound {
        return Err(Error::TooBig { bytes, bound });
    }
    let stat = rustix::fs::statvfs(area).map_err(|error| Error::io("look at", area, error))?;
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    if bytes > free / SHARE_OF_FREE { Err(Error::NoRoom { bytes, free }) } else { Ok(()) }
}

/// Copies a tree, and returns once it is on the disk.
pub(super) fn tree(source: &Path, target: &Path, clones: bool, progress: &Progress) -> Result<(), Error> {
    let mount = place::mount_of_directory(source)?;
    let mut copier = Copier { mount, clones, copied: BTreeMap::new(), source, target, progress };
    let from = census::open_directory(CWD, source, source)?;
    rustix::fs::mkdir(target, Mode::RWXU).map_err(|error| Error::io("make", target, error))?;
    let to = census::open_directory(CWD, target, target)?;
    copier.directory(&from, &to, Path::new(""))?;
    rustix::fs::syncfs(&to).map_err(|error| Error::io("sync", target, error))
}

struct Copier<'a> {
    source: &'a Path,
    target: &'a Path,
    progress: &'a Progress,
    mount: u64,
    clones: bool,
    /// Files with several names that were copied, and where to.
    copied: BTreeMap<(u64, u64), PathBuf>,
}

/// One entry on both sides.
struct Entry<'e> {
    from: &'e OwnedFd,
    to: &'e OwnedFd,
    name: &'e CString,
    /// Its path below the top.
    inner: PathBuf,
    stat: Stat,
}

impl Copier<'_> {
    /// Copies what a directory holds, and then what is known of the directory itself.
    fn directory(&mut self, from: &OwnedFd, to: &OwnedFd, inner: &Path) -> Result<(), Error> {
        let whole = self.source.join(inner);
        for name in census::names(from, &whole)? {
            let inner = inner.join(census::as_path(&name));
            let stat = rustix::fs::statat(from, &name, AtFlags::SYMLINK_NOFOLLOW)
                .map_err(|error| Error::io("look at", &self.source.join(&inner), error))?;
            self.entry(&Entry { from, to, name: &name, inner, stat })?;
        }
        let stat = rustix::fs::fstat(from).map_err(|error| Error::io("look at", &whole, error))?;
        file::attributes(from, to, &stat, &self.target.join(inner))
    }

    fn entry(&mut self, entry: &Entry<'_>) -> Result<(), Error> {
        self.progress.step(&entry.inner)?;
        if self.is_linked(entry)? {
            return Ok(());
        }
        match FileType::from_raw_mode(entry.stat.st_mode) {
            FileType::Directory => self.below(entry),
            FileType::RegularFile => self.file(entry),
            FileType::Symlink => self.symlink(entry),
            kind => self.node(entry, kind),
        }
    }

    /// Gives what was copied under another name this one, too.
    fn is_linked(&mut self, entry: &Entry<'_>) -> Result<bool, Error> {
        let Stat { st_nlink, st_dev, st_ino, st_mode, .. } = entry.stat;
        if st_nlink < 2 || FileType::from_raw_mode(st_mode) == FileType::Directory {
            return Ok(false);
        }
        let Some(first) = self.copied.get(&(st_dev, st_ino)) else {
            self.copied.insert((st_dev, st_ino), self.target.join(&entry.inner));
            return Ok(false);
        };
        rustix::fs::linkat(CWD, first, entry.to, entry.name, AtFlags::empty())
            .map_err(|error| self.failed("link", entry, error))?;
        Ok(true)
    }

    fn below(&mut self, entry: &Entry<'_>) -> Result<(), Error> {
        let whole = self.source.join(&entry.inner);
        if place::mount_of_directory(&whole)? != self.mount {
            return Err(Error::Mounted(whole));
        }
        rustix::fs::mkdirat(entry.to, entry.name, Mode::RWXU)
            .map_err(|error| self.failed("make", entry, error))?;
        let name = census::as_path(entry.name);
        let from = census::open_directory(entry.from, name, &whole)?;
        let to = census::open_directory(entry.to, name, &self.target.join(&entry.inner))?;
        self.directory(&from, &to, &entry.inner)
    }

    fn file(&self, entry: &Entry<'_>) -> Result<(), Error> {
        let reading = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let writing = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let whole = self.source.join(&entry.inner);
        let from = rustix::fs::openat(entry.from, entry.name, reading, Mode::empty())
            .map_err(|error| Error::io("open", &whole, error))?;
        let to = rustix::fs::openat(entry.to, entry.name, writing, Mode::RUSR | Mode::WUSR)
            .map_err(|error| self.failed("make", entry, error))?;
        let target = self.target.join(&entry.inner);
        if self.clones {
            file::clone(&from, &to, &target)?;
        } else {
            file::copy(&from, &to, &target, self.progress)?;
        }
        file::attributes(&from, &to, &entry.stat, &target)
    }

    fn symlink(&self, entry: &Entry<'_>) -> Result<(), Error> {
        let failed = |error| self.failed("link", entry, error);
        let target = rustix::fs::readlinkat(entry.from, entry.name, Vec::new()).map_err(failed)?;
        rustix::fs::symlinkat(target, entry.to, entry.name).map_err(failed)?;
        self.owner_and_times(entry)
    }

    /// A device, a pipe or a socket.
    fn node(&self, entry: &Entry<'_>, kind: FileType) -> Result<(), Error> {
        let mode = Mode::from_raw_mode(entry.stat.st_mode);
        rustix::fs::mknodat(entry.to, entry.name, kind, mode, entry.stat.st_rdev)
            .map_err(|error| self.failed("make", entry, error))?;
        self.owner_and_times(entry)?;
        rustix::fs::chmodat(entry.to, entry.name, mode, AtFlags::empty())
            .map_err(|error| self.failed("set the mode of", entry, error))?;
        self.owner_and_times(entry)
    }

    fn owner_and_times(&self, entry: &Entry<'_>) -> Result<(), Error> {
        let (uid, gid) = owner(&entry.stat);
        let failed = |error| self.failed("set the owner of", entry, error);
        rustix::fs::chownat(entry.to, entry.name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)
            .map_err(failed)?;
        rustix::fs::utimensat(entry.to, entry.name, &times(&entry.stat), AtFlags::SYMLINK_NOFOLLOW)
            .map_err(failed)
    }

    fn failed(&self, what: &'static str, entry: &Entry<'_>, error: rustix::io::Errno) -> Error {
        Error::io(what, &self.target.join(&entry.inner), error)
    }
}

/// The user and the group of an entry.
pub(super) fn owner(stat: &Stat) -> (Uid, Gid) {
    (Uid::from_raw(stat.st_uid), Gid::from_raw(stat.st_gid))
}

/// When an entry was last read and changed.
pub(super) fn times(stat: &Stat) -> Timestamps {
    let spec = |seconds, nanoseconds: u64| Timespec {
        tv_sec: seconds,
        tv_nsec: i64::try_from(nanoseconds).unwrap_or(0),
    };
    Timestamps {
        last_access: spec(stat.st_atime, stat.st_atime_nsec),
        last_modification: spec(stat.st_mtime, stat.st_mtime_nsec),
    }
}
