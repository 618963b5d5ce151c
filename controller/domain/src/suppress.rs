//! Findings that are known and left alone, because the policy says so.
//!
//! Owns which finding a suppression is about, and until when. A suppressed finding is still shown; it costs no health,
//! notifies nobody and calls for no remediation.

use podsteward_specs::key::Key;
use podsteward_specs::policy::{RemediationPolicy, Suppression};

use crate::finding::{Finding, FindingKind, Severity};
use crate::time::{self, Moment};

/// The suppression of a kind of finding about an object, if one holds now.
pub fn of<'p>(
    kind: FindingKind,
    target: &Key,
    policy: &'p RemediationPolicy,
    now: Moment,
) -> Option<&'p Suppression> {
    policy.suppress.iter().find(|it| {
        let meant = it.finding == kind.as_str() && it.object.as_ref().is_none_or(|object| object == target);
        meant && it.until_ms.is_none_or(|until| now.wall_ms < until)
    })
}

/// What a suppression says.
pub fn sentence(suppression: &Suppression) -> String {
    let until = suppression.until_ms.map(|until| format!(" until {}", time::rfc3339(until)));
    format!("suppressed{}: {}", until.unwrap_or_default(), suppression.reason)
}

/// The findings, those that are suppressed marked so and no more than worth knowing.
pub fn marked(findings: Vec<Finding>, policy: &RemediationPolicy, now: Moment) -> Vec<Finding> {
    let mark = |finding: Finding| match of(finding.kind, &finding.target, policy, now) {
        Some(suppression) => {
            let message = format!("{} ({})", finding.message, sentence(suppression));
            Finding { severity: Severity::Info, message, ..finding }
        }
        None => finding,
    };
    findings.into_iter().map(mark).collect()
}
