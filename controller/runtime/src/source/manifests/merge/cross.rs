//! Problems between documents, and whom they hold.
//!
//! Owns the choice between a document as it stands in its file and its last good form. Never checks anything by
//! itself: [`cross_check`] does.

use std::collections::BTreeSet;
use std::sync::Arc;

use podsteward_specs::cross::{CrossProblem, cross_check};
use podsteward_specs::document::Document;
use podsteward_specs::key::Key;
use podsteward_specs::problem::Problem;

use super::Merge;

impl Merge<'_> {
    /// Puts the sound documents in force, but for those that a problem between documents holds at their last good
    /// form, or keeps out where they have none.
    pub(super) fn check_between_documents(&mut self) {
        let found = cross_check(&self.everything());
        self.tell(&found, &BTreeSet::new());
        let mut held = self.duplicates();
        // Holding one document may bring it in conflict with another. Each turn holds at least one more.
        loop {
            let found = cross_check(&self.chosen(&held));
            let more = self.tell(&found, &held);
            if more.is_subset(&held) {
                break;
            }
            held.extend(more);
        }
        for (key, document) in std::mem::take(&mut self.sound) {
            match (held.contains(key), self.last_good(key)) {
                (false, _) => self.put(document),
                (true, Some(last)) => {
                    self.view.documents.insert(key.clone(), Arc::clone(last));
                }
                (true, None) => {}
            }
        }
    }

    /// Takes over the problems, and gives the keys that they hold.
    fn tell(&mut self, found: &[CrossProblem], held: &BTreeSet<Key>) -> BTreeSet<Key> {
        let mut all = BTreeSet::new();
        for found in found {
            let of_last_good = found.holds.iter().any(|key| held.contains(key));
            let told = of_last_good.then(|| self.told_already(&found.problem)).flatten();
            let problem = told.unwrap_or_else(|| found.problem.clone());
            self.problems.insert(problem.clone());
            for key in self.held_by(found, held) {
                self.hold(&key, [problem.clone()]);
                all.insert(key);
            }
        }
        all
    }

    /// The same problem as it is told of the document in its file: a last good form has lost its lines, and would have
    /// it told once more at another place.
    fn told_already(&self, problem: &Problem) -> Option<Problem> {
        let same = |told: &&Problem| told.file == problem.file && told.message == problem.message;
        self.problems.iter().find(same).cloned()
    }

    /// Whom a problem holds. Of two documents that clash and were never in force, only the later one is kept out;
    /// but a new one does not take the place of one that stays as it was.
    fn held_by(&self, found: &CrossProblem, held: &BTreeSet<Key>) -> Vec<Key> {
        let origin = |key: &&Key| self.sound.get(*key).map(|document| &document.origin);
        let later = found.holds.iter().max_by_key(origin);
        let stays = later.is_some_and(|later| held.contains(later) && self.last_good(later).is_some());
        let holds = |key: &&Key| stays || Some(*key) == later || self.last_good(key).is_some();
        found.holds.iter().filter(holds).cloned().collect()
    }

    /// Every sound document, second ones of a key included, and what holds for files that are not sound.
    fn everything(&self) -> Vec<Document> {
        let files = self.fresh.files.iter().map(|file| &file.loaded).filter(|file| file.is_sound());
        let held = self.view.documents.values().map(|document| document.as_ref().clone());
        files.flat_map(|file| file.documents.iter().cloned()).chain(held).collect()
    }

    /// The documents that would be in force, one a key.
    fn chosen(&self, held: &BTreeSet<Key>) -> Vec<Document> {
        let sound = self.sound.iter().map(|(key, document)| {
            let last = self.last_good(key).filter(|_| held.contains(*key));
            last.map_or(*document, Arc::as_ref).clone()
        });
        sound.chain(self.view.documents.values().map(|document| document.as_ref().clone())).collect()
    }

    /// Keys that are declared more than once and were in force before. They stay as they were, so that a copy of
    /// a file that happens to sort first does not take over. Of a new key the first one counts.
    fn duplicates(&self) -> BTreeSet<Key> {
        let files = self.fresh.files.iter().map(|file| &file.loaded).filter(|file| file.is_sound());
        let mut seen = BTreeSet::new();
        let keys = files.flat_map(|file| &file.documents).map(|document| &document.key);
        keys.filter(|key| !seen.insert(*key) && self.last_good(key).is_some()).cloned().collect()
    }
}
