//! Gates in words.
//!
//! Owns the sentence of one gate and the table of the whole chain. Used by `plan`, `check`, `why` and `execute`.

use podsteward_domain::decision::{Gate as Name, Verdict};
use podsteward_runtime::listing::Gate;

use crate::output::colour::{BAD, DIM, LOOK};
use crate::output::table::{self, Cell};
use crate::output::{Screen, age};

/// `withheld by hold: it was stopped by hand (until 2026-11-22T15:06:40Z, 3m left)`.
pub(crate) fn sentence(gate: &Gate) -> String {
    let verb = if gate.stops { "withheld by" } else { "limited by" };
    let detail = gate.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
    let until = until(gate).map(|until| format!(" ({until})")).unwrap_or_default();
    format!("{verb} {}{detail}{until}", gate.gate)
}

/// `until 2026-11-22T15:06:40Z, 3m left`.
pub(crate) fn until(gate: &Gate) -> Option<String> {
    let until = gate.until.as_ref()?;
    let left = gate.left.map(|left| format!(", {} left", age::short(left))).unwrap_or_default();
    Some(format!("until {until}{left}"))
}

/// The chain, with a mark before each gate that stops it. `values` says what a gate saw that let it pass.
pub(crate) fn table(gates: &[Gate], values: impl Fn(Name) -> String, screen: Screen) -> String {
    let rows: Vec<_> = gates.iter().map(|gate| row(gate, &values)).collect();
    // The terminal may break a long line; what stops it must not be cut.
    table::text(&["", "GATE", "ANSWER", "WHY"], &rows, Screen { width: None, ..screen })
}

fn row(gate: &Gate, values: &impl Fn(Name) -> String) -> Vec<Cell> {
    let (mark, style) = match (gate.stops, gate.cap) {
        (true, _) => (">", BAD),
        (false, Some(_)) => ("", LOOK),
        (false, None) => ("", DIM),
    };
    let why = match (&gate.detail, gate.cap) {
        (Some(detail), Some(verdict)) => format!("{detail}: {}", bound(verdict)),
        (Some(detail), None) => detail.clone(),
        (None, _) => values(gate.gate),
    };
    let why = until(gate).map(|until| format!("{why} ({until})")).unwrap_or(why);
    let answer = Cell::styled(gate.result, style);
    vec![Cell::styled(mark, BAD), gate.gate.as_str().into(), answer, why.into()]
}

/// How far a gate lets an action go.
fn bound(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Declared | Verdict::AutoExecute => "no limit",
        Verdict::NotifyExecute => "done and told at most",
        Verdict::Queue => "asked for at most",
        Verdict::AlertOnly => "told at most",
    }
}
