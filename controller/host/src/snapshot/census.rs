//! What a directory holds, told so that two of them can be compared.
//!
//! Owns the count, the bytes and the digest: of each entry what is known without reading it, and of some files the
//! content. Never follows a symlink and never leaves the filesystem.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use podsteward_domain::snapshot::AREA;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use sha2::{Digest, Sha256};

use super::progress::Progress;
use super::{Error, btrfs, place};

/// Of so many files the content is compared.
const SAMPLE: usize = 64;
/// Of each so many bytes at most.
const SAMPLE_BYTES: u64 = 1 << 20;
/// What a block counts in what the kernel tells of a file.
const BLOCK: u64 = 512;
/// A file up to this size may take no block.
const SMALL: u64 = 4096;

/// What a directory holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Census {
    /// How many files, directories and whatever else lie in it.
    pub entries: u64,
    /// How many bytes its files hold; holes do not count.
    pub bytes: u64,
    /// The digest of what is known of each entry, and of what some files hold.
    digest: [u8; 32],
    /// A subvolume of btrfs lies within it.
    pub(super) nested: bool,
}

impl Census {
    /// Whether two directories hold the same. How many blocks that takes is the filesystem's own affair.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (self.entries, self.digest) == (other.entries, other.digest)
    }
}

impl fmt::Display for Census {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = self.digest.first_chunk().copied().map_or(0, u32::from_be_bytes);
        write!(f, "{} entries and {} bytes (digest {digest:08x})", self.entries, self.bytes)
    }
}

/// What a directory holds.
pub(super) fn of(root: &Path, progress: &Progress) -> Result<Census, Error> {
    let mount = place::mount_of_directory(root)?;
    let mut walk = Walk { root, mount, on_btrfs: btrfs::is_btrfs(root)?, ..Walk::new(root, progress) };
    let directory = open_directory(rustix::fs::CWD, root, root)?;
    let stat = rustix::fs::fstat(&directory).map_err(|error| Error::io("look at", root, error))?;
    walk.note(Path::new(""), &stat, None);
    walk.directory(&directory, Path::new(""))?;
    walk.finish()
}

/// Opens a directory to read it, never through a symlink.
pub(super) fn open_directory(at: impl AsFd, name: &Path, whole: &Path) -> Result<OwnedFd, Error> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    rustix::fs::openat(at, name, flags, Mode::empty()).map_err(|error| Error::io("open", whole, error))
}

/// The names in a directory, sorted.
pub(super) fn names(directory: &OwnedFd, whole: &Path) -> Result<Vec<CString>, Error> {
    let read = |error| Error::io("read", whole, error);
    let mut names = Vec::new();
    for entry in rustix::fs::Dir::read_from(directory).map_err(read)? {
        let entry = entry.map_err(read)?;
        let name = entry.file_name();
        if name != c"." && name != c".." {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// A name as a path.
pub(super) fn as_path(name: &CString) -> &Path {
    Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()))
}

struct Walk<'a> {
    root: &'a Path,
    progress: &'a Progress,
    mount: u64,
    on_btrfs: bool,
    digest: Sha256,
    entries: u64,
    bytes: u64,
    nested: bool,
    /// The files whose content is compared, by the digest of their path: the same ones wherever the tree lies.
    sample: BTreeMap<[u8; 32], PathBuf>,
}

impl<'a> Walk<'a> {
    fn new(root: &'a Path, progress: &'a Progress) -> Self {
        Self {
            root,
            progress,
            mount: 0,
            on_btrfs: false,
            digest: Sha256::new(),
            entries: 0,
            bytes: 0,
            nested: false,
            sample: BTreeMap::new(),
        }
    }

    fn directory(&mut self, directory: &OwnedFd, inner: &Path) -> Result<(), Error> {
        let whole = self.root.join(inner);
        for name in names(directory, &whole)? {
            self.entry(directory, &inner.join(as_path(&name)), &name)?;
        }
        Ok(())
    }

    fn entry(&mut self, directory: &OwnedFd, inner: &Path, name: &CString) -> Result<(), Error> {
        let whole = self.root.join(inner);
        self.progress.step(&whole)?;
        let stat = rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW)
            .map_err(|error| Error::io("look at", &whole, error))?;
        self.entries += 1;
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => {
                if as_path(name) == Path::new(AREA) {
                    return Err(Error::HoldsSnapshots(whole));
                }
                if place::mount_of_directory(&whole)? != self.mount {
                    return Err(Error::Mounted(whole));
                }
                self.nested |= self.on_btrfs && stat.st_ino == btrfs::SUBVOLUME_INODE;
                self.note(inner, &stat, None);
                let below = open_directory(directory, as_path(name), &whole)?;
                self.directory(&below, inner)?;
            }
            FileType::Symlink => {
                let target = rustix::fs::readlinkat(directory, name, Vec::new())
                    .map_err(|error| Error::io("read", &whole, error))?;
                self.note(inner, &stat, Some(target.as_bytes()));
            }
            FileType::RegularFile => {
                self.bytes += held(&stat);
                self.note(inner, &stat, None);
                self.pick(inner);
            }
            _ => self.note(inner, &stat, None),
        }
        Ok(())
    }

    /// Takes in what is known of an entry without reading it. The size of a directory is the filesystem's own affair.
    fn note(&mut self, inner: &Path, stat: &Stat, target: Option<&[u8]>) {
        let of_file = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        let size = if of_file { stat.st_size } else { 0 };
        let parts = [
            i128::from(stat.st_mode),
            i128::from(stat.st_uid),
            i128::from(stat.st_gid),
            i128::from(stat.st_rdev),
            i128::from(size),
            i128::from(stat.st_mtime),
            i128::from(stat.st_mtime_nsec),
        ];
        self.digest.update(inner.as_os_str().as_bytes());
        self.digest.update([0]);
        for part in parts {
            self.digest.update(part.to_le_bytes());
        }
        self.digest.update(target.unwrap_or_default());
    }

    fn pick(&mut self, inner: &Path) {
        let place: [u8; 32] = Sha256::digest(inner.as_os_str().as_bytes()).into();
        if self.sample.len() == SAMPLE && self.sample.last_key_value().is_some_and(|(last, _)| place > *last)
        {
            return;
        }
        self.sample.insert(place, inner.to_owned());
        if self.sample.len() > SAMPLE {
            self.sample.pop_last();
        }
    }

    fn finish(mut self) -> Result<Census, Error> {
        for inner in std::mem::take(&mut self.sample).into_values() {
            self.read(&inner)?;
        }
        let Self { entries, bytes, nested, digest, .. } = self;
        Ok(Census { entries, bytes, digest: digest.finalize().into(), nested })
    }

    fn read(&mut self, inner: &Path) -> Result<(), Error> {
        let whole = self.root.join(inner);
        self.progress.step(&whole)?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::open(&whole, flags, Mode::empty())
            .map_err(|error| Error::io("open", &whole, error))?;
        let mut content = Vec::new();
        File::from(file)
            .take(SAMPLE_BYTES)
            .read_to_end(&mut content)
            .map_err(|error| Error::io("read", &whole, error))?;
        self.digest.update(Sha256::digest(&content));
        Ok(())
    }
}

/// How many bytes a file holds, holes left out. A small one may lie in no block of its own.
fn held(stat: &Stat) -> u64 {
    let number = |number| u64::try_from(number).unwrap_or(0);
    number(stat.st_size).min((number(stat.st_blocks) * BLOCK).max(SMALL))
}
