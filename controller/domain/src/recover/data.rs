//! Whether data comes back with the container that wrote it.
//!
//! Owns the one rule: after an image change, from proven snapshots of everything that the new container could write,
//! which nobody else is running with. Never for a restart or a cleanup.

use crate::intent::Intent;
use crate::plan::{Shape, Step};
use crate::snapshot::facts::overlap;
use crate::snapshot::{Snapshot, Source};
use crate::view::View;

/// The proven snapshots of everything that the plan's new container could write; `None`: something of it has none, or
/// other containers run with it.
pub(crate) fn proven<'v>(view: &'v View<'_>, intent: &Intent) -> Option<Vec<&'v Snapshot>> {
    let Shape::Recreate { keeps, .. } = &intent.shape else { return None };
    let shared = &view.container.as_ref()?.facts.data.shared;
    if keeps.iter().any(|source| shared.iter().any(|path| overlap(path, &source.path))) {
        return None;
    }
    let of = |source: &Source| {
        let mut snapshots = view.world.snapshots.iter();
        snapshots.find(|snapshot| snapshot.intent == intent.id && snapshot.source == *source)
    };
    let snapshots: Option<Vec<_>> = keeps.iter().map(of).collect();
    snapshots.filter(|snapshots| !snapshots.is_empty())
}

/// The steps that put the data back that a new container of another image may have rewritten. A container that was never
/// started wrote nothing.
pub(super) fn put_back(view: &View<'_>, intent: &Intent, previous: &str) -> Vec<Step> {
    let Some(container) = &view.container else { return Vec::new() };
    let old = container.facts.previous.iter().find(|summary| summary.name == previous);
    let wrote = container.live.zip(old).is_some_and(|(live, old)| {
        let started = live.started_ms.is_some() || container.is_up();
        started && live.image_id != old.image_id
    });
    let snapshots = proven(view, intent).filter(|_| wrote).unwrap_or_default();
    let put_back = |snapshot: &Snapshot| Step::RestoreSnapshot {
        name: snapshot.name.clone(),
        source: snapshot.source.clone(),
    };
    snapshots.into_iter().map(put_back).collect()
}
