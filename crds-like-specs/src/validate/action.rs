//! The names of actions, wherever a manifest names one.
//!
//! Owns the sentence about a name that may not stand there. Never what an action does.

use super::field::Field;
use crate::key::Name;
use crate::policy::{ACTIONS, DECLARED_ACTIONS};

/// Reads a list of actions, each once.
pub(super) fn actions(wire: Option<Vec<String>>, field: &Field<'_>) -> Vec<String> {
    let mut actions = Vec::new();
    for (position, action) in wire.into_iter().flatten().enumerate() {
        let field = field.item(position);
        match field.take(known(&action)) {
            Some(action) if actions.contains(&action) => {
                field.problem(format!("declares the action {action} a second time"));
            }
            action => actions.extend(action),
        }
    }
    actions
}

/// An action of remediation. Declared work is none: it carries out what the manifests say.
pub(super) fn known(action: &str) -> Result<String, String> {
    let playbook = action.strip_prefix("playbook/").is_some_and(|name| Name::new(name).is_ok());
    if playbook || ACTIONS.contains(&action) {
        return Ok(action.to_owned());
    }
    let what =
        if DECLARED_ACTIONS.contains(&action) { "declared work, which always runs" } else { "not an action" };
    Err(format!("'{action}' is {what} ({}, playbook/NAME)", ACTIONS.join(", ")))
}
