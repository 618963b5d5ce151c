//! From what was in force and what was read to what is in force.
//!
//! Owns the rules that keep an accident from counting as an edit: a file that cannot be understood keeps its last
//! good objects, a problem between documents holds those it concerns, and a document is gone only when a complete
//! read says so. Pure: views and files come in, a view goes out. Called by the manifests source after each read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podsteward_domain::time::Moment;
use podsteward_specs::document::Document;
use podsteward_specs::key::Key;
use podsteward_specs::problem::{Place, Problem};

use super::fresh::{Fresh, FreshFile};
use super::view::ManifestView;

mod cross;
mod vanish;

/// The view after a read. `before` is the view before it; at the start, one with the documents of the store.
pub fn merge(before: &ManifestView, fresh: &Fresh, now: Moment) -> ManifestView {
    let mut merge = Merge::new(before, fresh);
    merge.hold_unsound_files();
    merge.check_between_documents();
    merge.find_the_vanished(now);
    merge.finish()
}

/// A view in the making.
struct Merge<'a> {
    before: &'a ManifestView,
    fresh: &'a Fresh,
    /// The sound documents, the first of each key.
    sound: BTreeMap<&'a Key, &'a Document>,
    /// Whether a document that is not there is gone.
    complete: bool,
    problems: BTreeSet<Problem>,
    /// Which problems hold which object.
    holding: BTreeMap<Key, BTreeSet<Problem>>,
    view: ManifestView,
}

impl<'a> Merge<'a> {
    fn new(before: &'a ManifestView, fresh: &'a Fresh) -> Self {
        let files = fresh.files.iter().map(|file| file.loaded.as_ref());
        let mut sound: BTreeMap<&Key, &Document> = BTreeMap::new();
        for document in files.clone().filter(|file| file.is_sound()).flat_map(|file| &file.documents) {
            let first = sound.entry(&document.key).or_insert(document);
            if document.origin < first.origin {
                *first = document;
            }
        }
        let mut problems: BTreeSet<Problem> = fresh.problems.iter().cloned().collect();
        problems.extend(files.flat_map(|file| file.problems.iter().cloned()));
        let empty = sound.is_empty() && problems.is_empty();
        if empty && !(before.documents.is_empty() && before.vanished.is_empty()) {
            let message =
                "there are no documents; what was declared stays in force (remove documents one by one)";
            problems.insert(Problem::new(".", Place::START, "", message));
        }
        let complete = !fresh.blind && !empty;
        let view = ManifestView::default();
        Self { before, fresh, sound, complete, problems, holding: BTreeMap::new(), view }
    }

    /// The document that was in force last, gone or not.
    fn last_good(&self, key: &Key) -> Option<&'a Arc<Document>> {
        let vanished = || self.before.vanished.get(key).map(|vanishing| &vanishing.last);
        self.before.documents.get(key).or_else(vanished)
    }

    fn hold(&mut self, key: &Key, problems: impl IntoIterator<Item = Problem>) {
        self.holding.entry(key.clone()).or_default().extend(problems);
    }

    /// Puts a document in force, as the same value as before if it did not change.
    fn put(&mut self, document: &Document) {
        let same = self.last_good(&document.key).filter(|last| last.as_ref() == document);
        let document = same.map_or_else(|| Arc::new(document.clone()), Arc::clone);
        self.view.documents.insert(document.key.clone(), document);
    }

    /// What a file that cannot be read or understood declared, and declares nowhere else now, stays in force.
    /// What it declares anew is told to be kept out.
    fn hold_unsound_files(&mut self) {
        let fresh = self.fresh;
        for file in fresh.files.iter().map(|file| &file.loaded).filter(|file| !file.is_sound()) {
            for key in file.documents.iter().map(|document| &document.key) {
                self.hold_unless_sound(key, &file.problems);
            }
        }
        for (key, last) in &self.before.documents {
            let file = &last.origin.file;
            let of_its_file = self.problems.iter().filter(|problem| concerns(problem, file));
            let elsewhere = fresh.files.iter().filter(|other| other.may_declare(key));
            let elsewhere = elsewhere.flat_map(|other| &other.loaded.problems);
            let held: Vec<Problem> = of_its_file.chain(elsewhere).cloned().collect();
            self.hold_unless_sound(key, &held);
        }
    }

    fn hold_unless_sound(&mut self, key: &Key, problems: &[Problem]) {
        if problems.is_empty() || self.sound.contains_key(key) {
            return;
        }
        self.hold(key, problems.iter().cloned());
        if let Some(last) = self.before.documents.get(key) {
            self.view.documents.insert(key.clone(), Arc::clone(last));
        }
    }

    fn finish(self) -> ManifestView {
        let Self { fresh, complete, problems, holding, view, .. } = self;
        // A file may be sound by itself, and not beside the others.
        let unsound = fresh.files.iter().filter(|file| {
            problems.iter().any(|problem| concerns(problem, &file.loaded.path)) || !file.loaded.is_sound()
        });
        let unsound = unsound.flat_map(FreshFile::words).collect();
        let lines = |problems: BTreeSet<Problem>| problems.iter().map(Problem::to_string).collect();
        ManifestView {
            problems: problems.into_iter().collect(),
            problems_of: holding.into_iter().map(|(key, problems)| (key, lines(problems))).collect(),
            unsound,
            blind: fresh.blind,
            complete,
            ..view
        }
    }
}

/// Whether a problem is about a file, or about a directory that holds it.
fn concerns(problem: &Problem, file: &str) -> bool {
    let rest = file.strip_prefix(&problem.file);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
