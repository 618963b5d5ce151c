//! How sure podsteward is that a plan is right, how much the plan may break, and so how far it goes by itself.
//!
//! Owns how the terms are gathered and the table of verdicts. Never asks a gate. Called by [`crate::decide`].

use podsteward_specs::container::Criticality;
use podsteward_specs::key::Kind;
use podsteward_specs::policy::{Learning, RemediationPolicy, RiskTolerance};

use crate::action::{Action, Profile};
use crate::confidence::{Confidence, Parts};
use crate::decide::Proposal;
use crate::decide::propose::Way;
use crate::decision::{Judgement, Verdict};
use crate::facts;
use crate::finding::{FieldDiff, FindingKind};
use crate::forecast::Forecast;
use crate::intent::Intent;
use crate::ladder;
use crate::plan::{Plan, Shape, Step};
use crate::planning;
use crate::playbook;
use crate::risk::Risk;
use crate::score::Score;
use crate::standing::Standing;
use crate::time::Moment;
use crate::track::{Basis, Track};
use crate::view::{ContainerView, View};

/// How far each bound moves with the tolerance of risk, in basis points.
const LOW_TOLERANCE: i32 = 500;
const HIGH_TOLERANCE: i32 = -1000;

/// Judges a plan; `None` for declared work, which needs no confidence.
pub fn judge(view: &View<'_>, proposal: &Proposal, plan: &Plan) -> Option<Judgement> {
    let profile = proposal.action.profile()?;
    let (policy, now) = (&view.world.policy, view.world.now);
    let track = track(&view.world.standing, proposal.action, &basis(view));
    let parts = Parts {
        prediction: prediction(view, proposal),
        history: history(&view.world.standing, proposal.action, &track, now, &policy.learning),
        impact: profile.impact,
        rollback: planning::way_back(view, plan).score,
        adjustment: track.adjustment.left(now, &policy.learning),
    };
    let escalated = escalation(view, proposal, plan);
    let risk = own_risk(view, proposal.action).unwrap_or(profile.risk);
    let risk = if escalated.is_some() { risk.escalated() } else { risk };
    let ladder = (proposal.action == Action::ServiceRestart).then(|| ladder::stand(view));
    Some(Judgement { confidence: Confidence::of(parts), risk, ladder, escalated })
}

/// How much a playbook may break by its own word.
pub(crate) fn own_risk(view: &View<'_>, action: Action) -> Option<Risk> {
    let Action::Playbook(name) = action else { return None };
    playbook::declared(view.world, name).map(playbook::risk)
}

/// A finding is a fact that was seen, unless it is a look ahead; an alert is as sure as its route says; what is not known opens none.
fn prediction(view: &View<'_>, proposal: &Proposal) -> Score {
    if let Some(call) = &proposal.call {
        return call.confidence;
    }
    if proposal.trigger != FindingKind::DiskForecast {
        return Score::ONE;
    }
    let forecast = view.disk.and_then(|disk| disk.facts.forecast.value());
    forecast.and_then(Forecast::growth).map_or(Score::ZERO, |growth| growth.confidence)
}

/// The confidence that a plan was begun with, after something was learned; `None` for declared work.
#[must_use]
pub fn judged_again(
    intent: &Intent,
    standing: &Standing,
    now: Moment,
    learning: &Learning,
) -> Option<Confidence> {
    let before = intent.judgement.as_ref()?.confidence;
    let track = track(standing, intent.action, &intent.basis);
    let adjustment = track.adjustment.left(now, learning);
    let history = history(standing, intent.action, &track, now, learning);
    Some(Confidence::of(Parts { history, adjustment, ..before.parts }))
}

/// What an action on the viewed object is learned on.
pub fn basis(view: &View<'_>) -> Basis {
    let applied = view.world.memory.applied.as_ref();
    Basis {
        generation: applied.map(|applied| applied.generation),
        image_id: applied.and_then(|applied| applied.image_id.clone()),
    }
}

/// How an action did on a target that stands on `basis`.
pub fn track(standing: &Standing, action: Action, basis: &Basis) -> Track {
    standing.tracks.get(&action).map(|track| track.on(basis)).unwrap_or_default()
}

/// The record on the target or, while that is short, anywhere.
fn history(standing: &Standing, action: Action, track: &Track, now: Moment, learning: &Learning) -> Score {
    let anywhere = standing.overall.get(&action).map(|overall| &overall.record);
    let own = Some(&track.record).filter(|record| record.attempts >= OWN_RECORD_FROM);
    let record = own.or(anywhere);
    record.map_or(Score::new(learning.prior), |record| record.share(now, learning))
}

/// With so many attempts the record on the target itself counts.
const OWN_RECORD_FROM: u32 = 3;

