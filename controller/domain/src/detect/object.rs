//! Findings that any kind of object can have: is it known, whose is it, is it there, is it as declared.

use podsteward_specs::key::Kind;

use crate::fields;
use crate::finding::{FieldDiff, Finding, FindingKind, Remedy};
use crate::observation::Observation;
use crate::view::{Presence, View};
use crate::world::{Desired, Subject};

/// What must be known is not: the engine does not answer, a filesystem cannot be measured, or a probe is silent.
pub(super) fn source_unknown(view: &View<'_>) -> Option<Finding> {
    if let Subject::Disk(facts) = &view.world.subject {
        let why = facts.error.as_deref().unwrap_or("it cannot be measured");
        let message = format!("{why}; how full it is is not known");
        return (view.presence == Presence::Unknown)
            .then(|| finding(view, FindingKind::SourceUnknown, message));
    }
    if view.backup.is_some() {
        return super::backup::unknown(view);
    }
    let unknown =
        view.presence == Presence::Unknown || matches!(view.world.engine, Observation::Unknown { .. });
    if !unknown {
        return super::probe::unanswered(view);
    }
    // A setting does not stand in Podman.
    (!view.world.key.kind.is_setting()).then(|| {
        finding(view, FindingKind::SourceUnknown, "podman does not answer; the last known state holds")
    })
}

/// The name is taken by something that is not ours.
pub(super) fn foreign(view: &View<'_>) -> Option<Finding> {
    match (&view.presence, view.document) {
        (Presence::Foreign(why), Some(_)) => Some(finding(view, FindingKind::Foreign, why)),
        _ => None,
    }
}

/// It carries our labels, and nothing declares it. What a plan in progress holds is none: it may be waiting to come
/// back.
pub(super) fn orphan(view: &View<'_>) -> Option<Finding> {
    let name = view.world.key.name.as_str();
    let held = view.world.host.leases.iter().any(|lease| lease.touches.containers.contains(name));
    (view.presence.is_ours() && view.world.desired == Desired::Absent && !held).then(|| {
        finding(view, FindingKind::Orphan, "it carries podsteward's labels, and no manifest declares it")
    })
}

/// Declared, and not there.
pub(super) fn missing(view: &View<'_>) -> Option<Finding> {
    (view.presence == Presence::Absent && matches!(view.world.desired, Desired::Declared(_)))
        .then(|| finding(view, FindingKind::Missing, "it is declared and does not exist"))
}

/// A declared field of the live object differs, though the document did not change.
pub(super) fn drift(view: &View<'_>) -> Option<Finding> {
    if view.edited || !matches!(view.world.desired, Desired::Declared(_)) {
        return None;
    }
    with_diffs(view, FindingKind::Drift, |remedy| matches!(remedy, Remedy::InPlace | Remedy::Recreate))
}

/// A declared field differs, and that cannot be mended without losing data or breaking others.
pub(super) fn unfixable(view: &View<'_>) -> Option<Finding> {
    let found = with_diffs(view, FindingKind::Unfixable, |remedy| remedy == Remedy::Impossible)?;
    let name = view.world.key.name.as_str();
    let advice = match view.world.key.kind {
        Kind::Network => fields::network_advice(name, view.users),
        Kind::Volume => fields::volume_advice(name),
        _ => return Some(found),
    };
    let message = format!("{}; {advice}", found.message);
    Some(Finding { message, ..found })
}

fn with_diffs(view: &View<'_>, kind: FindingKind, wanted: impl Fn(Remedy) -> bool) -> Option<Finding> {
    let diffs: Vec<FieldDiff> = view.diffs.iter().filter(|diff| wanted(diff.remedy)).cloned().collect();
    let first = diffs.first()?;
    let mut message = format!("{}: declared {}, live {}", first.field, first.desired, first.live);
    if diffs.len() > 1 {
        message = format!("{message} (and {} more)", diffs.len() - 1);
    }
    Some(Finding { diffs, ..finding(view, kind, message) })
}

/// A finding about the viewed object.
pub(super) fn finding(view: &View<'_>, kind: FindingKind, message: impl Into<String>) -> Finding {
    Finding::new(kind, &view.world.key, message)
}
