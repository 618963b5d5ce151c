//! Findings as a table.
//!
//! Owns its columns. Used by `describe` and `status`.

use std::time::Duration;

use podsteward_domain::finding::Severity;
use podsteward_runtime::listing::Finding;

use crate::output::colour::{BAD, DIM, LOOK};
use crate::output::table::{self, Cell};
use crate::output::{Screen, age};

/// A table of findings.
pub(crate) fn text(findings: &[Finding], screen: Screen) -> String {
    let rows: Vec<_> = findings.iter().map(row).collect();
    table::text(&["SEVERITY", "FINDING", "OBJECT", "AGE", "MESSAGE"], &rows, screen)
}

fn row(finding: &Finding) -> Vec<Cell> {
    let style = match finding.severity {
        Severity::Critical => BAD,
        Severity::Warning => LOOK,
        Severity::Info => DIM,
    };
    let age = age::short(Duration::from_secs(finding.age_seconds));
    let over = if finding.closed.is_some() { " (over)" } else { "" };
    vec![
        Cell::styled(finding.severity.as_str(), style),
        finding.finding.as_str().into(),
        finding.target.to_string().into(),
        format!("{age}{over}").into(),
        finding.message.as_str().into(),
    ]
}
