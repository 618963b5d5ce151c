//! What `check` prints for people.
//!
//! Owns its lines and tables. Never evaluates anything.

use podsteward_runtime::listing::{Approval, Assessment, Recommendation};

use crate::output::colour::{self, BAD, GOOD, LOOK, paint};
use crate::output::table::{self, Cell, labelled};
use crate::output::{Screen, View, count};
use crate::view::decision::{confidence, risk};
use crate::view::{gate, observation};

impl View for Assessment {
    fn text(&self, screen: Screen) -> String {
        let mut lines = vec![("Health", health(self.health_score))];
        lines.extend(self.unknown.iter().map(|what| ("Unknown", Cell::styled(what, LOOK))));
        lines.push(("Wrong", number(self.observations.len(), "finding")));
        lines.push(("To do", to_do(&self.recommended_actions)));
        if !self.pending_queue.is_empty() {
            lines.push(("Approvals", waiting(&self.pending_queue).into()));
        }
        let mut text = labelled(&lines, screen);
        for (title, table) in [
            ("Wrong", observation::text(&self.observations, screen)),
            ("To do", recommendations(&self.recommended_actions, screen)),
        ] {
            if !table.is_empty() {
                text.extend(["\n", &paint(title, colour::HEAD, screen.colour), "\n", &table]);
            }
        }
        text
    }
}

fn health(score: Option<u32>) -> Cell {
    let Some(score) = score else { return Cell::styled("not known yet", LOOK) };
    let style = match score {
        90.. => GOOD,
        60.. => LOOK,
        _ => BAD,
    };
    Cell::styled(format!("{score} of 100"), style)
}

fn number(number: usize, noun: &str) -> Cell {
    if number == 0 { "nothing".into() } else { count(number, noun).into() }
}

fn to_do(recommended: &[Recommendation]) -> Cell {
    if recommended.is_empty() {
        return "nothing".into();
    }
    let withheld = recommended.iter().filter(|it| it.stops().next().is_some()).count();
    let withheld = if withheld == 0 { String::new() } else { format!(", {withheld} withheld") };
    format!("{}{withheld}", count(recommended.len(), "action")).into()
}

fn waiting(queue: &[Approval]) -> String {
    let pending = queue.iter().filter(|approval| approval.state == "pending").count();
    let approved = queue.len() - pending;
    let mut parts = Vec::new();
    if pending > 0 {
        parts.push(format!("{pending} waiting for you (`podsteward approvals`)"));
    }
    if approved > 0 {
        parts.push(format!("{approved} approved and not done yet"));
    }
    parts.join(", ")
}

fn recommendations(recommended: &[Recommendation], screen: Screen) -> String {
    let rows: Vec<_> = recommended
        .iter()
        .map(|it| {
            vec![
                it.id.as_str().into(),
                it.target.to_string().into(),
                it.action.as_str().into(),
                confidence(it.confidence).into(),
                risk(it.risk).into(),
                it.decision.as_str().into(),
                why_not(it),
            ]
        })
        .collect();
    table::uncut(&["ID", "TARGET", "ACTION", "CONFIDENCE", "RISK", "DECISION", "WHY NOT"], &rows, screen)
}

/// What keeps it from being done now, in a word or a sentence.
pub(crate) fn why_not(recommended: &Recommendation) -> Cell {
    match recommended.stops().next() {
        Some(gate) => Cell::styled(gate::sentence(gate), LOOK),
        None => Cell::styled("nothing is in the way", GOOD),
    }
}

#[cfg(test)]
mod tests;
