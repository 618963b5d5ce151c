//! What follows from the findings: proposals with their plans, judged, and asked about at every gate.
//!
//! Owns the choice and the verdict. Never looks at anything but the [`View`] and the findings.
//! Called by [`crate::evaluate`].

pub mod gates;
pub mod propose;

use std::collections::BTreeSet;
use std::time::Duration;

use podsteward_specs::key::Key;

use crate::admit::{Case, Urgency};
use crate::decision::{Decision, GateAnswer, GateResult, Judgement, Verdict};
use crate::finding::{FieldDiff, Finding, FindingKind, Severity};
use crate::limits;
use crate::orient;
use crate::plan::{Plan, Shape};
use crate::planning;
use crate::risk::Risk;
use crate::view::{DiskView, View};

pub use propose::Proposal;

/// How long a cleanup rests at `critical` after one that helped.
const CRITICAL_COOLDOWN: Duration = Duration::from_mins(5);

/// One thing that could be done, judged.
#[derive(Debug, Clone)]
pub struct Considered {
    /// What could be done.
    pub proposal: Proposal,
    /// How.
    pub plan: Plan,
    /// What is decided about it.
    pub decision: Decision,
    /// What the gates are asked with once more when it is begun.
    pub case: Case,
}

/// What the gates are asked about.
pub struct Asked<'a> {
    /// What could be done.
    pub proposal: &'a Proposal,
    /// How.
    pub plan: &'a Plan,
    /// How sure podsteward is; `None` for declared work.
    pub judgement: Option<&'a Judgement>,
    /// What is asked again when it is begun.
    pub case: &'a Case,
}

/// What could be done about the findings, the most urgent first, judged by every gate.
pub fn decide(view: &View<'_>, findings: &[Finding]) -> Vec<Considered> {
    let proposals = propose::proposals(view, findings).into_iter();
    proposals.filter_map(|proposal| consider(view, findings, proposal)).collect()
}

/// Chooses among them: the most urgent one that no gate stops, or that nothing but a fresh look stands in the way
/// of, so that a document in quarantine does not keep the old container from being started; or else the most urgent
/// one about which a person is still to be asked; or else the most urgent one that lacks a person's word; or else the
/// most urgent one, withheld.
pub fn choose(mut considered: Vec<Considered>) -> Option<Considered> {
    let may_begin = |decision: &Decision| decision.withheld_by().is_none() || decision.needs_fresh_look();
    let position = |wanted: &dyn Fn(&Decision) -> bool| considered.iter().position(|it| wanted(&it.decision));
    let is_new = |decision: &Decision| decision.asks() && !decision.waits_for_answer();
    let at = position(&may_begin).or_else(|| position(&is_new)).or_else(|| position(&Decision::asks));
    let at = at.unwrap_or(0);
    (at < considered.len()).then(|| considered.swap_remove(at))
}

/// Judges one proposal. All gates are asked, so that `plan` and `why` can show them all.
fn consider(view: &View<'_>, findings: &[Finding], proposal: Proposal) -> Option<Considered> {
    let plan = planning::plan(view, &proposal)?;
    let judgement = orient::judge(view, &proposal, &plan);
    let diffs = diffs(findings, &proposal);
    let digest = orient::digest(view, &proposal, &plan, &diffs);
    let case = Case { diffs, ..case(view, &proposal, &plan, judgement.as_ref(), digest.clone()) };
    let asked = Asked { proposal: &proposal, plan: &plan, judgement: judgement.as_ref(), case: &case };
    let (gates, verdict) = gates::ask(view, findings, &asked);
    let decision = Decision {
        action: proposal.action,
        target: view.world.key.clone(),
        trigger: proposal.trigger,
        reason: proposal.reason.clone(),
        verdict,
        judgement,
        digest,
        gates,
    };
    Some(Considered { proposal, plan, decision, case })
}

