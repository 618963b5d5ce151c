//! Reads manifests.
//!
//! Owns which files count (`*.yaml`, `*.yml`, no dot-files, recursively) and the readers: of a directory, and of
//! one in memory. Never parses: bytes go out, with a problem for whatever could not be read. Called by the
//! manifests source, and by `validate` and `plan`.

use std::path::PathBuf;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use podsteward_specs::load::SourceFile;
use podsteward_specs::problem::{Place, Problem};

mod memory;
mod walk;

pub use memory::MemoryDirectory;
pub use walk::{read_directory, read_paths};

/// What was read, at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// The files, by path.
    pub files: Vec<SourceFile>,
    /// What could not be read, or not be read whole.
    pub problems: Vec<Problem>,
    /// Something is there that could not be looked into: what is missing elsewhere may be in there.
    pub blind: bool,
}

impl Reading {
    fn problem(&mut self, file: &str, message: &str) {
        self.problems.push(Problem::new(file, Place::START, "", message));
    }
}

/// Reads all manifests. The simulation has them in memory.
pub trait ManifestReader: Send + Sync {
    /// Reads everything now. What cannot be read becomes a problem.
    fn read(&self) -> BoxFuture<'_, Reading>;
}

/// Reads a directory.
#[derive(Debug, Clone)]
pub struct DirectoryReader {
    root: Arc<PathBuf>,
}

impl DirectoryReader {
    /// Reads `root`, which need not exist yet.
    pub fn new(root: PathBuf) -> Self {
        Self { root: Arc::new(root) }
    }
}

impl ManifestReader for DirectoryReader {
    /// On a thread of its own: a filesystem may hang.
    fn read(&self) -> BoxFuture<'_, Reading> {
        let root = Arc::clone(&self.root);
        let read = tokio::task::spawn_blocking(move || read_directory(&root));
        read.map(|read| read.unwrap_or_else(|_| Reading { blind: true, ..Reading::default() })).boxed()
    }
}

/// Whether a file of this name is a manifest.
pub(super) fn is_manifest(file_name: &str) -> bool {
    let extension = file_name.rsplit_once('.').map(|(_, extension)| extension);
    !file_name.starts_with('.') && matches!(extension, Some("yaml" | "yml"))
}
