//! One look at one object, from the World to everything that follows: the report that `plan`, `describe` and
//! the worker share.
//!
//! Owns the order: remember, detect, verify or decide, plan, status. Never acts.
//! Called by the runtime for every reconcile and by the CLI's `plan`.

use std::time::Duration;

use crate::action::Action;
use crate::decide;
use crate::decision::{Decision, Gate, GateAnswer};
use crate::detect;
use crate::exit::EVENT_PATIENCE;
use crate::facts;
use crate::finding::{FieldDiff, Finding, FindingKind};
use crate::intent::IntentState;
use crate::learn;
use crate::memory::Memory;
use crate::plan::Plan;
use crate::planning;
use crate::state;
use crate::status::ObjectStatus;
use crate::verify::{self, Verification};
use crate::view::View;
use crate::world::{Desired, World};

/// What follows from a World.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What is shown.
    pub status: ObjectStatus,
    /// What is remembered from now on.
    pub memory: Memory,
    /// Whether the plan in progress worked, while one stabilises.
    pub verification: Option<Verification>,
    /// What could be done, judged by every gate, with its plan.
    pub choice: Option<Choice>,
    /// When to look again, should nothing happen.
    pub again: Option<Duration>,
}

/// What could be done.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The decision.
    pub decision: Decision,
    /// How it would be carried out.
    pub plan: Plan,
    /// The facts that it was decided on.
    pub facts: String,
    /// The drift that it mends; empty for declared work.
    pub mends: Vec<FieldDiff>,
}

impl Choice {
    /// Whether only the age of what is known stands in the way: read again, and evaluate again.
    pub fn needs_fresh_look(&self) -> bool {
        let stopping = self.decision.gates.iter().filter(|result| result.answer.stops());
        let mut gates = stopping.map(|result| result.gate);
        gates.next() == Some(Gate::Freshness) && gates.next().is_none()
    }
}

/// Looks at the World and says everything that follows.
pub fn evaluate(mut world: World) -> Evaluation {
    world.memory = learn::from_look(&View::of(&world));
    let view = View::of(&world);
    let findings = detect::detect(&view);
    let verification = match world.intent.as_ref().map(|intent| (intent, &intent.state)) {
        Some((intent, IntentState::Stabilising { since, baseline })) => {
            Some(verify::verify(&view, intent, *since, baseline))
        }
        _ => None,
    };
    let choice = choice(&view, &findings);
    let again = again(&view, verification.as_ref(), choice.as_ref());
    let status = state::status(&view, &findings, choice.as_ref().map(|choice| &choice.decision));
    Evaluation { findings, status, verification, choice, again, memory: world.memory }
}

fn choice(view: &View<'_>, findings: &[Finding]) -> Option<Choice> {
    let (proposal, decision) = decide::decide(view, findings)?;
    let plan = planning::plan(view, &proposal)?;
    let remediation = decision.action == Action::DriftReconciliation;
    let mends = findings.iter().filter(|finding| remediation && finding.kind == FindingKind::Drift);
    let mends = mends.flat_map(|finding| finding.diffs.clone()).collect();
    Some(Choice { decision, plan, facts: facts::digest(view), mends })
}

/// The earliest of: verification's next look, a gate's opening, an event's last chance.
fn again(view: &View<'_>, verification: Option<&Verification>, choice: Option<&Choice>) -> Option<Duration> {
    let now = view.world.now;
    let verification = match verification {
        Some(Verification::Wait { again }) => Some(*again),
        _ => None,
    };
    let gates = choice.into_iter().flat_map(|choice| &choice.decision.gates);
    let gate = gates
        .filter_map(|result| match &result.answer {
            GateAnswer::Hold { until: Some(until), .. } => Some(until.since(now)),
            _ => None,
        })
        .max();
    let vanishing = matches!(view.world.desired, Desired::Vanishing { mass: None, .. });
    let vanishing = vanishing.then_some(Duration::from_secs(1));
    let undecided = view.container.as_ref().filter(|container| {
        container.live.is_some_and(|live| live.started_ms.is_some()) && !container.is_up()
    });
    let undecided =
        undecided.filter(|container| container.exit.as_ref().is_none_or(|exit| exit.code.is_none()));
    let event = undecided.map(|_| EVENT_PATIENCE / 2);
    [verification, gate, vanishing, event].into_iter().flatten().min()
}