fn case(
    view: &View<'_>,
    proposal: &Proposal,
    plan: &Plan,
    judgement: Option<&Judgement>,
    digest: String,
) -> Case {
    let world = view.world;
    let limits =
        limits::limits(&world.policy, world.key.name.as_str(), view.document.map(|document| &**document));
    Case {
        action: proposal.action,
        policy: world.policy.clone(),
        limits,
        groups: groups(view, plan),
        containers: world.host.containers,
        basis: orient::basis(view),
        restarts: (proposal.way.starts() || starts_anew(view, plan)) && view.container.is_some(),
        repairs: repairs(view, proposal),
        urgency: urgency(view, proposal),
        digest,
        judgement: judgement.cloned(),
        must_ask: gates::must_ask(view, proposal),
        call: proposal.call.clone(),
        asked: is_word_enough(view, proposal, judgement),
        diffs: Vec::new(),
        steps: plan.steps().map(ToString::to_string).collect(),
        loses: Vec::new(),
        effect: effect(view, plan, judgement),
        way_back: planning::way_back(view, plan).sentence,
    }
}

/// Whether a person's word for a playbook is all that it needs: not where it may break much.
fn is_word_enough(view: &View<'_>, proposal: &Proposal, judgement: Option<&Judgement>) -> bool {
    let risky = judgement.is_none_or(|judgement| judgement.risk == Risk::High);
    proposal.trigger == FindingKind::PlaybookRequested
        && !risky
        && gates::said_long_ago(view, proposal).is_none()
}

/// The containers that depend on each other around everything that a plan starts anew.
fn groups(view: &View<'_>, plan: &Plan) -> Vec<BTreeSet<Key>> {
    let started = match &plan.shape {
        Shape::Playbook(course) => course.restarts.keys().collect(),
        _ => Vec::new(),
    };
    let others = started.into_iter().filter_map(|key| view.world.others.get(key));
    [view.world].into_iter().chain(others).map(|world| world.host.group.clone()).collect()
}

/// Whether it puts right what had been in force: what is made for the first time, and what somebody edited or asked
/// for, was not broken.
fn repairs(view: &View<'_>, proposal: &Proposal) -> bool {
    view.world.memory.applied.is_some() && proposal.trigger.severity() > Severity::Info
}

/// Whether a playbook starts its target anew.
fn starts_anew(view: &View<'_>, plan: &Plan) -> bool {
    matches!(&plan.shape, Shape::Playbook(course) if course.restarts.contains_key(&view.world.key))
}

/// What is expected of it and, on the ladder, what comes next.
fn effect(view: &View<'_>, plan: &Plan, judgement: Option<&Judgement>) -> String {
    let effect = planning::effect(view, plan);
    match judgement.and_then(|judgement| judgement.ladder.as_ref()) {
        Some(ladder) => format!("{effect}; {ladder}"),
        None => effect,
    }
}

/// At `critical` a filesystem is cleaned again soon, if the last cleanup helped.
fn urgency(view: &View<'_>, proposal: &Proposal) -> Urgency {
    let critical = view.disk.as_ref().is_some_and(DiskView::is_critical);
    if !(proposal.action.cleans() && critical) {
        return Urgency::Usual;
    }
    let helped = view.world.memory.disk.cleaned.is_none_or(|cleaned| cleaned.helped());
    Urgency::Critical { cooldown: helped.then_some(CRITICAL_COOLDOWN) }
}

fn diffs(findings: &[Finding], proposal: &Proposal) -> Vec<FieldDiff> {
    let found = findings.iter().find(|finding| finding.kind == proposal.trigger);
    found.map(|finding| finding.diffs.clone()).unwrap_or_default()
}

/// The verdict that is left of one when the gates have limited it.
pub fn capped(verdict: Verdict, gates: &[GateResult]) -> Verdict {
    let caps = gates.iter().filter_map(|result| match &result.answer {
        GateAnswer::Cap { verdict, .. } => Some(*verdict),
        _ => None,
    });
    caps.fold(verdict, Verdict::max)
}
