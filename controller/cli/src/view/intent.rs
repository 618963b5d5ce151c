//! Plans in progress as a table.
//!
//! Owns its columns. Used by `status`.

use std::time::Duration;

use podsteward_runtime::listing::Intent;

use crate::output::table::{self, Cell};
use crate::output::{Screen, age};

/// A table of plans in progress.
pub(crate) fn text(intents: &[Intent], screen: Screen) -> String {
    let rows: Vec<_> = intents.iter().map(row).collect();
    table::text(&["INTENT", "OBJECT", "ACTION", "STATE", "AGE"], &rows, screen)
}

fn row(intent: &Intent) -> Vec<Cell> {
    vec![
        intent.id.to_string().into(),
        intent.key.to_string().into(),
        intent.action.as_str().into(),
        intent.state.into(),
        age::short(Duration::from_secs(intent.age_seconds)).into(),
    ]
}
