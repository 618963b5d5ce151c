//! The health score: one number for how the host does.
//!
//! Owns the sum. Never knows what is wrong.

use std::collections::BTreeSet;

use crate::finding::{FindingKind, Severity};

/// The score of a host on which nothing is wrong.
const FULL: u32 = 100;
/// What a critical finding costs.
const CRITICAL: u32 = 20;
/// What a warning costs.
const WARNING: u32 = 5;

/// One thing that is wrong, as far as it costs health.
#[derive(Debug, Clone, Copy)]
pub struct Wrong<'a> {
    /// What kind of fact.
    pub kind: FindingKind,
    /// How bad.
    pub severity: Severity,
    /// The sentence about it.
    pub message: &'a str,
}

/// The score of a host on which this is wrong, from 0 to 100. A file that cannot be understood costs once, however many
/// objects stand in it.
pub fn score<'a>(wrong: impl IntoIterator<Item = Wrong<'a>>) -> u32 {
    let mut files = BTreeSet::new();
    let mut is_new =
        |it: &Wrong<'a>| it.kind != FindingKind::ManifestInvalid || files.insert(file(it.message));
    let cost = |severity| match severity {
        Severity::Critical => CRITICAL,
        Severity::Warning => WARNING,
        Severity::Info => 0,
    };
    let counted = wrong.into_iter().filter(|it| is_new(it));
    counted.fold(FULL, |left, it| left.saturating_sub(cost(it.severity)))
}

/// The file that a problem is about: it begins with its place.
fn file(problem: &str) -> &str {
    problem.split_once(':').map_or(problem, |(file, _)| file)
}
