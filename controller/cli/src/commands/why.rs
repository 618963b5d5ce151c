//! `why`: why something was not done to an object, or what will be done next.
//!
//! Owns what is gathered about one object. Never decides anything: it evaluates as `plan` does, and shows what the
//! controller wrote down.

mod answer;
mod page;
mod values;

use std::collections::BTreeSet;
use std::time::Duration;

use podsteward_domain::decide::gates::standing::{self, Stands};
use podsteward_domain::standing::Standing;
use podsteward_domain::status::ObjectState;
use podsteward_runtime::listing::{
    Approval, Background, Decision, Gate, Intent, Observation, Recommendation, Record, basis,
};
use podsteward_specs::key::Key;
use podsteward_store::{DecisionFilter, Store};

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
/// last decisions. Works with a controller running or without. While Podman cannot be read it tells what is not known
/// because of that, which gates stand all the same, and the last decisions, and ends with 4 (or 1, where Podman answers
/// wrongly).
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward why container/web
  podsteward why container/web -o json | jq -r .answer

JSON: one object
  key, state, answer, unknown[]
  observations         [{id, kind, target, severity, message, age_seconds}]
  recommended_actions  [as `check`]: what would be done first stands first
  records              [{action, successes, attempts, failures_in_a_row, adjustment, history, breaker,
                       breaker_until, last_tried, restarts_within_hour}]
  approvals            [as `approvals`]: the open ones
  gates                [{gate, result, detail, until}]: while Podman cannot be read, those that stand all the same
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
    let key = &args.key;
    let mut seen = look::look_as_far(context, Some(&BTreeSet::from([key.clone()])))?;
    let unread = seen.unread.take();
    let decisions = decisions(key, &seen)?;
    if seen.of(key).is_none() && decisions.is_empty() {
        return Err(unread.unwrap_or_else(|| Error::NoObject(key.to_string())).into());
    }
    let asked = Asked { key, running: context.state()?.is_running(), unread: unread.is_some() };
    output::show(&page(&asked, &seen, decisions)?, context.global.output)?;
    unread.map_or(Ok(Exit::Done), |error| Err(error.into()))
}

/// What the page is about.
struct Asked<'a> {
    key: &'a Key,
    /// A controller runs.
    running: bool,
    /// Podman could not be read.
    unread: bool,
}

fn decisions(key: &Key, seen: &Look) -> anyhow::Result<Vec<Decision>> {
    let Some(store) = &seen.store else { return Ok(Vec::new()) };
    let filter =
        DecisionFilter { target: Some(key.clone()), limit: DECISIONS_MAX, ..DecisionFilter::default() };
    let logged = store.decisions(&filter)?.into_iter();
    Ok(logged.map(|logged| Decision::new(logged, seen.now)).collect())
}

fn page(asked: &Asked<'_>, seen: &Look, decisions: Vec<Decision>) -> anyhow::Result<Page> {
    let Asked { key, running, unread } = *asked;
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
        unknown: seen.missing.clone(),
        observations: findings.map(|finding| Observation::new(finding, background, now)).collect(),
        recommended_actions: recommended(key, seen),
        records: records(key, seen, &standing),
        approvals: approvals(&standing, seen),
        gates: if unread { standing_gates(key, seen, &standing)? } else { Vec::new() },
        decisions,
        values: values::Values::new(key, seen, &standing),
    };
    page.answer = answer::sentence(&Situation {
        known: evaluation.is_some(),
        running,
        unread,
        last: if unread { last_seen(key, seen)? } else { None },
        page: &page,
        intent: intent.map(|intent| Intent::new(&intent, now)),
    });
    Ok(page)
}

/// The gates that stand whatever would be done.
fn standing_gates(key: &Key, seen: &Look, standing: &Standing) -> anyhow::Result<Vec<Gate>> {
    let Background { documents, policy, switch, .. } = &seen.background;
    let remediation_off = seen.store.as_ref().map(Store::remediation_off).transpose()?.flatten();
    let stands = Stands {
        key,
        document: documents.get(key).map(|document| &**document),
        policy,
        switch,
        remediation_off: remediation_off.as_deref(),
        standing,
        now: seen.now,
    };
    Ok(Gate::chain(&standing::standing(&stands), seen.now))
}

/// How the controller saw it last, and when.
fn last_seen(key: &Key, seen: &Look) -> anyhow::Result<Option<(ObjectState, Duration)>> {
    let shown = seen.store.as_ref().map(Store::statuses).transpose()?.unwrap_or_default();
    let known = shown.into_iter().find(|status| status.key == *key && status.state != ObjectState::Unknown);
    Ok(known.map(|status| (status.state, seen.now.since(status.observed))))
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