/// What makes a plan riskier than its action, if anything does.
fn escalation(view: &View<'_>, proposal: &Proposal, plan: &Plan) -> Option<String> {
    let containers = plan.touches.objects.iter().filter(|key| key.kind == Kind::Container).count();
    let spec = view.container.as_ref().and_then(|container| container.spec);
    if containers > 1 {
        return Some(format!("it touches {containers} containers"));
    }
    if spec.is_some_and(|spec| spec.criticality == Criticality::Critical) {
        return Some("the container is critical".to_owned());
    }
    let others = plan.touches.objects.iter().filter_map(|key| view.world.others.get(key));
    let documents = others.filter_map(|world| world.desired.document()?.container());
    if documents.into_iter().any(|spec| spec.criticality == Criticality::Critical) {
        return Some("the container is critical".to_owned());
    }
    let dependents = &view.world.host.dependents;
    if !dependents.is_empty() && interrupts(plan) {
        let names: Vec<String> = dependents.iter().map(ToString::to_string).collect();
        return Some(format!("what depends on it does without it meanwhile: {}", names.join(", ")));
    }
    if touches_data(view, plan) {
        return Some("it touches data".to_owned());
    }
    proposal.way.escalates().then(|| "what it wrote outside of its volumes is lost".to_owned())
}

/// Whether the container is down meanwhile.
fn interrupts(plan: &Plan) -> bool {
    plan.steps().any(|step| matches!(step, Step::StopContainer { .. } | Step::RemoveContainer { .. }))
}

/// Whether data goes that nothing brings back: a volume. However sure podsteward is, that needs a person's word.
pub(crate) fn loses_data(plan: &Plan) -> bool {
    plan.steps().any(|step| matches!(step, Step::RemoveVolume { .. }))
}

/// Whether data may be rewritten or lost: a volume goes, or another image gets at what the old one wrote.
pub(crate) fn touches_data(view: &View<'_>, plan: &Plan) -> bool {
    if loses_data(plan) {
        return true;
    }
    let Some(container) = &view.container else { return false };
    let writes = container.spec.is_some_and(planning::has_writable_data);
    matches!(plan.shape, Shape::Recreate { .. }) && writes && is_of_another_image(container, plan)
}

/// Whether a plan makes the container from another image than the one it has, or from one that is not known yet.
fn is_of_another_image(container: &ContainerView<'_>, plan: &Plan) -> bool {
    let made_from = plan.steps().find_map(|step| match step {
        Step::CreateContainer(create) => Some(create.image.as_str()),
        _ => None,
    });
    let reference = container.spec.map(|spec| spec.image.as_str());
    let meant = container.facts.image.value().and_then(Option::as_ref).map(|image| image.id.as_str());
    let id = if made_from == reference { meant } else { made_from };
    id != container.live.map(|live| live.image_id.as_str())
}

/// How far a judged action goes by itself: the table of the policy, read from the top.
pub fn verdict(
    judgement: &Judgement,
    profile: &Profile,
    successes: u32,
    policy: &RemediationPolicy,
) -> Verdict {
    let shift = match policy.risk_tolerance {
        RiskTolerance::Low => LOW_TOLERANCE,
        RiskTolerance::Medium => 0,
        RiskTolerance::High => HIGH_TOLERANCE,
    };
    let total = i32::from(judgement.confidence.total.basis_points());
    let above = |bound: u16| total > i32::from(bound) + shift;
    let bounds = &policy.thresholds;
    let earned = successes >= policy.learning.auto_execute_successes;
    match judgement.risk {
        _ if profile.always_asks && above(bounds.queue) => Verdict::Queue,
        Risk::Low if above(bounds.auto_execute) && earned => Verdict::AutoExecute,
        Risk::Low | Risk::Medium if above(bounds.notify_execute) => Verdict::NotifyExecute,
        _ if above(bounds.queue) => Verdict::Queue,
        _ => Verdict::AlertOnly,
    }
}

/// What a playbook says, and what it is given.
fn playbook_parts(view: &View<'_>, proposal: &Proposal) -> Vec<String> {
    let (Action::Playbook(name), Way::Playbook { parameters }) = (proposal.action, &proposal.way) else {
        return Vec::new();
    };
    let document = name.key().and_then(|key| view.world.host.playbooks.get(&key.name));
    let canonical = document.map(|document| document.canonical.to_string());
    let given = parameters.iter().flat_map(|(name, value)| [name.clone(), value.clone()]);
    canonical.into_iter().chain(given).collect()
}

/// Which plan it is, in 16 hex digits: another document, difference or step makes another plan. Whether it runs just
/// now, and so must be stopped first, does not.
pub fn digest(view: &View<'_>, proposal: &Proposal, plan: &Plan, diffs: &[FieldDiff]) -> String {
    let (action, key) = (proposal.action.as_str(), view.world.key.to_string());
    let document = view.document.map_or("", |document| &document.canonical);
    // Of a cleanup the policy counts, which is the document, and not what lies there just now; of a playbook what it says.
    let steps: Vec<String> = if let Shape::Clean { .. } = plan.shape {
        Vec::new()
    } else if let Shape::Playbook(_) = plan.shape {
        playbook_parts(view, proposal)
    } else {
        let steps = plan.steps().filter(|step| !matches!(step, Step::StopContainer { .. }));
        steps.map(ToString::to_string).collect()
    };
    let differences = diffs.iter().flat_map(|diff| [&*diff.field, &*diff.desired, &*diff.live]);
    let parts = [action, &*key, document].into_iter().chain(steps.iter().map(String::as_str));
    facts::hex(&parts.chain(differences).collect::<Vec<_>>())
}
