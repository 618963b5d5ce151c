//! What follows from a new view of the manifests, besides looks at the objects: it is told, and it is kept.
//!
//! Owns neither reading nor merging. Called with every view.

use std::collections::BTreeSet;

use podsteward_metrics::label::Change;
use podsteward_metrics::{ManifestEvent, Telemetry};
use podsteward_specs::problem::Problem;
use podsteward_store::LastGood;

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
    context.survive(context.keeper.store().replace_last_good(&good));
    for key in view.documents.keys() {
        context.survive(context.keeper.store().remove_tombstone(key));
    }
}
