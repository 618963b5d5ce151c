//! Where Podman keeps its data, told by what lies there.
//!
//! Owns that question, because Podman itself cannot be asked while it hangs: nothing of its data is ever a file that may
//! go. Never deletes anything. Called by [`super::find`] and [`super::refusal`].

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::walk::{Root, look};

/// What Podman's storage holds at its top, and nothing else does.
const MARK: &str = "storage.lock";

/// The storages that a walk came by.
pub(super) struct Storage<'r> {
    root: &'r Root,
    tops: BTreeSet<PathBuf>,
    /// The directory that was asked about last, and the answer: a walk asks about each of its files.
    last: Option<(PathBuf, bool)>,
}

impl<'r> Storage<'r> {
    pub(super) fn below(root: &'r Root) -> Self {
        Self { root, tops: BTreeSet::new(), last: None }
    }

    /// Whether a directory is or lies in a storage. A walk comes by its top first: the mark is a file.
    pub(super) fn holds(&mut self, directory: &Path) -> bool {
        if let Some((last, holds)) = &self.last
            && last == directory
        {
            return *holds;
        }
        if self.is_top(directory) {
            self.tops.insert(directory.to_owned());
        }
        let holds = directory.ancestors().any(|above| self.tops.contains(above));
        self.last = Some((directory.to_owned(), holds));
        holds
    }

    fn is_top(&self, directory: &Path) -> bool {
        let opened = self.root.directory(directory);
        opened.is_ok_and(|directory| look(directory, OsStr::new(MARK)).is_ok_and(|node| node.kind.is_file()))
    }
}

/// Whether a path is or lies in a storage.
pub(super) fn holds(path: &Path) -> bool {
    path.ancestors().any(|above| above.join(MARK).is_file())
}
