//! What `execute --dry-run` prints.
//!
//! Owns its shape and its look.

use podsteward_runtime::listing::{Gate, Recommendation};
use serde::Serialize;

use super::Meant;
use crate::look::Look;
use crate::output::colour::{GOOD, LOOK};
use crate::output::table::{self, Cell};
use crate::output::{Screen, View};
use crate::view::gate;

/// The page.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    actions: Vec<Row>,
}

/// One action.
#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    recommended: Recommendation,
    /// Whether it would be done now.
    would_execute: bool,
    /// What is in the way.
    #[serde(skip)]
    gate: Option<Gate>,
}

impl Page {
    /// What is meant, as it stands now.
    pub(super) fn new(meant: &[Meant], seen: &Look) -> Self {
        let row = |meant: &Meant| {
            let gate = meant.in_the_way().map(|gate| Gate::new(gate, seen.now));
            let recommended = Recommendation::new(&meant.decision, &seen.background, seen.now);
            Row { recommended, would_execute: gate.is_none(), gate }
        };
        Self { actions: meant.iter().map(row).collect() }
    }
}

impl View for Page {
    fn text(&self, screen: Screen) -> String {
        let rows: Vec<_> = self.actions.iter().map(Row::cells).collect();
        table::uncut(&["ID", "TARGET", "ACTION", "REASON", "NOW"], &rows, screen)
    }
}

impl Row {
    fn cells(&self) -> Vec<Cell> {
        let now = match &self.gate {
            Some(gate) => Cell::styled(gate::sentence(gate), LOOK),
            None => Cell::styled("would be done", GOOD),
        };
        vec![
            self.recommended.id.as_str().into(),
            self.recommended.target.to_string().into(),
            self.recommended.action.as_str().into(),
            self.recommended.reason.as_str().into(),
            now,
        ]
    }
}
