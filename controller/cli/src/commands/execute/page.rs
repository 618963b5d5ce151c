//! What `execute --dry-run` prints.
//!
//! Owns its shape and its look.

use podsteward_runtime::listing::{Gate, Recommendation};
use serde::Serialize;

use podsteward_domain::decision::Decision;

use super::Meant;
use crate::commands::plan::page::Told;
use crate::look::Look;
use crate::output::colour::{GOOD, LOOK};
use crate::output::table::{self, Cell};
use crate::output::{self, Screen, View};
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
    /// What would be done, step by step.
    steps: Vec<String>,
    /// Each single thing that the steps are about, where one is about many.
    items: Vec<String>,
    /// Whether it would be done now.
    would_execute: bool,
    /// What is in the way.
    #[serde(skip)]
    gate: Option<Gate>,
    #[serde(skip)]
    lines: Vec<String>,
}

impl Page {
    /// What is meant, as it stands now.
    pub(super) fn new(meant: &[Meant], seen: &Look) -> Self {
        let row = |meant: &Meant| {
            let gate = meant.in_the_way().map(|gate| Gate::new(gate, seen.now));
            let recommended = Recommendation::new(&meant.decision, &seen.background, seen.now);
            let Told { steps, items, lines } = told(&meant.decision, seen);
            Row { recommended, steps, items, would_execute: gate.is_none(), gate, lines }
        };
        Self { actions: meant.iter().map(row).collect() }
    }
}

/// How what is meant would be carried out, where it is what would be done next.
fn told(decision: &Decision, seen: &Look) -> Told {
    let choice = seen.of(&decision.target).and_then(|evaluation| evaluation.choice.as_ref());
    let choice = choice.filter(|choice| choice.decision.action == decision.action);
    choice.map(|choice| Told::of(&choice.plan)).unwrap_or_default()
}

impl View for Page {
    fn text(&self, screen: Screen) -> String {
        let rows: Vec<_> = self.actions.iter().map(Row::cells).collect();
        let table = table::uncut(&["ID", "TARGET", "ACTION", "REASON", "NOW"], &rows, screen);
        let steps = self.actions.iter().filter(|row| !row.items.is_empty() || row.steps.len() > 1);
        let steps =
            steps.flat_map(|row| std::iter::once(format!("\n{}", row.recommended.id)).chain(row.indented()));
        table + &output::lines(steps)
    }
}

impl Row {
    fn indented(&self) -> impl Iterator<Item = String> {
        self.lines.iter().map(|line| format!("    {}", table::one_line(line)))
    }

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
