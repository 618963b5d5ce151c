//! What `why` prints.
//!
//! Owns its shape and its look. Never evaluates anything.

use podsteward_domain::action::Action;
use podsteward_domain::decision::Verdict;
use podsteward_domain::score::Score;
use podsteward_domain::status::ObjectState;
use podsteward_runtime::listing::{Approval, Approvals, Decision, Gate, Observation, Recommendation, Record};
use podsteward_specs::key::Key;
use serde::Serialize;

use super::values::Values;
use crate::output::colour::{self, paint};
use crate::output::table::{self, Cell, one_line};
use crate::output::{Screen, View, lines};
use crate::view::{decision, gate, observation, record};

/// The page.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    pub(super) key: Key,
    pub(super) state: Option<ObjectState>,
    #[serde(skip)]
    pub(super) message: String,
    pub(super) answer: String,
    pub(super) unknown: Vec<String>,
    pub(super) observations: Vec<Observation>,
    pub(super) recommended_actions: Vec<Recommendation>,
    pub(super) records: Vec<Record>,
    pub(super) approvals: Vec<Approval>,
    pub(super) gates: Vec<Gate>,
    pub(super) decisions: Vec<Decision>,
    #[serde(skip)]
    pub(super) values: Values,
}

impl View for Page {
    fn text(&self, screen: Screen) -> String {
        let state = self.state.map(|state| paint(state.as_str(), colour::of_state(state), screen.colour));
        let key = paint(&self.key.to_string(), colour::HEAD, screen.colour);
        let mut text = format!("{key} {}\n{}\n", state.unwrap_or_default(), one_line(&self.answer));
        let mut section = |title: &str, body: String| {
            if !body.is_empty() {
                text.extend(["\n", &paint(title, colour::HEAD, screen.colour), "\n", &body]);
            }
        };
        section("Not known", lines(self.unknown.iter().map(|what| one_line(what))));
        section("Wrong", observation::text(&self.observations, screen));
        for action in &self.recommended_actions {
            section(&title(action), self.judged(action, screen));
        }
        section("Gates that stand all the same", self.chain(&self.gates, Action::ServiceRestart, screen));
        section("Learned", record::text(&self.records, screen));
        section("Approvals", Approvals { approvals: self.approvals.clone() }.text(screen));
        section("Last decisions", decision::text(&self.decisions, screen));
        text
    }
}

impl Page {
    fn judged(&self, action: &Recommendation, screen: Screen) -> String {
        let parts = parts(action, screen);
        let gap = if parts.is_empty() { "" } else { "\n" };
        let chain = self.chain(&action.gates, action.action, screen);
        let ladder = action.ladder.as_ref().map(|ladder| format!("{}\n\n", one_line(&ladder.sentence)));
        format!("{}{parts}{gap}{chain}", ladder.unwrap_or_default())
    }

    fn chain(&self, gates: &[Gate], action: Action, screen: Screen) -> String {
        if gates.is_empty() {
            return String::new();
        }
        gate::table(gates, |gate| self.values.of(gate, action), screen)
    }
}

/// `service-restart: confidence 0.90, risk low: done, and told of (notify-execute)`.
fn title(action: &Recommendation) -> String {
    let name = action.action;
    let Some((confidence, risk)) = action.confidence.zip(action.risk) else {
        return format!("{name}: follows from the manifest and needs no confidence");
    };
    let escalated = action.escalated.as_ref().map(|why| format!(" because {why}")).unwrap_or_default();
    let verdict = action.decision;
    format!("{name}: confidence {confidence}, risk {risk}{escalated}: {} ({verdict})", meaning(verdict))
}

fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Declared => "done without asking",
        Verdict::AutoExecute => "done in silence",
        Verdict::NotifyExecute => "done, and told of",
        Verdict::Queue => "asked for",
        Verdict::AlertOnly => "only told of",
    }
}

/// What confidence is made of.
fn parts(action: &Recommendation, screen: Screen) -> String {
    let Some(parts) = action.confidence_parts else { return String::new() };
    let weighed = |name: &str, score: Score, weight: &str, means: String| {
        vec![Cell::from(name), score.to_string().into(), weight.into(), Cell::from(means)]
    };
    let rows = [
        weighed("prediction", parts.prediction, "30 %", "how sure it is that something is wrong".to_owned()),
        weighed("history", parts.history, "30 %", history(action.action)),
        weighed("impact", parts.impact, "20 %", "how harmless the action is".to_owned()),
        weighed("rollback", parts.rollback, "20 %", "how well it could be taken back".to_owned()),
        vec![
            "adjustment".into(),
            parts.adjustment.to_string().into(),
            "added".into(),
            "what its last outcomes taught".into(),
        ],
    ];
    table::text(&["CONFIDENCE", "VALUE", "WEIGHT", "MEANS"], &rows, screen)
}

fn history(action: Action) -> String {
    format!("how often {action} worked, on this object or anywhere")
}

#[cfg(test)]
pub(in crate::commands::why) mod tests;
