//! What `plan` prints: its shape for programs and its look for people.
//!
//! Owns both. Never evaluates anything.

use std::fmt::Write as _;

use podsteward_domain::action::Action;
use podsteward_domain::decision::{Gate, GateAnswer, GateResult, Verdict};
use podsteward_domain::evaluate::Evaluation;
use podsteward_domain::finding::{FieldDiff, Remedy};
use podsteward_domain::status::ObjectState;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use serde::Serialize;

use crate::commands::validate::ProblemView;
use crate::output::colour::{self, paint};
use crate::output::table::one_line;
use crate::output::{Screen, View};

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
    reason: String,
    diffs: Vec<FieldDiff>,
    steps: Vec<String>,
    gates: Vec<GateView>,
}

/// One gate's answer.
#[derive(Debug, Serialize)]
struct GateView {
    gate: Gate,
    result: &'static str,
    detail: Option<String>,
    until: Option<String>,
    #[serde(skip)]
    stops: bool,
}

impl From<GateResult> for GateView {
    fn from(result: GateResult) -> Self {
        let (name, until) = match &result.answer {
            GateAnswer::Pass => ("pass", None),
            GateAnswer::Cap { .. } => ("cap", None),
            GateAnswer::Hold { until, .. } => ("hold", until.map(Moment::to_rfc3339)),
            GateAnswer::Deny { .. } => ("deny", None),
        };
        Self {
            gate: result.gate,
            result: name,
            detail: result.answer.detail().map(str::to_owned),
            until,
            stops: result.answer.stops(),
        }
    }
}

impl From<Evaluation> for ObjectPlan {
    fn from(evaluation: Evaluation) -> Self {
        let mut diffs: Vec<_> = evaluation.findings.into_iter().flat_map(|finding| finding.diffs).collect();
        diffs.sort();
        diffs.dedup();
        let status = evaluation.status;
        let (decision, steps) = match evaluation.choice {
            Some(choice) => (Some(choice.decision), choice.plan.steps().map(ToString::to_string).collect()),
            None => (None, Vec::new()),
        };
        Self {
            action: decision.as_ref().map(|decision| decision.action),
            verdict: decision.as_ref().map(|decision| decision.verdict),
            reason: decision.as_ref().map_or(status.message, |decision| decision.reason.clone()),
            gates: decision.into_iter().flat_map(|decision| decision.gates).map(GateView::from).collect(),
            key: status.key,
            state: status.state,
            diffs,
            steps,
        }
    }
}

impl ObjectPlan {
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
            let verdict = self.verdict.map(|verdict| format!(" ({verdict})")).unwrap_or_default();
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
        for gate in self.gates.iter().filter(|gate| gate.result != "pass") {
            line(gate.sentence());
        }
        text
    }
}

impl GateView {
    fn sentence(&self) -> String {
        let verb = if self.stops { "withheld by" } else { "limited by" };
        let detail = self.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
        let until = self.until.as_ref().map(|until| format!(" (until {until})")).unwrap_or_default();
        format!("{verb} {}{detail}{until}", self.gate)
    }
}

fn difference(diff: &FieldDiff) -> String {
    let remedy = match diff.remedy {
        Remedy::None => "nothing to do on the host",
        Remedy::InPlace => "in place",
        Remedy::Recreate => "by making it anew",
        Remedy::Impossible => "cannot be mended",
    };
    format!("{}: {} -> {} ({remedy})", diff.field, diff.live, diff.desired)
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
