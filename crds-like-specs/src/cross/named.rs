//! Names in rules that nothing declares: triggers of playbooks, overrides and suppressions of the policy.
//!
//! Owns this check between documents. It is a warning: a rule may stand there before its object, or after it, and does nothing
//! meanwhile. Never refuses a document.

use std::collections::BTreeSet;

use crate::document::{Document, Object};
use crate::key::{Key, Kind, Name};
use crate::policy::{Match, RemediationPolicy};
use crate::problem::Problem;

/// A name in a rule that nothing declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undeclared {
    /// What is said of it.
    pub warning: Problem,
    /// What is named.
    pub key: Key,
}

/// What rules name and nothing declares, where it stands.
pub fn undeclared(documents: &[Document]) -> Vec<Undeclared> {
    let declared: BTreeSet<&Key> = documents.iter().map(|document| &document.key).collect();
    let mut warnings = Vec::new();
    for document in documents {
        for (path, key) in names(document) {
            if key.kind != Kind::Host && !declared.contains(&key) {
                let message = format!("{key} is not declared, so that it concerns nothing");
                let (file, place) = (&document.origin.file, document.origin.place);
                let warning = Problem::new(file, place, &path, &message);
                warnings.push(Undeclared { warning, key });
            }
        }
    }
    warnings
}

/// The objects that the rules of a document name, with their paths.
fn names(document: &Document) -> Vec<(String, Key)> {
    match &document.object {
        Object::Playbook(playbook) => {
            let triggers = playbook.triggers.iter().enumerate();
            let objects = triggers.flat_map(|(at, trigger)| {
                trigger.objects.iter().map(move |key| (format!("spec.triggers[{at}].objects"), key.clone()))
            });
            objects.collect()
        }
        Object::RemediationPolicy(policy) => of_policy(policy),
        _ => Vec::new(),
    }
}

fn of_policy(policy: &RemediationPolicy) -> Vec<(String, Key)> {
    let overrides = policy.overrides.iter().enumerate().flat_map(|(at, it)| {
        let names = match &it.matching {
            Match::Names(names) => names.iter().cloned().collect(),
            Match::Labels(_) => Vec::new(),
        };
        let keys = names.into_iter().filter_map(|name| Name::new(name).ok()).map(Key::container);
        keys.map(move |key| (format!("spec.overrides[{at}].match.names"), key)).collect::<Vec<_>>()
    });
    let suppressed = policy.suppress.iter().enumerate();
    let suppressed =
        suppressed.filter_map(|(at, it)| Some((format!("spec.suppress[{at}].object"), it.object.clone()?)));
    overrides.chain(suppressed).collect()
}

#[cfg(test)]
mod tests;
