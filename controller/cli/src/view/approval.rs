//! Questions to a person, in words.
//!
//! Owns what a person needs to know before saying yes or no. Used by `approvals`, `approve` and `reject`.

use podsteward_runtime::listing::{Approval, Approvals};

use super::difference;
use crate::output::colour::{self, paint};
use crate::output::table::{self, Cell, one_line};
use crate::output::{Screen, View, age};

impl View for Approvals {
    fn text(&self, screen: Screen) -> String {
        let pending = self.approvals.iter().filter(|approval| approval.state == "pending");
        let questions: Vec<String> = pending.map(|approval| question(approval, screen)).collect();
        let answered = self.approvals.iter().filter(|approval| approval.state != "pending");
        let rows: Vec<_> = answered.map(row).collect();
        let table = table::text(&["ID", "AGE", "TARGET", "ACTION", "STATE", "ANSWER"], &rows, screen);
        let mut parts = questions;
        parts.extend(Some(table).filter(|table| !table.is_empty()));
        parts.join("\n")
    }
}

/// One question with everything that an answer needs.
fn question(approval: &Approval, screen: Screen) -> String {
    let title = format!("{}  {} of {}", approval.id, approval.action_type, approval.target);
    let title = paint(&title, colour::HEAD, screen.colour);
    let left = approval.left.map(|left| format!(", {} left to answer", age::short(left)));
    let still = if approval.stands_still { "; podsteward is stopped, and its time stands still" } else { "" };
    let asked = format!("{} ago{}{still}", age::short(approval.age), left.unwrap_or_default());
    let mut lines = vec![("Wrong", approval.reason.clone()), ("Asked", asked)];
    lines.push(("Because", approval.why_asked.clone()));
    lines.extend(approval.diffs.iter().map(|diff| ("Differs", difference(diff))));
    let steps = approval.steps.iter().zip(1..);
    lines.extend(steps.map(|(step, number)| ("Step", format!("{number}. {step}"))));
    lines.push(("Then", approval.expected_effect.clone()));
    lines.extend(approval.loses.iter().map(|path| ("Loses", path.clone())));
    lines.push(("Way back", approval.rollback.clone()));
    let id = approval.id;
    lines.push(("Answer", format!("`podsteward approve {id}` or `podsteward reject {id}`")));
    let mut before = "";
    let lines: Vec<_> = lines
        .into_iter()
        .map(|(label, line)| {
            let label = if label == std::mem::replace(&mut before, label) { "" } else { label };
            format!("    {label:<8}  {}\n", one_line(&line))
        })
        .collect();
    format!("{title}\n{}", lines.concat())
}

fn row(approval: &Approval) -> Vec<Cell> {
    let style = match approval.state {
        "approved" | "used" => colour::GOOD,
        "rejected" => colour::LOOK,
        _ => colour::DIM,
    };
    vec![
        approval.id.to_string().into(),
        age::short(approval.age).into(),
        approval.target.to_string().into(),
        approval.action_type.as_str().into(),
        Cell::styled(approval.state, style),
        answer(approval).into(),
    ]
}

/// `by ada: not tonight`, `by ada, 14m left to begin`.
fn answer(approval: &Approval) -> String {
    let by = approval.by.as_ref().map(|by| format!("by {by}"));
    let left = approval.left.filter(|_| approval.state == "approved");
    let left = left.map(|left| format!("{} left to begin", age::short(left)));
    let said = by.into_iter().chain(left).collect::<Vec<_>>().join(", ");
    match (&approval.answer, said.as_str()) {
        (Some(answer), "") => answer.clone(),
        (Some(answer), _) => format!("{said}: {answer}"),
        (None, _) => said,
    }
}

#[cfg(test)]
mod tests;
