//! Knows when the manifests directory changed.
//!
//! Owns the kernel's watches (inotify, through `notify`) and the wait until a change has come to rest. Never reads
//! a manifest and never says what changed: whoever hears of a change reads the whole directory. Used by the
//! manifests source.
//!
//! A watch follows an inode, not a name. Therefore the identity of the directory is compared before each read: a
//! directory that was removed and made anew, or a symbolic link that was turned, is watched again.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::task::spawn_blocking;

mod rest;
mod signal;

use signal::Signal;

/// Watches one directory, which need not exist.
pub struct DirectoryWatch {
    root: PathBuf,
    signal: Arc<Signal>,
    watched: Option<Watched>,
}

/// The watches in place.
struct Watched {
    /// Dropping it ends the watches.
    _watcher: RecommendedWatcher,
    identity: Identity,
}

/// Device and inode of the directory.
type Identity = (u64, u64);

/// Why the directory is not watched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not there, or cannot be looked at.
    #[error("there is no directory {0} to watch")]
    Absent(PathBuf),
    /// The kernel refuses, for example because all watches are in use.
    #[error("cannot watch {path}")]
    Refused {
        /// The directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: notify::Error,
    },
    /// The thread that does it ended.
    #[error("the watch was given up")]
    GivenUp(#[source] tokio::task::JoinError),
}

impl DirectoryWatch {
    /// Watches `root` from the first [`Self::refresh`] on.
    pub fn new(root: &Path) -> Self {
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        Self { signal: Arc::new(Signal::new(&root)), root, watched: None }
    }

    /// Makes sure that the directory that has the name now is the one that is watched. To be called before each
    /// read, so that nothing is missed between the two.
    pub async fn refresh(&mut self) -> Result<(), Error> {
        let (root, signal) = (self.root.clone(), Arc::clone(&self.signal));
        let before = self.watched.take();
        let refresh = move || match (before, identity(&root)) {
            (Some(watched), Some(identity)) if watched.identity == identity => (Some(watched), Ok(())),
            (_, identity) => establish(&root, &signal, identity),
        };
        let (watched, result) = spawn_blocking(refresh).await.map_err(Error::GivenUp)?;
        self.watched = watched;
        result
    }

    /// Returns when something has changed and come to rest.
    pub async fn changed(&self) {
        rest::changed(&self.signal).await;
    }
}

fn identity(root: &Path) -> Option<Identity> {
    let metadata = fs::metadata(root).ok().filter(fs::Metadata::is_dir)?;
    Some((metadata.dev(), metadata.ino()))
}

/// Watches the directory, and the nearest directory above it that exists, where it appears or is turned.
fn establish(
    root: &Path,
    signal: &Arc<Signal>,
    identity: Option<Identity>,
) -> (Option<Watched>, Result<(), Error>) {
    let refused = |source| Error::Refused { path: root.to_owned(), source };
    let handler = Arc::clone(signal);
    let mut watcher = match notify::recommended_watcher(move |event| handler.take(event)) {
        Ok(watcher) => watcher,
        Err(source) => return (None, Err(refused(source))),
    };
    if let Some(above) = root.ancestors().skip(1).find(|above| above.is_dir()) {
        // Without it a directory that is made anew is found by the next read.
        let _ = watcher.watch(above, RecursiveMode::NonRecursive);
    }
    // While there is no directory the watches above it are kept, under an identity that no directory has.
    let Some(identity) = identity else {
        return (Some(Watched { _watcher: watcher, identity: (0, 0) }), Err(Error::Absent(root.to_owned())));
    };
    match watcher.watch(root, RecursiveMode::Recursive) {
        Ok(()) => (Some(Watched { _watcher: watcher, identity }), Ok(())),
        Err(source) => (None, Err(refused(source))),
    }
}

#[cfg(test)]
mod tests;
