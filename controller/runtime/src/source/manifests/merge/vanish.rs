//! Documents that are gone.
//!
//! Owns the count of reads that agree, and the judgement that too many went together. Never removes anything.

use std::sync::Arc;

use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use podsteward_specs::problem::Problem;

use super::Merge;
use crate::source::manifests::view::Vanishing;

/// So many may go together without a person's word, however large their part is.
const MASS_COUNT: usize = 3;
/// And so large a part, in percent, however many they are.
const MASS_PERCENT: usize = 30;

impl Merge<'_> {
    /// Finds what was in force and is neither declared nor held now.
    pub(super) fn find_the_vanished(&mut self, now: Moment) {
        let before = self.before;
        let of = before.documents.len() + before.vanished.len();
        for (key, last) in &before.documents {
            if self.view.documents.contains_key(key) {
                continue;
            }
            if self.complete {
                let vanishing = Vanishing { last: Arc::clone(last), since: now, reads: 1, of, mass: None };
                self.view.vanished.insert(key.clone(), vanishing);
            } else {
                self.view.documents.insert(key.clone(), Arc::clone(last));
                let blinding = self.blinding();
                self.hold(key, blinding);
            }
        }
        for (key, vanishing) in &before.vanished {
            if !self.view.documents.contains_key(key) {
                let vanishing = self.still_gone(key, vanishing, now);
                self.view.vanished.insert(key.clone(), vanishing);
            }
        }
        self.judge_mass();
    }

    /// A read that is not complete, or a file that may have the document, proves nothing: the count begins anew.
    fn still_gone(&self, key: &Key, vanishing: &Vanishing, now: Moment) -> Vanishing {
        let declares = |key: &Key| self.holding.contains_key(key);
        let may_be_there = declares(key) || self.fresh.files.iter().any(|file| file.may_declare(key));
        if self.complete && !may_be_there {
            Vanishing { reads: vanishing.reads.saturating_add(1), ..vanishing.clone() }
        } else {
            Vanishing { reads: 0, since: now, ..vanishing.clone() }
        }
    }

    /// The problems that keep this read from being complete.
    fn blinding(&self) -> Vec<Problem> {
        let of_files =
            |problem: &&Problem| self.fresh.files.iter().any(|file| file.loaded.path == problem.file);
        self.problems.iter().filter(|problem| !of_files(problem)).cloned().collect()
    }

    /// Once too many went together, each of them waits for a person, or for its own document: also when some of them are
    /// settled first, and when some come back. Whoever puts them back one by one wants the rest last of all removed.
    fn judge_mass(&mut self) {
        let gone = self.view.vanished.len();
        for vanishing in self.view.vanished.values_mut() {
            let mass = gone > MASS_COUNT && gone * 100 > vanishing.of * MASS_PERCENT;
            vanishing.mass = if mass { Some((gone, vanishing.of)) } else { vanishing.mass };
        }
    }
}
