//! Findings about snapshots.

use crate::finding::{Finding, FindingKind};
use crate::view::View;

/// A person wants a snapshot put back.
pub(super) fn restore_requested(view: &View<'_>) -> Option<Finding> {
    let snapshot = &view.world.restore.as_ref()?.snapshot;
    let message = format!("{} is to be put back from snapshot {}", snapshot.source, snapshot.name);
    Some(Finding::new(FindingKind::RestoreRequested, &view.world.key, message))
}
