//! What needs somebody.
//!
//! Owns what counts as such and the order, the most urgent first. Each thing is told once, and nothing that is open is left
//! out. Called by the headline.

use std::fmt;

use podsteward_specs::key::Kind;

use super::{Away, OpenFor, Report};
use crate::breaker::BreakerState;
use crate::finding::{FindingKind, Severity};
use crate::status::ObjectState;

/// In days less than this a disk that fills up needs somebody.
const DAYS_SOON: f64 = 7.0;
/// So many of a kind are named; the others are counted.
const NAMED_MAX: usize = 5;

/// What needs somebody; nothing: nobody is needed.
pub(super) fn needs(report: &Report) -> Vec<String> {
    let breakers = report.breakers.iter().filter(|breaker| breaker.state == BreakerState::Open).count();
    let left = report.left_to_you.iter();
    let left = left.map(|it| format!("{} of {} ({})", it.finding, it.target, it.action));
    let away = report.away.iter().filter(|away| !is_told(report, away));
    let soon = report.disks.iter().filter(|disk| disk.days_left.is_some_and(|days| days < DAYS_SOON));
    [
        report.idle.clone(),
        listed("critical: ", open(report, |it| it.severity == Severity::Critical)),
        some(report.approvals_pending.len(), "approval waits", "approvals wait"),
        listed("left to you: ", left),
        some(breakers, "breaker is open", "breakers are open"),
        listed("backups are not as they should be: ", backups(report)),
        listed("warnings: ", open(report, |it| is_warning(report, it))),
        listed("", away.map(ToString::to_string)),
        listed("", soon.map(|disk| format!("{} fills up within a week", disk.object))),
        undelivered(report),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The findings of a sort that are open.
fn open(report: &Report, is: impl Fn(&OpenFor) -> bool) -> impl Iterator<Item = String> {
    let open = report.findings.iter().filter(move |it| it.open && is(it));
    open.map(|it| format!("{} of {}", it.finding, it.target))
}

/// A warning that nothing else here tells of.
fn is_warning(report: &Report, it: &OpenFor) -> bool {
    let left = report.left_to_you.iter().any(|left| left.target == it.target && left.finding == it.finding);
    let elsewhere = it.target.kind == Kind::BackupCheck || it.finding == FindingKind::BreakerOpen;
    it.severity == Severity::Warning && !left && !elsewhere
}

/// The backups that should be there, and are not as they should be.
fn backups(report: &Report) -> impl Iterator<Item = String> {
    let open = report.findings.iter().filter(|it| it.open && it.severity == Severity::Warning);
    let mut keys: Vec<_> = open.map(|it| &it.target).filter(|key| key.kind == Kind::BackupCheck).collect();
    keys.sort();
    keys.dedup();
    keys.into_iter().map(ToString::to_string)
}

/// Whether a finding says what is with it; that it is paused none does.
fn is_told(report: &Report, away: &Away) -> bool {
    away.paused.is_none() && report.findings.iter().any(|it| it.open && it.target == away.object)
}

/// What is on its way is no news; what failed is, and so is what nobody could be told.
fn undelivered(report: &Report) -> Option<String> {
    let count = usize::try_from(report.notifications_undelivered).unwrap_or(usize::MAX);
    let told = some(count, "notification did not arrive", "notifications did not arrive")?;
    if report.channels.is_empty() {
        return Some(format!("{told}: no channel is declared"));
    }
    let errors = report.channels.iter().filter(|channel| channel.undelivered > 0);
    let errors: Vec<&str> = errors.filter_map(|channel| channel.last_error.as_deref()).collect();
    (!errors.is_empty()).then(|| format!("{told} ({})", errors.join("; ")))
}

fn listed(what: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let mut names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(NAMED_MAX);
    names.truncate(NAMED_MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| format!("{what}{}{more}", names.join(", ")))
}

fn some(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    }
}

impl fmt::Display for Away {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            ObjectState::Missing => "missing",
            ObjectState::Unknown => "not known",
            _ => "",
        };
        let paused = self.paused.as_ref().map(|said| format!("paused {said}"));
        let words: Vec<&str> = [state, paused.as_deref().unwrap_or_default()]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect();
        write!(f, "{} is {}", self.object, words.join(" and "))
    }
}
