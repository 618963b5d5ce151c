//! The last good document of each object.
//!
//! Owns the table `documents`: what a file declared when it was last sound, so that a broken file keeps its
//! objects in force over a restart. Never validates: [`podsteward_specs::document::Document::from_canonical`] does.

use podsteward_specs::document::{Document, Origin};
use podsteward_specs::key::Key;

use crate::error::Result;
use crate::store::Store;

/// A document as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastGood {
    /// The object.
    pub key: Key,
    /// The document as canonical JSON.
    pub canonical: String,
    /// Where it stood.
    pub origin: Origin,
}

impl From<&Document> for LastGood {
    fn from(document: &Document) -> Self {
        Self {
            key: document.key.clone(),
            canonical: document.canonical.to_string(),
            origin: document.origin.clone(),
        }
    }
}

impl Store {
    /// All last good documents, by key.
    pub fn last_good(&self) -> Result<Vec<LastGood>> {
        todo!()
    }

    /// Makes the kept documents these, in one transaction: the documents in force of all files, those that are
    /// vanishing included. Writes only what changed; the answer tells whether anything did.
    pub fn replace_last_good(&self, documents: &[LastGood]) -> Result<bool> {
        let _ = documents;
        todo!()
    }
}
