//! From an admitted choice to the end of its steps.
//!
//! Owns the sequence admit → journal → act → observe → learn. Called by the worker.

use std::sync::Arc;

use podsteward_domain::admit::{self, IntentDraft};
use podsteward_domain::evaluate::Choice;
use podsteward_domain::intent::{Intent, IntentState};
use podsteward_domain::learn;
use podsteward_domain::plan::{Plan, Shape, Step};
use podsteward_domain::recover::Interruption;
use podsteward_domain::time::Moment;
use podsteward_domain::view::View;
use podsteward_metrics::{ActionEvent, ApprovalEvent, DecisionEvent, action::About, chain};
use podsteward_specs::key::{Key, Kind};
use podsteward_store::{Admitted, Durability};

use super::{Error, judged, outcome, remember};
use crate::context::Context;
use crate::executor::{self, Executor};
use crate::queue::Reason;
use crate::source::playbooks;

/// How many paths of a container's own layer are told at most.
const CHANGES_MAX: usize = 100;

/// What became of a choice.
pub(super) enum Acted {
    /// It was carried out.
    Done,
    /// The policy is another one now: judge again.
    JudgeAgain,
    /// A gate stopped it at the last moment, perhaps until then, or a person is asked.
    Held(Option<Moment>),
}

/// Admits a choice and carries it out.
pub(super) async fn act(context: &Arc<Context>, key: &Key, mut choice: Choice) -> Result<Acted, Error> {
    if choice.decision.asks() {
        choice.case.loses = own_layer(context, key, &choice).await;
    }
    if *context.world.policy() != *choice.case.policy {
        return Ok(Acted::JudgeAgain);
    }
    let durability = if choice.plan.is_destructive() { Durability::Full } else { Durability::Normal };
    let draft = draft(context, key, &choice);
    let (decision, case, now, target) =
        (choice.decision.clone(), choice.case.clone(), context.now(), key.clone());
    let admit = move |store: &podsteward_store::Store| {
        store.admit(now, durability, &target, |facts| {
            admit::judge(decision.clone(), draft.clone(), &case, facts)
        })
    };
    let admitted = match durability {
        Durability::Full => context.keeper.durably(admit).await?,
        Durability::Normal => admit(context.keeper.store())?,
    };
    let intent = match admitted {
        Admitted::Begun { intent, decision, .. } => {
            context.telemetry.emit(DecisionEvent::Made { decision: &decision });
            *intent
        }
        Admitted::Asked { approval, decision, .. } => {
            context.telemetry.emit(DecisionEvent::Made { decision: &decision });
            context.telemetry.emit(ApprovalEvent::Asked { approval: &approval });
            judged::approvals(context, key)?;
            return Ok(Acted::Held(None));
        }
        Admitted::Withheld { decision, .. } => {
            remember::tell_withheld(context, &decision);
            return Ok(Acted::Held(decision.opens()));
        }
    };
    context.outbox.notify_one();
    let steps = choice.plan.steps().count();
    context.telemetry.emit(ActionEvent::IntentBegun { about: about(&intent), steps });
    context.world.put_intent(key, Some(intent.clone()));
    judged::overtaken(context, key, &intent)?;
    if intent.answers.is_some() {
        context.world.put_answered(key, context.keeper.store().standing(key)?.answered);
    }
    if matches!(intent.shape, Shape::Playbook(_)) {
        // A person's word is used up.
        playbooks::take_in(context);
    }
    carry_out(context, intent, &choice.plan).await?;
    Ok(Acted::Done)
}

/// What the container's own layer would lose, for whoever is asked; nothing where nothing is lost or known.
async fn own_layer(context: &Context, key: &Key, choice: &Choice) -> Vec<String> {
    let loses = choice.plan.steps().any(|step| matches!(step, Step::RemoveContainer { .. }));
    if !loses || key.kind != Kind::Container {
        return Vec::new();
    }
    let mut changes: Vec<String> =
        context.engine.container_changes(key.name.as_str(), CHANGES_MAX).await.unwrap_or_default();
    // Podman itself writes into /etc of every container that it starts.
    changes.retain(|change| change != "C /etc");
    changes.iter().map(|change| in_words(change)).collect()
}

