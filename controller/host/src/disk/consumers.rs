//! The directories that take most of a filesystem.
//!
//! Owns the count, for people who look for what fills a disk. Never enters another filesystem, and never takes longer than
//! it is given. Called by the runtime when a disk is full and podsteward cannot free enough.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Error, mount_of};
use crate::walk::{Bounds, File, Root, walk};

/// So deep directories are told apart; what lies deeper counts for them.
const DEPTH: usize = 3;
/// So many entries are looked at.
const ENTRIES: u64 = 2_000_000;

/// The directories that take most.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Directories {
    /// Each with the bytes of its files on the disk, the largest first. Directories down to the third level are told apart:
    /// one on the third counts with everything below it, one above only with the files right in it, so that nothing
    /// counts twice.
    pub largest: Vec<(PathBuf, u64)>,
    /// Everything was looked at. Otherwise time ran out or something could not be read, and there may be more.
    pub complete: bool,
}

/// Finds the largest directories of the mount that a path lies on, `max` of them at most, within `time`.
///
/// # Errors
/// The path is not absolute or does not exist; its mount is not visible or cannot be read.
pub fn largest_directories(path: &Path, max: usize, time: Duration) -> Result<Directories, Error> {
    largest_below(&mount_of(path)?.mount_point, max, time)
}

/// The bytes that the files below one directory take on the disk, or `None` where `time` ran out or something could not be
/// read. What lies behind a mount or in a subvolume does not count.
///
/// # Errors
/// The directory does not exist, cannot be read, or is reached through a symlink.
pub fn directory_size(directory: &Path, time: Duration) -> Result<Option<u64>, Error> {
    let (sizes, complete) = sizes_below(directory, time)?;
    Ok(complete.then(|| sizes.values().sum()))
}

fn largest_below(top: &Path, max: usize, time: Duration) -> Result<Directories, Error> {
    let (sizes, complete) = sizes_below(top, time)?;
    let mut largest: Vec<(PathBuf, u64)> = sizes.into_iter().filter(|(_, bytes)| *bytes > 0).collect();
    largest.sort_by(|(a, a_bytes), (b, b_bytes)| b_bytes.cmp(a_bytes).then_with(|| a.cmp(b)));
    largest.truncate(max);
    for (directory, _) in &mut largest {
        // Joining an empty path would leave a slash at the end.
        *directory = if directory.as_os_str().is_empty() { top.to_owned() } else { top.join(&directory) };
    }
    Ok(Directories { largest, complete })
}

/// The bytes of each directory that is told apart, and whether that is all of them.
fn sizes_below(top: &Path, time: Duration) -> Result<(BTreeMap<PathBuf, u64>, bool), Error> {
    let root = Root::open(top).map_err(|source| Error::Open { path: top.to_owned(), source })?;
    let mut sizes: BTreeMap<PathBuf, u64> = BTreeMap::new();
    let mut shared = BTreeSet::new();
    let bounds = Bounds { depth: usize::MAX, entries: ENTRIES, time };
    let unseen = walk(&root, bounds, &mut |file: &File<'_>| {
        // A file with several names takes its space once.
        if file.node.links > 1 && !shared.insert(file.node.inode) {
            return;
        }
        let directory: PathBuf = file.directory.components().take(DEPTH).collect();
        *sizes.entry(directory).or_default() += file.node.bytes;
    });
    Ok((sizes, !unseen.bounded && unseen.unreadable == 0))
}

#[cfg(test)]
mod tests;
