//! What was wrong, and for how long.
//!
//! Owns the sums over incidents, each cut to the window.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use podsteward_specs::key::{Key, Kind};
use serde::{Deserialize, Serialize};

use super::Trouble;
use crate::finding::{FindingKind, Severity};

/// So many are told.
pub(super) const TOLD_MAX: usize = 10;

/// A container that was not well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offender {
    /// Which.
    pub object: Key,
    /// How often it was not well.
    pub times: u64,
    /// For how long, all in all.
    pub seconds: u64,
    /// In which ways.
    pub findings: Vec<FindingKind>,
}

/// A finding with how long it was open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFor {
    /// Which.
    pub finding: FindingKind,
    /// About what.
    pub target: Key,
    /// How bad.
    pub severity: Severity,
    /// How often it was opened.
    pub times: u64,
    /// For how long it was open, all in all.
    pub seconds: u64,
    /// Whether it still is.
    pub open: bool,
    /// The latest sentence.
    pub message: String,
}

/// The containers that were not well longest: with a warning or worse, of whatever kind.
pub(super) fn offenders(troubles: &[Trouble], window: (i64, i64)) -> Vec<Offender> {
    let mut by_object: BTreeMap<&Key, Offender> = BTreeMap::new();
    let of_container = |trouble: &&Trouble| trouble.target.kind == Kind::Container;
    for trouble in troubles.iter().filter(|trouble| is_ill(trouble)).filter(of_container) {
        let fresh =
            || Offender { object: trouble.target.clone(), times: 0, seconds: 0, findings: Vec::new() };
        let offender = by_object.entry(&trouble.target).or_insert_with(fresh);
        offender.times += 1;
        offender.seconds += seconds(trouble, window);
        if !offender.findings.contains(&trouble.finding) {
            offender.findings.push(trouble.finding);
        }
    }
    let mut offenders: Vec<Offender> = by_object.into_values().collect();
    offenders.sort_by_key(|offender| Reverse((offender.seconds, offender.times)));
    offenders.truncate(TOLD_MAX);
    offenders
}

/// Something was wrong: not only worth knowing, and not the wait for what is new to be made.
fn is_ill(trouble: &Trouble) -> bool {
    trouble.severity > Severity::Info && !trouble.first
}

/// The findings that were open longest, all of them.
pub(super) fn longest(troubles: &[Trouble], window: (i64, i64)) -> Vec<OpenFor> {
    let mut by_identity: BTreeMap<(&Key, FindingKind), OpenFor> = BTreeMap::new();
    for trouble in troubles.iter().filter(|trouble| is_ill(trouble)) {
        let fresh = || OpenFor {
            finding: trouble.finding,
            target: trouble.target.clone(),
            severity: trouble.severity,
            times: 0,
            seconds: 0,
            open: false,
            message: String::new(),
        };
        let told = by_identity.entry((&trouble.target, trouble.finding)).or_insert_with(fresh);
        told.times += 1;
        told.seconds += seconds(trouble, window);
        told.open |= trouble.closed_ms.is_none();
        told.severity = told.severity.max(trouble.severity);
        told.message.clone_from(&trouble.message);
    }
    let mut findings: Vec<OpenFor> = by_identity.into_values().collect();
    findings.sort_by_key(|told| Reverse((told.open, told.severity, told.seconds)));
    findings
}

fn seconds(trouble: &Trouble, (from_ms, to_ms): (i64, i64)) -> u64 {
    let (from, to) = (trouble.opened_ms.max(from_ms), trouble.closed_ms.unwrap_or(to_ms).min(to_ms));
    u64::try_from(to.saturating_sub(from)).unwrap_or(0) / 1000
}