/// A change of a container's own layer as people say it.
fn in_words(change: &str) -> String {
    match change.split_once(' ') {
        Some(("A", path)) => format!("added {path}"),
        Some(("C", path)) => format!("changed {path}"),
        Some(("D", path)) => format!("deleted {path}"),
        _ => change.to_owned(),
    }
}

fn draft(context: &Context, key: &Key, choice: &Choice) -> IntentDraft {
    IntentDraft {
        key: key.clone(),
        action: choice.decision.action,
        shape: choice.plan.shape.clone(),
        document: choice.document.clone(),
        facts: choice.facts.clone(),
        image_id: choice.image_id.clone(),
        mends: choice.mends.clone(),
        touches: choice.plan.touches.clone(),
        expectation: choice.plan.expectation,
        begun: context.now(),
        verdict: Some(choice.decision.verdict),
        judgement: choice.decision.judgement.clone(),
        basis: choice.case.basis.clone(),
        restarts: choice.case.restarts,
        repairs: choice.case.repairs,
        before: executor::baseline(context, key),
        approval: None,
        answers: choice.case.call.as_ref().map(|call| call.answers()),
        incident: None,
    }
}

async fn carry_out(context: &Arc<Context>, mut intent: Intent, plan: &Plan) -> Result<(), Error> {
    let durability = if plan.is_destructive() { Durability::Full } else { Durability::Normal };
    remember::advance(context, &mut intent, IntentState::Acting, durability).await?;
    let mut executor = Executor::new(context, &intent, 0);
    if let Err(error) = executor.sections(&plan.sections).await {
        return outcome::recover(context, &intent, interruption(&intent, &error), Some(error)).await;
    }
    stabilise(context, intent).await
}

/// What the end of the steps before their time means. What a step left in doubt of podsteward's own plans, a look at the host
/// tells; what a command did, nothing does.
fn interruption(intent: &Intent, error: &executor::Error) -> Interruption {
    match &intent.shape {
        _ if error.is_unmet() => Interruption::Unmet,
        Shape::Playbook(_) if error.is_in_doubt() => Interruption::InDoubt,
        _ => Interruption::Failure,
    }
}

/// Takes in what the steps made, remembers it, and leaves the rest to verification.
pub(super) async fn stabilise(context: &Arc<Context>, mut intent: Intent) -> Result<(), Error> {
    context.observe(&intent.key).await?;
    observe_users(context, &intent).await?;
    let world = context.world.world(&intent.key, context.now());
    let memory = learn::from_steps(&View::of(&world), &intent);
    remember::memory(context, &intent.key, memory)?;
    let state = executor::stabilising(context, &intent);
    remember::advance(context, &mut intent, state, Durability::Normal).await
}

/// Reads the containers that were stopped so that a snapshot could be put back, or that a playbook was about.
pub(super) async fn observe_users(context: &Arc<Context>, intent: &Intent) -> Result<(), Error> {
    if let Shape::Playbook(course) = &intent.shape {
        for key in course.others(&intent.key) {
            context.observe(&key).await?;
        }
        return Ok(());
    }
    let Shape::Restore { users, .. } = &intent.shape else { return Ok(()) };
    for name in users.iter().filter(|name| **name != intent.key.name.as_str()) {
        context.observe_container(name, Reason::LiveChanged).await?;
    }
    Ok(())
}

/// Which intent a telemetry event is about.
pub(super) fn about(intent: &Intent) -> About<'_> {
    About { intent: intent.id, key: &intent.key, action: intent.action }
}

/// An error in one line, for people.
pub(super) fn line(error: &(dyn std::error::Error + 'static)) -> String {
    chain(error)
}
