//! What is wrong now, as a table.
//!
//! Owns its columns. Used by `check` and `why`.

use std::time::Duration;

use podsteward_domain::finding::Severity;
use podsteward_runtime::listing::Observation;

use crate::output::colour::{BAD, DIM, LOOK};
use crate::output::table::{self, Cell};
use crate::output::{Screen, age};

/// A table of what is wrong.
pub(crate) fn text(observations: &[Observation], screen: Screen) -> String {
    let rows: Vec<_> = observations.iter().map(row).collect();
    table::text(&["SEVERITY", "FINDING", "OBJECT", "AGE", "MESSAGE"], &rows, screen)
}

fn row(observation: &Observation) -> Vec<Cell> {
    let style = match observation.severity {
        Severity::Critical => BAD,
        Severity::Warning => LOOK,
        Severity::Info => DIM,
    };
    vec![
        Cell::styled(observation.severity.as_str(), style),
        observation.kind.as_str().into(),
        observation.target.to_string().into(),
        age::short(Duration::from_secs(observation.age_seconds)).into(),
        observation.message.as_str().into(),
    ]
}
