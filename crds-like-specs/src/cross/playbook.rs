//! What playbooks name: each container and disk must be declared.
//!
//! Owns this check between documents. Never looks at the steps themselves.

use super::{CrossProblem, problem};
use crate::document::Document;
use crate::key::Key;

/// Containers and disks that a playbook names and nothing declares.
pub(super) fn named<'a>(
    documents: impl Iterator<Item = &'a Document>,
    is_declared: impl Fn(&Key) -> bool,
) -> Vec<CrossProblem> {
    let mut problems = Vec::new();
    for document in documents {
        let Some(playbook) = document.playbook() else { continue };
        for key in playbook.named().into_iter().filter(|key| !is_declared(key)) {
            let message = format!("{key} is not declared (an object of these manifests)");
            let found = problem(document, document.spots.named.get(&key), "spec.steps", &message);
            problems.push(CrossProblem { missing: Some(key), ..found });
        }
    }
    problems
}
