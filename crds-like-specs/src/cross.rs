//! Checks between documents, of one file or of many.
//!
//! Owns what one document cannot know by itself: duplicate keys, dependencies, cycles, host ports. Never changes a
//! document. Pure: the caller hands in the mixture of fresh documents and, for files that are not sound, last
//! good ones.

use std::collections::BTreeSet;

use crate::document::Document;
use crate::key::Key;
use crate::problem::Problem;

/// A problem between documents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CrossProblem {
    /// What is wrong. It stands in the document that comes later by file and line, and names the other place;
    /// a cycle stands in each of its documents.
    pub problem: Problem,
    /// The objects that the caller holds at their last good form (or leaves out when they never had one) until
    /// the problem is gone. The rest of the manifests keeps working.
    pub holds: BTreeSet<Key>,
}

/// Everything that is wrong between the documents, by place.
pub fn cross_check(_documents: &[Document]) -> Vec<CrossProblem> {
    Vec::new()
}
