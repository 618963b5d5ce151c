//! The end of files that were found.
//!
//! Owns the last look before each deletion, because a plan is older than what it names. Never deletes a directory, a
//! symlink or anything outside of the root. Called through [`crate::files`].

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use podsteward_domain::disk::inventory::FoundFile;
use rustix::fs::{AtFlags, unlinkat};
use rustix::io::Errno;

use super::named::Below;
use super::{Error, Rule, Selection, open};
use crate::walk::{Root, look};

/// What was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deleted {
    /// So many files.
    pub count: u64,
    /// The bytes that they took. Those of a file that somebody holds open come free when it is closed, and those that
    /// a snapshot holds do not: what was really freed is measured.
    pub bytes: u64,
    /// The files that stayed, each with the reason, for people. A file that was gone already is not among them.
    pub kept: Vec<String>,
}

/// Deletes files that [`super::find`] found, each only if it is still what was meant: a regular file on the root's own
/// mount, reached without a symlink, that matches and is old enough.
///
/// # Caveats
/// Between the last look and the deletion another file can take its name in the same directory; that one goes then.
///
/// # Errors
/// The root cannot be opened or the glob cannot be read; nothing is deleted then.
pub fn delete(selection: &Selection<'_>, files: &[FoundFile]) -> Result<Deleted, Error> {
    let rule = Rule::new(selection)?;
    let root = open(selection.root)?;
    let mut named = Below::new(selection.named, &root, selection.root);
    let mut deleted = Deleted::default();
    for file in files {
        match delete_one(&root, &rule, &mut named, Path::new(&file.path)) {
            Ok(bytes) => {
                deleted.count += 1;
                deleted.bytes += bytes;
            }
            Err(Kept::Gone) => {}
            Err(Kept::For(reason)) => deleted.kept.push(format!("{}: {reason}", file.path)),
        }
    }
    Ok(deleted)
}

/// Why a file was not deleted.
enum Kept {
    /// It is not there any more.
    Gone,
    For(String),
}

impl From<io::Error> for Kept {
    fn from(error: io::Error) -> Self {
        match Errno::from_io_error(&error) {
            Some(Errno::NOENT) => Self::Gone,
            Some(Errno::LOOP | Errno::NOTDIR) => Self::For("its directory is none any more".to_owned()),
            Some(Errno::XDEV) => Self::For("it lies on another mount or in another subvolume".to_owned()),
            _ => Self::For(error.to_string()),
        }
    }
}

/// Deletes one file and tells the bytes that this frees.
fn delete_one(root: &Root, rule: &Rule, named: &mut Below<'_>, path: &Path) -> Result<u64, Kept> {
    let kept = |reason: &str| Err(Kept::For(reason.to_owned()));
    let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
        return kept("it is no path of a file");
    };
    if !rule.names(path) {
        return kept("it does not match the glob");
    }
    let directory = root.directory(directory)?;
    let node = look(&directory, OsStr::new(name))?;
    if !node.kind.is_file() {
        return kept("it is no regular file any more");
    }
    if node.place != root.place {
        return Err(io::Error::from(Errno::XDEV).into());
    }
    if let Some(by) = named.by(path, &node) {
        return Err(Kept::For(format!("it is {}", by.by)));
    }
    if !rule.is_old(&node) {
        return kept("it was changed meanwhile");
    }
    unlinkat(&directory, name, AtFlags::empty()).map_err(io::Error::from)?;
    Ok(if node.links == 1 { node.bytes } else { 0 })
}

#[cfg(test)]
mod tests;
