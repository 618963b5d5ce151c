//! Directories of one mount, held open and walked over.
//!
//! Owns the promise that nothing outside of a named directory is ever seen or touched: no symlink is followed, no mount
//! and no subvolume is entered, whatever is swapped meanwhile. Never deletes anything. Called by [`crate::files`] and
//! [`crate::disk`]. Needs Linux 5.8.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{
    AtFlags, CWD, Dir, DirEntry, FileType, Mode, OFlags, ResolveFlags, StatxFlags, openat2, statx,
};
use rustix::io::Errno;
use rustix::time::{ClockId, clock_gettime};

/// Directories that wait to be walked over are kept in memory, but no more of them than these.
const WAITING_MAX: usize = 100_000;
/// A clock is cheap, but not as cheap as an entry.
const ENTRIES_PER_LOOK_AT_THE_CLOCK: u64 = 64;

/// Where something lies. The device alone does not tell: a bind mount has that of its origin. The mount alone does not
/// tell either: a subvolume of btrfs is no mount, but has a device of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) device: (u32, u32),
    /// The kernel's number of the mount.
    pub(crate) mount: u64,
}

/// What is known about something in a directory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) kind: FileType,
    /// Where it lies.
    pub(crate) place: Place,
    /// Its number on its filesystem.
    pub(crate) inode: u64,
    /// How many names it has.
    pub(crate) links: u32,
    /// The bytes that it takes on the disk.
    pub(crate) bytes: u64,
    /// When what it holds was last changed, in milliseconds since 1970.
    pub(crate) changed_ms: i64,
}

/// What a name in a directory stands for, the empty name for the directory itself. A symlink stands for itself.
pub(crate) fn look(dir: impl AsFd, name: &OsStr) -> io::Result<Node> {
    let flags = AtFlags::SYMLINK_NOFOLLOW | AtFlags::NO_AUTOMOUNT | AtFlags::EMPTY_PATH;
    let stat = statx(dir, name, flags, StatxFlags::BASIC_STATS | StatxFlags::MNT_ID)?;
    let changed = stat.stx_mtime;
    Ok(Node {
        kind: FileType::from_raw_mode(stat.stx_mode.into()),
        place: Place { device: (stat.stx_dev_major, stat.stx_dev_minor), mount: stat.stx_mnt_id },
        inode: stat.stx_ino,
        links: stat.stx_nlink,
        bytes: stat.stx_blocks.saturating_mul(512),
        changed_ms: changed
            .tv_sec
            .saturating_mul(1000)
            .saturating_add(i64::from(changed.tv_nsec / 1_000_000)),
    })
}

/// A directory below which something is looked for.
#[derive(Debug)]
pub(crate) struct Root {
    fd: OwnedFd,
    /// Where it lies.
    pub(crate) place: Place,
}

impl Root {
    /// Opens it by its absolute path; a symlink anywhere in the path is an error, `ELOOP`.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let fd = openat2(CWD, path, reading(), Mode::empty(), ResolveFlags::NO_SYMLINKS)?;
        let place = look(&fd, OsStr::new(""))?.place;
        Ok(Self { fd, place })
    }

    /// Opens a directory below it, or it itself by the empty path. Whatever lies elsewhere is an error, `EXDEV`.
    pub(crate) fn directory(&self, below: &Path) -> io::Result<OwnedFd> {
        let below = if below.as_os_str().is_empty() { Path::new(".") } else { below };
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_XDEV;
        let fd = openat2(&self.fd, below, reading(), Mode::empty(), resolve)?;
        let here = look(&fd, OsStr::new(""))?.place == self.place;
        here.then_some(fd).ok_or_else(|| Errno::XDEV.into())
    }
}

fn reading() -> OFlags {
    OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC
}

/// How far a walk goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// So many directories below the root at most.
    pub(crate) depth: usize,
    /// So many entries at most.
    pub(crate) entries: u64,
    /// So long at most.
    pub(crate) time: Duration,
}

/// A regular file that a walk came by.
#[derive(Debug)]
pub(crate) struct File<'a> {
    /// The directory that it is in, below the root.
    pub(crate) directory: &'a Path,
    /// Its name in there.
    pub(crate) name: &'a OsStr,
    /// What is known about it.
    pub(crate) node: Node,
}

