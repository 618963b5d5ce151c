//! Where what each watched path lies on is mounted.
//!
//! Owns the comparison with where it was mounted before, also in another life of the controller. Never looks at a mount.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::disks::Error;

/// The mount point of each path.
#[derive(Debug, Default)]
pub(super) struct Mounts(BTreeMap<PathBuf, PathBuf>);

impl Mounts {
    /// Takes in what was seen before, of paths that were not seen since.
    pub(super) fn remember(&mut self, mounts: &BTreeMap<String, String>) {
        for (path, point) in mounts {
            self.0.entry(PathBuf::from(path)).or_insert_with(|| PathBuf::from(point));
        }
    }

    /// Each of the watched paths with its mount point, as far as these are text; forgets every other one.
    pub(super) fn of(&mut self, watched: &BTreeSet<String>) -> BTreeMap<String, String> {
        self.0.retain(|path, _| path.to_str().is_some_and(|path| watched.contains(path)));
        let text = |path: &Path| path.to_str().map(str::to_owned);
        self.0.iter().filter_map(|(path, point)| Some((text(path)?, text(point)?))).collect()
    }

    /// Takes in where a path lies now. Further up than before, it is another filesystem, that was below all the time.
    pub(super) fn follow(&mut self, path: &Path, point: PathBuf) -> Result<(), Error> {
        let before = self.0.get(path).filter(|before| **before != point && before.starts_with(&point));
        if let Some(before) = before {
            let why = "where that is meant, remove its DiskPolicy and declare it again";
            return Err(Error(format!("nothing is mounted at {} any more ({why})", before.display())));
        }
        self.0.insert(path.to_owned(), point);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
