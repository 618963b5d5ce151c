//! `why`: why something was not done to an object, or what will be done next.
//!
//! Owns what is gathered about one object. Never decides anything: it evaluates as `plan` does, and shows what the
//! controller wrote down.

mod answer;
mod page;
mod values;

use std::collections::BTreeSet;

use podsteward_domain::standing::Standing;
use podsteward_runtime::listing::{Approval, Decision, Intent, Observation, Recommendation, Record, basis};
use podsteward_specs::key::Key;
use podsteward_store::DecisionFilter;

use super::Context;
use crate::exit::{Error, Exit};
use crate::look::{self, Look};
use crate::output;
use answer::Situation;
use page::Page;

/// Tells why something is not done to an object, or what will be done next
///
/// The answer comes first. Then: what is wrong, how sure podsteward is and what that is made of, every gate in the
/// order in which they are asked with what stops it and until when, what was learned, what waits for approval, and the
/// last decisions. Works with a controller running or without.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward why container/web
  podsteward why container/web -o json | jq -r .answer

JSON: one object
  key, state, answer
  observations         [{id, kind, target, severity, message, age_seconds}]
  recommended_actions  [as `check`]: what would be done first stands first
  records              [{action, successes, attempts, failures_in_a_row, adjustment, history, breaker,
                       breaker_until, last_tried, restarts_within_hour}]
  approvals            [as `approvals`]: the open ones
  decisions            [as `decisions`]: the last ten")]
pub(crate) struct Args {
    /// The object, for example container/web
    #[arg(value_parser = crate::args::key)]
    key: Key,
}

/// How many decisions are shown.
const DECISIONS_MAX: u32 = 10;

/// Looks and prints.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let seen = look::look_at(context, Some(&BTreeSet::from([args.key.clone()])))?;
    let decisions = decisions(&args.key, &seen)?;
    if seen.of(&args.key).is_none() && decisions.is_empty() {
        return Err(Error::NoObject(args.key.to_string()).into());
    }
    let running = context.state()?.is_running();
    output::show(&page(&args.key, &seen, decisions, running)?, context.global.output)?;
    Ok(Exit::Done)
}

fn decisions(key: &Key, seen: &Look) -> anyhow::Result<Vec<Decision>> {
    let Some(store) = &seen.store else { return Ok(Vec::new()) };
    let filter =
        DecisionFilter { target: Some(key.clone()), limit: DECISIONS_MAX, ..DecisionFilter::default() };
    let logged = store.decisions(&filter)?.into_iter();
    Ok(logged.map(|logged| Decision::new(logged, seen.now)).collect())
}

fn page(key: &Key, seen: &Look, decisions: Vec<Decision>, running: bool) -> anyhow::Result<Page> {
    let (now, background) = (seen.now, &seen.background);
    let evaluation = seen.of(key);
    let standing = seen.store.as_ref().map(|store| store.standing(key)).transpose()?;
    let standing = standing.unwrap_or_default();
    let findings = evaluation.map(|it| it.findings.as_slice()).unwrap_or_default().iter();
    let intent = seen.store.as_ref().map(|store| store.intent(key)).transpose()?.flatten();
    let mut page = Page {
        key: key.clone(),
        state: evaluation.map(|it| it.status.state),
        message: evaluation.map(|it| it.status.message.clone()).unwrap_or_default(),
        answer: String::new(),
        observations: findings.map(|finding| Observation::new(finding, background, now)).collect(),
        recommended_actions: recommended(key, seen),
        records: records(key, seen, &standing),
        approvals: approvals(&standing, seen),
        decisions,
        values: values::Values::new(key, seen, &standing),
    };
    page.answer = answer::sentence(&Situation {
        known: evaluation.is_some(),
        running,
        page: &page,
        intent: intent.map(|intent| Intent::new(&intent, now)),
    });
    Ok(page)
}

/// What would be done, the chosen one first.
fn recommended(key: &Key, seen: &Look) -> Vec<Recommendation> {
    let Some(evaluation) = seen.of(key) else { return Vec::new() };
    let chosen = evaluation.choice.as_ref().map(|choice| &choice.decision);
    let others = evaluation.decisions.iter().filter(|decision| Some(*decision) != chosen);
    let all = chosen.into_iter().chain(others);
    all.map(|decision| Recommendation::new(decision, &seen.background, seen.now)).collect()
}

fn records(key: &Key, seen: &Look, standing: &Standing) -> Vec<Record> {
    let memory = seen.of(key).map(|evaluation| &evaluation.memory);
    let basis = memory.map(basis).unwrap_or_default();
    Record::all(standing, &basis, &seen.background.policy, seen.now)
}

fn approvals(standing: &Standing, seen: &Look) -> Vec<Approval> {
    let open = standing.approvals.iter().filter(|approval| approval.state.is_open());
    open.map(|approval| Approval::new(approval, &seen.background.policy.approvals, seen.now)).collect()
}
