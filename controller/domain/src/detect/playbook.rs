//! Findings about playbooks.

use crate::finding::{Finding, FindingKind};
use crate::playbook;
use crate::view::View;

/// A person wants a playbook carried out.
pub(super) fn playbook_requested(view: &View<'_>) -> Option<Finding> {
    let (name, request) = playbook::asked_for(view.world).next()?;
    Some(Finding::new(FindingKind::PlaybookRequested, &view.world.key, request.wants(name)))
}

/// A playbook would run a program that it may not.
pub(super) fn command_not_allowed(view: &View<'_>) -> Option<Finding> {
    let playbook = view.document?.playbook()?;
    let why = playbook.programs().into_iter().find_map(|program| view.world.host.allowed.refuses(program))?;
    Some(Finding::new(FindingKind::CommandNotAllowed, &view.world.key, format!("{why}; it is never begun")))
}
