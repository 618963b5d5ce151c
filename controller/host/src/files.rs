//! Files below a named directory: which are old enough to go, and their end.
//!
//! Owns what a `deleteFiles` step reaches: regular files of the directory's own mount, by a path without a symlink. Never
//! says whether they should go. Called by the runtime, in a thread that may wait for a disk.

use std::collections::{BTreeMap, BinaryHeap};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use globset::GlobMatcher;
use podsteward_domain::disk::inventory::FoundFile;
use rustix::io::Errno;

use crate::snapshot;
use crate::walk::{Bounds, File, Node, Root, Unseen, walk};

mod delete;
mod log;
mod named;
mod refusal;
mod storage;

pub use delete::{Deleted, delete};
pub use log::truncate_log;
pub use named::Named;
pub use refusal::refusal;

/// Which files are meant.
#[derive(Debug, Clone, Copy)]
pub struct Selection<'a> {
    /// The directory, by its absolute path, no part of which is a symlink.
    pub root: &'a Path,
    /// Their path below it, as [`podsteward_specs::disk::glob`] reads it. A leading dot is a letter like any other.
    pub glob: &'a str,
    /// What they hold was changed at least so long ago.
    pub older_than: Duration,
    /// Now, in milliseconds since 1970.
    pub now_wall_ms: i64,
    /// What stays whatever the glob says.
    pub named: &'a Named,
}

/// How much is found at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// So many files, the oldest ones.
    pub files: usize,
    /// So many entries of directories are looked at.
    pub entries: u64,
    /// So long is looked.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { files: 10_000, entries: 1_000_000, time: Duration::from_secs(10) }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The files, the oldest first. A file with further names takes no bytes, but for the last of its names when all
    /// of them are listed: only then its space is freed.
    pub files: Vec<FoundFile>,
    /// A limit was reached: there may be more.
    pub truncated: bool,
    /// So many files have a name that is no UTF-8, which nobody could read in a plan. They stay.
    pub not_utf8: u64,
    /// So many files and directories could not be read.
    pub unreadable: u64,
    /// So many lie behind a mount or in another subvolume.
    pub elsewhere: u64,
    /// What is meant as well and stays, because something names it, for people.
    pub stays: Vec<String>,
}

/// Why files cannot be looked for, deleted or emptied.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The path does not say where it begins.
    #[error("{} is not absolute", .0.display())]
    NotAbsolute(PathBuf),
    /// A part of the path is a symlink, which somebody could turn elsewhere.
    #[error("{} is reached through a symlink: name the directory itself", .0.display())]
    Symlink(PathBuf),
    /// It cannot be opened.
    #[error("cannot open {}", path.display())]
    Open {
        /// The path.
        path: PathBuf,
        /// The kernel's answer.
        source: io::Error,
    },
    /// The glob cannot be read.
    #[error("the glob cannot be read")]
    Glob(#[source] globset::Error),
    /// Only a regular file can be emptied.
    #[error("{} is no regular file", .0.display())]
    NotRegular(PathBuf),
    /// It cannot be emptied.
    #[error("cannot empty {}", path.display())]
    Truncate {
        /// The path.
        path: PathBuf,
        /// The kernel's answer.
        source: io::Error,
    },
}

/// Finds the files that are meant. Reads directories, and nothing else.
///
/// # Errors
/// The root cannot be opened or the glob cannot be read. What cannot be read below the root is only counted.
pub fn find(selection: &Selection<'_>, limits: Limits) -> Result<Found, Error> {
    let rule = Rule::new(selection)?;
    let root = open(selection.root)?;
    let mut oldest = Oldest { max: limits.files, kept: BinaryHeap::new(), dropped: false };
    let mut not_utf8 = 0;
    let mut storage = storage::Storage::below(&root);
    let mut named = named::Below::new(selection.named, &root, selection.root);
    let bounds = Bounds { depth: depth(selection.glob), entries: limits.entries, time: limits.time };
    let unseen = walk(&root, bounds, &mut |file: &File<'_>| {
        let path = file.directory.join(file.name);
        if storage.holds(file.directory) || !rule.means(&path, &file.node) {
            return;
        }
        if named.by(&path, &file.node).is_some() {
            return;
        }
        match path.into_os_string().into_string() {
            Ok(path) => oldest.add(&file.node, path),
            Err(_) => not_utf8 += 1,
        }
    });
    Ok(Found { stays: named.stays(), ..oldest.found(not_utf8, unseen) })
}

/// A [`Selection`] that can be asked.
struct Rule {
    glob: GlobMatcher,
    changed_ms_max: i64,
}

impl Rule {
    fn new(selection: &Selection<'_>) -> Result<Self, Error> {
        let glob = podsteward_specs::disk::glob(selection.glob).map_err(Error::Glob)?;
        let age_ms = i64::try_from(selection.older_than.as_millis()).unwrap_or(i64::MAX);
        Ok(Self { glob, changed_ms_max: selection.now_wall_ms.saturating_sub(age_ms) })
    }

    fn is_old(&self, node: &Node) -> bool {
        node.changed_ms <= self.changed_ms_max
    }

    fn means(&self, path: &Path, node: &Node) -> bool {
        self.is_old(node) && self.names(path)
    }

    /// Whether a path is one of those that may be named: never one of a snapshot, whose files are as old as their source's.
    fn names(&self, path: &Path) -> bool {
        self.glob.is_match(path) && !snapshot::holds(path)
    }
}

/// How deep a glob reaches. One that spans directories reaches as deep as paths go.
fn depth(glob: &str) -> usize {
    if glob.contains("**") { usize::MAX } else { glob.matches('/').count() }
}

fn open(root: &Path) -> Result<Root, Error> {
    if !root.is_absolute() {
        return Err(Error::NotAbsolute(root.to_owned()));
    }
    Root::open(root).map_err(|source| match Errno::from_io_error(&source) {
        Some(Errno::LOOP) => Error::Symlink(root.to_owned()),
        _ => Error::Open { path: root.to_owned(), source },
    })
}

/// A file that is meant. Ordered by age, the youngest last; then by path.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    changed_ms: i64,
    path: String,
    bytes: u64,
    inode: u64,
    links: u32,
}

/// The oldest files of all that were seen, so many at most.
struct Oldest {
    max: usize,
    kept: BinaryHeap<Candidate>,
    dropped: bool,
}

impl Oldest {
    fn add(&mut self, node: &Node, path: String) {
        let Node { changed_ms, bytes, inode, links, .. } = *node;
        self.kept.push(Candidate { changed_ms, path, bytes, inode, links });
        if self.kept.len() > self.max {
            self.kept.pop();
            self.dropped = true;
        }
    }

    fn found(self, not_utf8: u64, unseen: Unseen) -> Found {
        let mut names: BTreeMap<u64, u32> = BTreeMap::new();
        let candidates = self.kept.into_sorted_vec().into_iter();
        let files = candidates.map(|candidate| {
            let seen = names.entry(candidate.inode).or_default();
            *seen += 1;
            let size = if *seen == candidate.links { candidate.bytes } else { 0 };
            FoundFile { path: candidate.path, size }
        });
        Found {
            files: files.collect(),
            truncated: self.dropped || unseen.bounded,
            not_utf8,
            unreadable: unseen.unreadable,
            elsewhere: unseen.elsewhere,
            stays: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
