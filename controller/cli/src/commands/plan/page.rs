//! What `plan` prints: its shape for programs and its look for people.
//!
//! Owns both. Never evaluates anything.

use std::fmt::Write as _;

use podsteward_domain::action::Action;
use podsteward_domain::decision::Verdict;
use podsteward_domain::evaluate::Evaluation;
use podsteward_domain::finding::FieldDiff;
use podsteward_domain::risk::Risk;
use podsteward_domain::score::Score;
use podsteward_domain::status::ObjectState;
use podsteward_domain::time::Moment;
use podsteward_runtime::listing::Gate;
use podsteward_specs::key::Key;
use serde::Serialize;

use crate::commands::validate::ProblemView;
use crate::output::colour::{self, paint};
use crate::output::table::one_line;
use crate::output::{Screen, View};
use crate::view::{difference, gate};

/// The page.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    pub(super) objects: Vec<ObjectPlan>,
    pub(super) problems: Vec<ProblemView>,
}

/// What would be done to one object.
#[derive(Debug, Serialize)]
pub(super) struct ObjectPlan {
    key: Key,
    state: ObjectState,
    action: Option<Action>,
    verdict: Option<Verdict>,
    confidence: Option<Score>,
    risk: Option<Risk>,
    reason: String,
    diffs: Vec<FieldDiff>,
    steps: Vec<String>,
    gates: Vec<Gate>,
}

impl ObjectPlan {
    /// What follows from an evaluation.
    pub(super) fn new(evaluation: Evaluation, now: Moment) -> Self {
        let mut diffs: Vec<_> = evaluation.findings.into_iter().flat_map(|finding| finding.diffs).collect();
        diffs.sort();
        diffs.dedup();
        let status = evaluation.status;
        let (decision, steps) = match evaluation.choice {
            Some(choice) => (Some(choice.decision), choice.plan.steps().map(ToString::to_string).collect()),
            None => (None, Vec::new()),
        };
        let judgement = decision.as_ref().and_then(|decision| decision.judgement.as_ref());
        Self {
            confidence: judgement.map(|judgement| judgement.confidence.total),
            risk: judgement.map(|judgement| judgement.risk),
            action: decision.as_ref().map(|decision| decision.action),
            verdict: decision.as_ref().map(|decision| decision.verdict),
            reason: decision.as_ref().map_or(status.message, |decision| decision.reason.clone()),
            gates: decision.map(|decision| Gate::chain(&decision.gates, now)).unwrap_or_default(),
            key: status.key,
            state: status.state,
            diffs,
            steps,
        }
    }

    /// Whether the host would be touched, now or once the gates open.
    pub(super) fn changes(&self) -> bool {
        !self.steps.is_empty()
    }

    /// Whether a gate stands in the way.
    pub(super) fn is_withheld(&self) -> bool {
        self.changes() && self.gates.iter().any(Gate::stops)
    }

    fn text(&self, screen: Screen) -> String {
        let state = paint(self.state.as_str(), colour::of_state(self.state), screen.colour);
        let key = paint(&self.key.to_string(), colour::HEAD, screen.colour);
        let what = self.action.map(|action| {
            let judged = self.confidence.zip(self.risk);
            let judged = judged.map(|(confidence, risk)| format!(", confidence {confidence}, risk {risk}"));
            let judged = judged.unwrap_or_default();
            let verdict = self.verdict.map(|verdict| format!(" ({verdict}{judged})")).unwrap_or_default();
            format!(": {action}{verdict}")
        });
        let mut text = format!("{key} {state}{}\n", what.unwrap_or_default());
        let mut line = |line: String| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "    {}", one_line(&line));
        };
        // A reason that names a field is told better by the difference itself.
        let told = self.diffs.iter().any(|diff| self.reason.starts_with(&diff.field));
        if !self.reason.is_empty() && !told {
            line(self.reason.clone());
        }
        for diff in &self.diffs {
            line(difference(diff));
        }
        for (step, number) in self.steps.iter().zip(1..) {
            line(format!("{number}. {step}"));
        }
        for answer in self.gates.iter().filter(|gate| gate.result != "pass") {
            line(gate::sentence(answer));
        }
        text
    }
}

impl View for Page {
    fn text(&self, screen: Screen) -> String {
        let problems = self.problems.iter().map(ProblemView::line);
        let objects =
            self.objects.iter().filter(|object| object.action.is_some() || !object.diffs.is_empty());
        problems.chain(objects.map(|object| object.text(screen))).collect()
    }
}

#[cfg(test)]
mod tests;
