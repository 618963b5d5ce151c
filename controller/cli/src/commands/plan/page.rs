//! What `plan` prints: its shape for programs and its look for people.
//!
//! Owns both. Never evaluates anything.

use std::fmt::Write as _;

use podsteward_domain::action::Action;
use podsteward_domain::decision::Verdict;
use podsteward_domain::evaluate::Evaluation;
use podsteward_domain::finding::FieldDiff;
use podsteward_domain::plan::Plan;
use podsteward_domain::risk::Risk;
use podsteward_domain::score::Score;
use podsteward_domain::status::ObjectState;
use podsteward_domain::time::Moment;
use podsteward_runtime::listing::{Gate, Ladder};
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
    /// Each single thing that the steps are about, where one is about many.
    items: Vec<String>,
    expected_effect: Option<String>,
    ladder: Option<Ladder>,
    gates: Vec<Gate>,
    #[serde(skip)]
    lines: Vec<String>,
}

impl ObjectPlan {
    /// What follows from an evaluation.
    pub(super) fn new(evaluation: Evaluation, now: Moment) -> Self {
        let mut diffs: Vec<_> = evaluation.findings.into_iter().flat_map(|finding| finding.diffs).collect();
        diffs.sort();
        diffs.dedup();
        let status = evaluation.status;
        let told = evaluation.choice.as_ref().map(|choice| Told::of(&choice.plan)).unwrap_or_default();
        let expected_effect = evaluation.choice.as_ref().map(|choice| choice.case.effect.clone());
        let decision = evaluation.choice.map(|choice| choice.decision);
        let judgement = decision.as_ref().and_then(|decision| decision.judgement.as_ref());
        Self {
            confidence: judgement.map(|judgement| judgement.confidence.total),
            risk: judgement.map(|judgement| judgement.risk),
            ladder: judgement.and_then(|judgement| judgement.ladder.as_ref()).map(Ladder::from),
            action: decision.as_ref().map(|decision| decision.action),
            verdict: decision.as_ref().map(|decision| decision.verdict),
            reason: decision.as_ref().map_or(status.message, |decision| decision.reason.clone()),
            gates: decision.map(|decision| Gate::chain(&decision.gates, now)).unwrap_or_default(),
            key: status.key,
            state: status.state,
            diffs,
            steps: told.steps,
            items: told.items,
            lines: told.lines,
            expected_effect,
        }
    }

    /// Whether the host would be touched, now or once the gates open.
    pub(super) fn changes(&self) -> bool {
        !self.steps.is_empty()
    }

    /// Whether a gate stands in the way.
    pub(super) fn is_withheld(&self) -> bool {
        self.changes() && self.gates.iter().any(|gate| gate.stops)
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
        let cleans = self.action.is_some_and(Action::cleans);
        for effect in self.expected_effect.iter().filter(|_| cleans) {
            line(effect.clone());
        }
        if let Some(ladder) = &self.ladder {
            line(ladder.sentence.clone());
        }
        for step in &self.lines {
            line(step.clone());
        }
        for answer in self.gates.iter().filter(|gate| gate.result != "pass") {
            line(gate::sentence(answer));
        }
        text
    }
}

/// A plan in words.
#[derive(Debug, Default)]
pub(in crate::commands) struct Told {
    /// Its steps.
    pub(in crate::commands) steps: Vec<String>,
    /// What single steps are about one by one.
    pub(in crate::commands) items: Vec<String>,
    /// Both, numbered, for people.
    pub(in crate::commands) lines: Vec<String>,
}

impl Told {
    /// A plan in words.
    pub(in crate::commands) fn of(plan: &Plan) -> Self {
        let mut told = Self::default();
        for (step, number) in plan.steps().zip(1..) {
            let items = step.items();
            told.lines.push(format!("{number}. {step}"));
            told.lines.extend(items.iter().map(|item| format!("   {item}")));
            told.steps.push(step.to_string());
            told.items.extend(items);
        }
        told
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
