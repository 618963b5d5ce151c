//! Findings about playbooks.

use crate::finding::{Finding, FindingKind};
use crate::view::View;

/// A person wants a playbook carried out.
pub(super) fn playbook_requested(view: &View<'_>) -> Option<Finding> {
    let world = view.world;
    let mut asked = world.playbooks_asked.iter().filter(|(name, _)| world.host.playbooks.contains_key(*name));
    let (name, request) = asked.find(|(_, request)| request.counts(world.now))?;
    let message = format!("{} wants playbook/{name} carried out", request.by);
    Some(Finding::new(FindingKind::PlaybookRequested, &view.world.key, message))
}

/// A playbook would run a program that it may not.
pub(super) fn command_not_allowed(view: &View<'_>) -> Option<Finding> {
    let playbook = view.document?.playbook()?;
    let why = playbook.programs().into_iter().find_map(|program| view.world.host.allowed.refuses(program))?;
    Some(Finding::new(FindingKind::CommandNotAllowed, &view.world.key, format!("{why}; it is never begun")))
}
