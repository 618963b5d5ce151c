//! What the manifests say at one moment.
//!
//! Owns the shape of the answer. Never computes it (see [`super::merge`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podsteward_domain::time::Moment;
use podsteward_specs::document::Document;
use podsteward_specs::key::Key;
use podsteward_specs::problem::Problem;
use podsteward_store::Vanished;

/// What the manifests say, after everything that keeps accidents from counting as edits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ManifestView {
    /// The documents in force: as they stand in the files, or the last good form where a problem holds them.
    pub documents: BTreeMap<Key, Arc<Document>>,
    /// Everything that is wrong, by file and place.
    pub problems: Vec<Problem>,
    /// The problems that hold an object at its last good form, or keep it out, as they are printed.
    pub problems_of: BTreeMap<Key, Vec<String>>,
    /// The documents that were in force and are gone. None of them is in `documents`.
    pub vanished: BTreeMap<Key, Vanishing>,
    /// The words of files with problems that could name something on the host, such as an image: what they mean is not
    /// known, so it counts as needed.
    pub unsound: BTreeSet<String>,
    /// Something is there that could not be looked into.
    pub blind: bool,
    /// Whether everything could be read. Only such a read can say that a document is gone.
    pub complete: bool,
    /// Why changes are found by reading again and again instead of being told by the kernel.
    pub unwatched: Option<String>,
}

impl ManifestView {
    /// What was in force according to the store: its last good documents, some of which may have been gone already.
    pub fn remembered(
        good: impl IntoIterator<Item = Arc<Document>>,
        vanished: &BTreeMap<Key, Vanished>,
    ) -> Self {
        let mut view = Self::default();
        for last in good {
            match vanished.get(&last.key) {
                None => drop(view.documents.insert(last.key.clone(), last)),
                Some(&Vanished { since, reads, of, mass }) => {
                    view.vanished.insert(last.key.clone(), Vanishing { last, since, reads, of, mass });
                }
            }
        }
        view
    }
}

/// A document that is gone, as far as the reads could tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vanishing {
    /// The document as it last stood there.
    pub last: Arc<Document>,
    /// Since when it is gone.
    pub since: Moment,
    /// How many complete reads in a row did not have it.
    pub reads: u32,
    /// How many documents were declared when it went.
    pub of: usize,
    /// So many are gone together that a person must say it was meant: how many, of how many.
    pub mass: Option<(usize, usize)>,
}
