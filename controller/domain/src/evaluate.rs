//! One look at one object, from the World to everything that follows: the report that `plan`, `describe` and
//! the worker share.
//!
//! Owns the order: remember, detect, verify or decide, plan, status. Never acts.
//! Called by the runtime for every reconcile and by the CLI's `plan`.

use std::time::Duration;

use crate::admit::Case;
use crate::alert;
use crate::approval::{ApprovalId, ApprovalState};
use crate::approvals;
use crate::backup;
use crate::decide::{self, Considered};
use crate::decision::Decision;
use crate::detect::{self, condition};
use crate::exit;
use crate::facts;
use crate::finding::{FieldDiff, Finding, FindingKind};
use crate::intent::IntentState;
use crate::learn;
use crate::memory::Memory;
use crate::plan::Plan;
use crate::restart;
use crate::state;
use crate::status::ObjectStatus;
use crate::suppress;
use crate::verify::{self, Verification};
use crate::view::View;
use crate::world::World;

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
    /// Everything that could be done, the most urgent first, judged by every gate.
    pub decisions: Vec<Decision>,
    /// Approvals that are over, with what they become.
    pub approvals: Vec<(ApprovalId, ApprovalState)>,
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
    /// What the gates are asked with once more when it is begun.
    pub case: Case,
    /// The document that the plan was made from, as canonical JSON.
    pub document: Option<String>,
    /// The id of the image that the document meant when it was applied.
    pub image_id: Option<String>,
}

impl Choice {
    /// Whether only the age of what is known stands in the way: read again, and evaluate again.
    pub fn needs_fresh_look(&self) -> bool {
        self.decision.needs_fresh_look()
    }
}

/// Looks at the World and says everything that follows.
pub fn evaluate(mut world: World) -> Evaluation {
    world.memory = learn::from_look(&View::of(&world));
    let view = View::of(&world);
    let findings = suppress::marked(detect::detect(&view), &view.world.policy, view.world.now);
    let verification = match world.intent.as_ref().map(|intent| (intent, &intent.state)) {
        Some((intent, IntentState::Stabilising { since, baseline })) => {
            Some(verify::verify(&view, intent, *since, baseline))
        }
        _ => None,
    };
    let decided = decide::decide(&view, &findings);
    if decided.is_empty() && view.presence.is_known() && view.world.memory.terminal.is_some() {
        // What failed is not called for any more.
        world.memory.terminal = None;
        return evaluate(world);
    }
    let again = again(&view, verification.as_ref(), &decided);
    let decisions: Vec<Decision> = decided.iter().map(|considered| considered.decision.clone()).collect();
    let approvals = approvals::over(&view, &decisions);
    let choice = choice(&view, &findings, decided);
    let status = state::status(&view, &findings, choice.as_ref().map(|choice| &choice.decision));
    Evaluation { findings, status, verification, choice, decisions, approvals, again, memory: world.memory }
}

fn choice(view: &View<'_>, findings: &[Finding], decided: Vec<Considered>) -> Option<Choice> {
    let Considered { plan, decision, case, .. } = decide::choose(decided)?;
    let of_drift = decision.trigger == FindingKind::Drift;
    let mends = findings.iter().filter(|finding| of_drift && finding.kind == FindingKind::Drift);
    let mends = mends.flat_map(|finding| finding.diffs.clone()).collect();
    let document = view.document.map(|document| document.canonical.to_string());
    let image_id = view.world.memory.applied.as_ref().and_then(|applied| applied.image_id.clone());
    Some(Choice { decision, plan, facts: facts::digest(view), mends, case, document, image_id })
}

/// The earliest of: verification's next look, the opening of the gates of one thing that could be done, the last
/// chance of an event, the end of a crash loop or of what is open: approvals and breakers. Everything else is an event, and needs no look of its own.
fn again(view: &View<'_>, verification: Option<&Verification>, decided: &[Considered]) -> Option<Duration> {
    let now = view.world.now;
    let verification = match verification {
        Some(Verification::Wait { again }) => Some(*again),
        _ => None,
    };
    let gates = decided.iter().filter_map(|considered| Some(considered.decision.opens()?.since(now))).min();
    let approvals = approvals::next(view);
    let breakers = condition::breakers_half_open(view).map(|at| at.since(now));
    let started = view.container.as_ref().filter(|container| container.was_started());
    let up = started.filter(|container| container.is_up());
    let calm = up.and_then(|_| restart::calm_in(&view.world.memory.restarts, now));
    let down = started.filter(|container| !container.is_up());
    let end = down.and_then(|container| exit::again(container.exit.as_ref(), now));
    let alerts = alert::again(view.world);
    let disk = view.disk.and_then(|_| view.world.memory.disk.again(now));
    let backup = view.backup.and_then(|backup| backup::again(backup.check, backup.facts, now));
    [verification, gates, approvals, breakers, calm, end, disk, alerts, backup].into_iter().flatten().min()
}
