//! What a reading holds, loaded.
//!
//! Owns the cache: a file that did not change is not loaded again, so that the cost of an edit does not grow with
//! the number of files. Never compares documents. Used by the manifests source between reading and merging.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podsteward_specs::key::Key;
use podsteward_specs::load::{LoadedFile, SourceFile, load};
use podsteward_specs::problem::Problem;
use sha2::{Digest as _, Sha256};

use super::read::Reading;

/// A reading, loaded.
#[derive(Debug, Clone, Default)]
pub struct Fresh {
    /// The files, by path.
    pub files: Vec<FreshFile>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Something is there that could not be looked into.
    pub blind: bool,
}

/// One file, loaded.
#[derive(Debug, Clone)]
pub struct FreshFile {
    /// What it holds.
    pub loaded: Arc<LoadedFile>,
    bytes: Vec<u8>,
}

impl FreshFile {
    /// Whether this file cannot be understood as a whole, and the object may be declared in it.
    pub fn may_declare(&self, key: &Key) -> bool {
        !self.loaded.is_sound() && has_word(&self.bytes, key.name.as_str().as_bytes())
    }

    /// Its words that could name something on the host: what stands before a colon alone is a field.
    pub fn words(&self) -> BTreeSet<String> {
        let text = String::from_utf8_lossy(&self.bytes);
        let separates = |c: char| !(c.is_alphanumeric() || "._/:@-+".contains(c));
        text.split(separates)
            .filter(|word| !word.is_empty() && !word.ends_with(':'))
            .map(str::to_owned)
            .collect()
    }
}

/// What was loaded last, by path.
#[derive(Debug, Default)]
pub struct Cache {
    files: BTreeMap<String, ([u8; 32], Arc<LoadedFile>)>,
}

impl Cache {
    /// Loads what changed since the last time.
    pub fn load(&mut self, reading: Reading) -> Fresh {
        let before = std::mem::take(&mut self.files);
        let mut files = Vec::with_capacity(reading.files.len());
        for file in reading.files {
            let digest: [u8; 32] = Sha256::digest(&file.bytes).into();
            let known = before.get(&file.path).filter(|(known, _)| *known == digest);
            let Some(loaded) = known.map(|(_, loaded)| Arc::clone(loaded)).or_else(|| load_one(&file)) else {
                continue;
            };
            self.files.insert(file.path, (digest, Arc::clone(&loaded)));
            files.push(FreshFile { loaded, bytes: file.bytes });
        }
        Fresh { files, problems: reading.problems, blind: reading.blind }
    }
}

fn load_one(file: &SourceFile) -> Option<Arc<LoadedFile>> {
    load(std::slice::from_ref(file)).files.pop().map(Arc::new)
}

/// Whether a name stands in a text as a whole word.
fn has_word(text: &[u8], name: &[u8]) -> bool {
    let inner = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    let mut windows = text.windows(name.len().max(1)).enumerate();
    windows.any(|(at, window)| {
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        window == name && !inner(before) && !inner(text.get(at + name.len()))
    })
}
