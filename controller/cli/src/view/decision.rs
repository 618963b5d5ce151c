//! Decisions as a table.
//!
//! Owns its columns. Used by `decisions`, `why`, `approve` and `execute`.

use podsteward_domain::risk::Risk;
use podsteward_domain::score::Score;
use podsteward_runtime::listing::{Decision, Decisions};

use crate::output::colour::{BAD, DIM, GOOD, LOOK};
use crate::output::table::{self, Cell};
use crate::output::{Screen, View, age};

impl View for Decisions {
    fn text(&self, screen: Screen) -> String {
        text(&self.decisions, screen)
    }
}

/// A table of decisions.
pub(crate) fn text(decisions: &[Decision], screen: Screen) -> String {
    let headings = ["ID", "AGE", "TARGET", "ACTION", "CONFIDENCE", "RISK", "DECISION", "OUTCOME", "DETAILS"];
    table::uncut(&headings, &decisions.iter().map(row).collect::<Vec<_>>(), screen)
}

fn row(decision: &Decision) -> Vec<Cell> {
    vec![
        decision.id.to_string().into(),
        age::short(decision.age).into(),
        decision.target.to_string().into(),
        decision.action_type.as_str().into(),
        confidence(decision.confidence).into(),
        risk(decision.risk).into(),
        decision.decision.as_str().into(),
        outcome(decision),
        details(decision).into(),
    ]
}

/// `0.90`, or a dash for declared work.
pub(crate) fn confidence(score: Option<Score>) -> String {
    score.map_or_else(|| "-".to_owned(), |score| score.to_string())
}

/// `low`, or a dash for declared work.
pub(crate) fn risk(risk: Option<Risk>) -> &'static str {
    risk.map_or("-", Risk::as_str)
}

/// `success`, `withheld by cooldown, 14 times`, `in progress`.
fn outcome(decision: &Decision) -> Cell {
    let Some(outcome) = decision.outcome else { return Cell::styled("in progress", LOOK) };
    let style = match outcome {
        "success" => GOOD,
        "failure" | "rolled-back" => BAD,
        "withheld" => DIM,
        _ => LOOK,
    };
    let gate = decision.withheld_by.filter(|_| outcome == "withheld");
    let by = gate.map(|gate| format!(" by {gate}")).unwrap_or_default();
    let nothing_done = matches!(outcome, "withheld" | "queued");
    let again = decision.count > 1 && nothing_done;
    let times = if again { format!(", {} times", decision.count) } else { String::new() };
    Cell::styled(format!("{outcome}{by}{times}"), style)
}

/// What was wrong and, where that says more, what came of it.
pub(crate) fn details(decision: &Decision) -> String {
    let Decision { reason, details, .. } = decision;
    let moved = decision.confidence_delta.filter(|delta| delta.0 != 0).zip(decision.new_confidence);
    let moved = moved.map(|(delta, confidence)| format!(" (learned {delta}, confidence now {confidence})"));
    let moved = moved.unwrap_or_default();
    match (reason.as_str(), details.as_str()) {
        (reason, "") => format!("{reason}{moved}"),
        ("", details) => format!("{details}{moved}"),
        (reason, details) if details.contains(reason) => format!("{details}{moved}"),
        (reason, details) => format!("{reason}; {details}{moved}"),
    }
}

#[cfg(test)]
mod tests;
