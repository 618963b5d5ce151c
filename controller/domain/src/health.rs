//! The health score: one number for how the host does.
//!
//! Owns the sum. Never knows what is wrong.

use crate::finding::Severity;

/// The score of a host on which nothing is wrong.
const FULL: u32 = 100;
/// What a critical finding costs.
const CRITICAL: u32 = 20;
/// What a warning costs.
const WARNING: u32 = 5;

/// The score of a host with findings of these severities, from 0 to 100.
pub fn score(severities: impl IntoIterator<Item = Severity>) -> u32 {
    let cost = |severity| match severity {
        Severity::Critical => CRITICAL,
        Severity::Warning => WARNING,
        Severity::Info => 0,
    };
    severities.into_iter().fold(FULL, |left, severity| left.saturating_sub(cost(severity)))
}
