//! How the assignments of one key become its values.
//!
//! Owns quadlet's five ways: the last one, every one, words, arguments, pairs. Never knows a key.

use super::syntax::Assignment;
use super::words::split;
use crate::warning::At;

/// How a key is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Take {
    /// Only the last assignment counts.
    Last,
    /// Each assignment is one value.
    Every,
    /// Each assignment is a list of words; a backslash is a character.
    Words,
    /// Each assignment is a list of words with escapes.
    Args,
    /// As `Args`, and each word is `KEY=VALUE`.
    Pairs,
}

/// The values of a key in the order of the file. An empty assignment takes back what stands before it.
pub(super) fn values(assignments: &[Assignment], section: &str, key: &str, take: Take) -> Vec<(String, At)> {
    let mut counted: Vec<&Assignment> = Vec::new();
    for assignment in assignments.iter().filter(|it| it.section == section && it.at.key == key) {
        if assignment.value.is_empty() || take == Take::Last {
            counted.clear();
        }
        if !assignment.value.is_empty() {
            counted.push(assignment);
        }
    }
    counted
        .into_iter()
        .flat_map(|assignment| {
            let values = match take {
                Take::Last => vec![assignment.value.trim_matches('"').to_owned()],
                Take::Every => vec![assignment.value.clone()],
                Take::Words => split(&assignment.value, false),
                Take::Args => split(&assignment.value, true),
                Take::Pairs => {
                    split(&assignment.value, true).into_iter().filter(|word| word.contains('=')).collect()
                }
            };
            values.into_iter().map(|value| (value, assignment.at.clone()))
        })
        .collect()
}

/// The last value of a key, if it says anything.
pub(super) fn last(assignments: &[Assignment], section: &str, key: &str) -> Option<(String, At)> {
    values(assignments, section, key, Take::Last).pop().filter(|(value, _)| !value.is_empty())
}

/// Whether a value means yes, as quadlet reads it: everything else means no.
pub(super) fn yes(value: &str) -> bool {
    ["1", "yes", "true", "on"].iter().any(|yes| value.eq_ignore_ascii_case(yes))
}
