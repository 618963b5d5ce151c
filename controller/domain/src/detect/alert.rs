//! Findings about alerts that came in, and about the routes that they take.

use crate::alert::say;
use crate::detect::object::finding;
use crate::finding::{Finding, FindingKind};
use crate::view::View;

/// An alert fires about it, or is not known to be over.
pub(super) fn alert(view: &View<'_>) -> Option<Finding> {
    say::finding(view.world)
}

/// A route that may never do what it says.
pub(super) fn alert_route_unsound(view: &View<'_>) -> Option<Finding> {
    let lint = &view.world.lint;
    (!lint.is_empty()).then(|| finding(view, FindingKind::AlertRouteUnsound, lint.join("; ")))
}