/// What a walk did not see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Unseen {
    /// It ended at a bound: there may be more.
    pub(crate) bounded: bool,
    /// What could not be read.
    pub(crate) unreadable: u64,
    /// What lies on another filesystem, behind another mount or in another subvolume.
    pub(crate) elsewhere: u64,
}

/// Visits the regular files below a root, those nearest to it first.
pub(crate) fn walk(root: &Root, bounds: Bounds, visit: &mut dyn FnMut(&File<'_>)) -> Unseen {
    let end = monotonic().saturating_add(bounds.time);
    let waiting = VecDeque::from([(PathBuf::new(), 0)]);
    let mut walk = Walk { root, bounds, end, entries: 0, over: false, waiting, unseen: Unseen::default() };
    while let Some((directory, depth)) = walk.waiting.pop_front() {
        if let Err(error) = walk.directory(&directory, depth, visit) {
            walk.unseen.count(&error);
        }
        if walk.over {
            break;
        }
    }
    walk.unseen
}

struct Walk<'a> {
    root: &'a Root,
    bounds: Bounds,
    /// When it ends, by the monotonic clock.
    end: Duration,
    entries: u64,
    over: bool,
    waiting: VecDeque<(PathBuf, usize)>,
    unseen: Unseen,
}

/// What lies in a directory.
enum Entry {
    Directory,
    File(Node),
    /// A symlink, a pipe, a socket or a device.
    Other,
}

impl Walk<'_> {
    fn directory(&mut self, path: &Path, depth: usize, visit: &mut dyn FnMut(&File<'_>)) -> io::Result<()> {
        let fd = self.root.directory(path)?;
        for entry in Dir::read_from(&fd)? {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name == "." || name == ".." {
                continue;
            }
            if self.is_at_its_end() {
                (self.over, self.unseen.bounded) = (true, true);
                break;
            }
            match self.entry(fd.as_fd(), &entry) {
                Ok(Entry::Directory) => self.wait(path.join(name), depth + 1),
                Ok(Entry::File(node)) => visit(&File { directory: path, name, node }),
                Ok(Entry::Other) => {}
                Err(error) => self.unseen.count(&error),
            }
        }
        Ok(())
    }

    /// What an entry is. A directory is not looked at before it is opened: it could be a mount whose server is gone, and
    /// opening it tells that without asking the server.
    fn entry(&self, dir: BorrowedFd<'_>, entry: &DirEntry) -> io::Result<Entry> {
        match entry.file_type() {
            FileType::Directory => return Ok(Entry::Directory),
            FileType::RegularFile | FileType::Unknown => {}
            _ => return Ok(Entry::Other),
        }
        let node = look(dir, OsStr::from_bytes(entry.file_name().to_bytes()))?;
        match node.kind {
            FileType::Directory => Ok(Entry::Directory),
            FileType::RegularFile if node.place == self.root.place => Ok(Entry::File(node)),
            FileType::RegularFile => Err(Errno::XDEV.into()),
            _ => Ok(Entry::Other),
        }
    }

    fn wait(&mut self, directory: PathBuf, depth: usize) {
        if depth > self.bounds.depth {
            return;
        }
        if self.waiting.len() < WAITING_MAX {
            self.waiting.push_back((directory, depth));
        } else {
            self.unseen.bounded = true;
        }
    }

    fn is_at_its_end(&mut self) -> bool {
        let asked = self.entries.is_multiple_of(ENTRIES_PER_LOOK_AT_THE_CLOCK);
        self.entries += 1;
        self.entries > self.bounds.entries || (asked && monotonic() >= self.end)
    }
}

impl Unseen {
    /// What is gone, or was swapped for something else meanwhile, is nothing that could have been seen.
    fn count(&mut self, error: &io::Error) {
        match Errno::from_io_error(error) {
            Some(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => {}
            Some(Errno::XDEV) => self.elsewhere += 1,
            _ => self.unreadable += 1,
        }
    }
}

/// Time since some moment, which nobody sets. It only bounds how long a walk takes, and decides nothing else.
pub(crate) fn monotonic() -> Duration {
    Duration::try_from(clock_gettime(ClockId::Monotonic)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
