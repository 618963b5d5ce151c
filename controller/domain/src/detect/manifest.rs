//! Findings about the document: edited, deleted, not valid, not wholly supported.

use crate::detect::object::finding;
use crate::finding::{Finding, FindingKind};
use crate::view::{Presence, View};
use crate::world::Desired;

/// The document differs from the last one applied.
pub(super) fn edited(view: &View<'_>) -> Option<Finding> {
    let declared = matches!(view.world.desired, Desired::Declared(_));
    let there = matches!(view.presence, Presence::Ours | Presence::Adoptable);
    if !(declared && there && view.edited) {
        return None;
    }
    let message = match (view.world.memory.applied.is_some(), view.diffs.first()) {
        (false, None) if view.world.key.kind.is_setting() => "it is new, and in force".to_owned(),
        (true, None) if view.world.key.kind.is_setting() => "it changed, and is in force".to_owned(),
        (false, None) => "it was not applied yet; the live object is as declared".to_owned(),
        (true, None) => "the document changed; the live object needs no change".to_owned(),
        (_, Some(diff)) => format!("{}: declared {}, live {}", diff.field, diff.desired, diff.live),
    };
    Some(Finding { diffs: view.diffs.clone(), ..finding(view, FindingKind::Edited, message) })
}

/// The document as it stands in its file now is not valid: the last good one holds, where there is one.
pub(super) fn manifest_invalid(view: &View<'_>) -> Option<Finding> {
    let first = view.world.manifest_problems.first()?;
    let rest = view.world.manifest_problems.len() - 1;
    let more = if rest > 0 { format!(" (and {rest} more)") } else { String::new() };
    let follows = if view.world.desired == Desired::Absent {
        "nothing of it is in force yet"
    } else {
        "the last good document holds"
    };
    Some(finding(view, FindingKind::ManifestInvalid, format!("{first}{more}; {follows}")))
}

/// Its document was deleted.
pub(super) fn deleted(view: &View<'_>) -> Option<Finding> {
    matches!(view.world.desired, Desired::Vanishing { mass: None, .. })
        .then(|| finding(view, FindingKind::Deleted, "its document was deleted"))
}

/// So many documents vanished together that a person must say it was meant.
pub(super) fn mass_deletion(view: &View<'_>) -> Option<Finding> {
    let Desired::Vanishing { mass: Some((gone, all)), .. } = view.world.desired else { return None };
    let message =
        format!("{gone} of {all} documents vanished together; nothing is removed until somebody approves");
    Some(finding(view, FindingKind::MassDeletion, message))
}

/// Declared fields are accepted and not acted on.
pub(super) fn not_supported(view: &View<'_>) -> Option<Finding> {
    let warnings = view.document?.warnings();
    if warnings.is_empty() {
        return None;
    }
    let message = warnings
        .iter()
        .map(|warning| format!("{}: {}", warning.field, warning.message))
        .collect::<Vec<_>>()
        .join("; ");
    Some(finding(view, FindingKind::NotSupported, message))
}
