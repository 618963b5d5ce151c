//! What follows from a new view of the manifests, besides looks at the objects: it is told, and it is kept.
//!
//! Owns neither reading nor merging. Called with every view.

use std::collections::{BTreeMap, BTreeSet};

use podsteward_domain::decide::gates::DELETION_CERTAIN_READS;
use podsteward_metrics::label::Change;
use podsteward_metrics::{ManifestEvent, Telemetry};
use podsteward_specs::key::Key;
use podsteward_specs::problem::Problem;
use podsteward_store::{LastGood, Vanished};

use crate::context::Context;
use crate::source::manifests::view::ManifestView;

/// Tells what changed: each new problem once, each document that is new, different, gone or back.
pub(crate) fn tell(
    telemetry: &Telemetry,
    before: Option<&ManifestView>,
    now: &ManifestView,
    told: &mut Vec<Problem>,
) {
    let files: BTreeSet<&str> =
        now.documents.values().map(|document| document.origin.file.as_str()).collect();
    let (objects, problems) = (now.documents.len(), now.problems.len());
    telemetry.emit(ManifestEvent::Read { files: files.len(), objects, problems });
    for problem in now.problems.iter().filter(|problem| !told.contains(problem)) {
        telemetry.emit(ManifestEvent::Rejected { problem });
    }
    told.clone_from(&now.problems);
    let empty = ManifestView::default();
    let before = before.unwrap_or(&empty);
    for (key, document) in &now.documents {
        let change = match (before.documents.get(key), before.vanished.contains_key(key)) {
            (Some(old), _) if old.canonical == document.canonical => continue,
            (Some(_), _) => Change::Edited,
            (None, true) => Change::Returned,
            (None, false) => Change::Added,
        };
        telemetry.emit(ManifestEvent::Changed { key, change });
    }
    for key in now.vanished.keys().filter(|key| !before.vanished.contains_key(*key)) {
        telemetry.emit(ManifestEvent::Changed { key, change: Change::Vanished });
    }
}

/// Keeps the documents in force, those that are vanishing included, so that a file that is broken at the next start
/// does not read as a deletion.
pub(crate) fn keep(context: &Context, view: &ManifestView) {
    let vanished = view.vanished.values().map(|vanishing| &vanishing.last);
    let good: Vec<LastGood> =
        view.documents.values().chain(vanished).map(|document| LastGood::from(document.as_ref())).collect();
    let store = context.keeper.store();
    context.survive(store.replace_last_good(&good));
    context.survive(store.replace_vanished(&vanished_of(view)));
    for key in view.documents.keys() {
        context.survive(store.remove_tombstone(key));
    }
}

/// What is gone, for commands that look beside the controller and for its next start. More reads than make a deletion
/// certain are not worth a write each.
fn vanished_of(view: &ManifestView) -> BTreeMap<Key, Vanished> {
    let vanished = view.vanished.iter().map(|(key, it)| {
        let reads = it.reads.min(DELETION_CERTAIN_READS);
        (key.clone(), Vanished { since: it.since, reads, of: it.of, mass: it.mass })
    });
    vanished.collect()
}
