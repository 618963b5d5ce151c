//! Where what each watched path lies on is mounted.
//!
//! Owns the comparison with where it was mounted before, also in another life of the controller, and with which filesystem it
//! was: of two mounts of one, either may go. Never looks at a mount.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use podsteward_host::disk::Filesystem;

use crate::disks::Error;

/// What each path lies on.
#[derive(Debug, Default)]
pub(super) struct Mounts(BTreeMap<PathBuf, Seen>);

/// What a path was seen to lie on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// Where that is mounted.
    pub(super) point: PathBuf,
    /// Which filesystem that is; not known of what is only remembered.
    pub(super) filesystem: Option<Filesystem>,
}

impl Mounts {
    /// Takes in what was seen before, of paths that were not seen since.
    pub(super) fn remember(&mut self, mounts: &BTreeMap<String, String>) {
        for (path, point) in mounts {
            let seen = || Seen { point: PathBuf::from(point), filesystem: None };
            self.0.entry(PathBuf::from(path)).or_insert_with(seen);
        }
    }

    /// Each of the watched paths with its mount point, as far as these are text; forgets every other one.
    pub(super) fn of(&mut self, watched: &BTreeSet<String>) -> BTreeMap<String, String> {
        self.0.retain(|path, _| path.to_str().is_some_and(|path| watched.contains(path)));
        let text = |path: &Path| path.to_str().map(str::to_owned);
        self.0.iter().filter_map(|(path, seen)| Some((text(path)?, text(&seen.point)?))).collect()
    }

    /// Takes in what a path lies on now. Further up than before, it is another filesystem, that was below all the time; or the
    /// same one, of which one mount is left.
    pub(super) fn follow(&mut self, path: &Path, seen: Seen) -> Result<(), Error> {
        let higher = |before: &&Seen| before.point != seen.point && before.point.starts_with(&seen.point);
        let another = |before: &&Seen| before.filesystem.is_none() || before.filesystem != seen.filesystem;
        if let Some(before) = self.0.get(path).filter(higher).filter(another) {
            let why = "where that is meant, remove its DiskPolicy and declare it again";
            return Err(Error(format!("nothing is mounted at {} any more ({why})", before.point.display())));
        }
        self.0.insert(path.to_owned(), seen);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
