//! Findings as a table.
//!
//! Owns its columns. Used by `describe` and `status`.

use std::time::Duration;

use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_runtime::listing::Finding;

use crate::output::colour::{BAD, DIM, LOOK};
use crate::output::table::{self, Cell};
use crate::output::{Screen, age};

/// A table of findings. What says the same of many objects, as a file does that cannot be understood, is one line.
pub(crate) fn text(findings: &[Finding], screen: Screen) -> String {
    let same = |one: &Finding, other: &Finding| {
        one.finding == other.finding
            && one.message == other.message
            && one.closed.is_some() == other.closed.is_some()
    };
    let mut told: Vec<(&Finding, usize)> = Vec::new();
    for finding in findings {
        match told.iter_mut().find(|(first, _)| same(first, finding) && collapses(finding)) {
            Some((_, more)) => *more += 1,
            None => told.push((finding, 0)),
        }
    }
    let rows: Vec<_> = told.into_iter().map(|(finding, more)| row(finding, more)).collect();
    table::text(&["SEVERITY", "FINDING", "OBJECT", "AGE", "MESSAGE"], &rows, screen)
}

/// One cause, whatever it is told of.
fn collapses(finding: &Finding) -> bool {
    finding.finding == FindingKind::ManifestInvalid
}

fn row(finding: &Finding, more: usize) -> Vec<Cell> {
    let style = match finding.severity {
        Severity::Critical => BAD,
        Severity::Warning => LOOK,
        Severity::Info => DIM,
    };
    let age = age::short(Duration::from_secs(finding.age_seconds));
    let object = match more {
        0 => finding.target.to_string(),
        more => format!("{} and {more} more", finding.target),
    };
    let over = if finding.closed.is_some() { " (over)" } else { "" };
    vec![
        Cell::styled(finding.severity.as_str(), style),
        finding.finding.as_str().into(),
        object.into(),
        format!("{age}{over}").into(),
        finding.message.as_str().into(),
    ]
}
