//! What is seen of a canary.
//!
//! Owns where each fact is read: the caches, the incidents, the decision log, the journal. Never what follows.

use podsteward_domain::action::Action;
use podsteward_domain::decide::gates::by_switch;
use podsteward_domain::drill::{Drill, Phase, Seen, SeenDecision};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::intent::{Intent, IntentState};
use podsteward_domain::live::HealthStatus;
use podsteward_domain::time::Moment;
use podsteward_specs::key::{CANARY, Key};
use podsteward_store::{DecisionFilter, LoggedDecision, LoggedOutcome, Result, Store};

use crate::context::Context;

/// Among so many of the latest incidents and decisions the ones of this drill are looked for.
const LATEST: u32 = 20;

/// Looks at the canary. `done`: whether what the phase asks for could be done.
pub(super) fn look(
    context: &Context,
    drill: &Drill,
    done: Option<std::result::Result<(), String>>,
) -> Result<Seen> {
    let (key, store, now) = (Key::canary(), context.keeper.store(), context.now());
    let (intent, memory) = (context.world.intent(&key), context.world.memory(&key));
    let (live, _) = context.world.container(CANARY);
    let well = live.is_some_and(|live| {
        let health = live.health.as_ref().map(|health| health.status);
        live.state.is_up() && health == Some(HealthStatus::Healthy)
    });
    let halted = by_switch(&context.world.switch(), now);
    let given_up = memory.quarantine.map(|it| it.reason);
    let shown = context.world.status(&key).map(|status| match status.message.as_str() {
        "" => status.state.to_string(),
        message => format!("{}, {message}", status.state),
    });
    Ok(Seen {
        halted: halted.stops().then(|| halted.detail().unwrap_or_default().to_owned()),
        left_over: context.world.canary_is_left(),
        done,
        healthy: well && intent.is_none() && memory.applied.is_some(),
        terminal: memory.terminal.map(|it| it.message).or(given_up),
        shown: shown.unwrap_or_default(),
        found: found(store, &key, drill.broken)?,
        decision: decision(store, &key, drill, intent.as_ref())?,
    })
}

/// When it was found unhealthy since it was broken.
fn found(store: &Store, key: &Key, broken: Option<Moment>) -> Result<Option<Moment>> {
    let Some(broken) = broken else { return Ok(None) };
    let since = |opened: Moment| opened == broken || opened.is_after(broken);
    let incidents = store.incidents(key, LATEST)?.into_iter();
    let found = incidents.filter(|it| it.kind == FindingKind::Unhealthy && since(it.opened));
    Ok(found.map(|incident| incident.opened).next())
}

/// The latest decision that the drill waits for.
fn decision(
    store: &Store,
    key: &Key,
    drill: &Drill,
    intent: Option<&Intent>,
) -> Result<Option<SeenDecision>> {
    let since = drill.broken.unwrap_or(drill.since);
    let wanted = drill.broken.map(|_| Action::ServiceRestart);
    let filter = DecisionFilter {
        target: Some(key.clone()),
        action: wanted,
        limit: LATEST,
        ..DecisionFilter::default()
    };
    let latest = store.decisions(&filter)?.into_iter().find(|logged| !since.is_after(logged.last));
    let Some(logged) = latest else { return Ok(None) };
    if drill.phase == Phase::Asked {
        return Ok(None);
    }
    let stop = logged.decision.withheld_by();
    match (logged.intent, stop) {
        (Some(_), _) => begun(store, &logged, intent).map(Some),
        (None, Some(stop)) if is_held(&logged) => Ok(SeenDecision::withheld(stop)),
        (None, _) => Ok(None),
    }
}

fn is_held(logged: &LoggedDecision) -> bool {
    matches!(logged.outcome, Some(LoggedOutcome::Withheld | LoggedOutcome::Queued))
}

fn begun(store: &Store, logged: &LoggedDecision, intent: Option<&Intent>) -> Result<SeenDecision> {
    let good = matches!(logged.outcome, Some(LoggedOutcome::Success | LoggedOutcome::Warning));
    let ended = logged.outcome.map(|outcome| {
        let detail =
            if logged.detail.is_empty() { outcome.as_str().to_owned() } else { logged.detail.clone() };
        (good, detail, logged.last.after(logged.duration.unwrap_or_default()))
    });
    let acted = match intent.filter(|intent| logged.intent == Some(intent.id)).map(|intent| &intent.state) {
        Some(IntentState::Stabilising { since, .. }) => Some(*since),
        _ if ended.is_some() => last_step(store, logged)?,
        _ => None,
    };
    Ok(SeenDecision::Begun { at: logged.last, acted, ended })
}

/// When the last step of a plan was written down.
fn last_step(store: &Store, logged: &LoggedDecision) -> Result<Option<Moment>> {
    let Some(intent) = logged.intent else { return Ok(None) };
    Ok(store.journal(intent)?.last().map(|entry| entry.at))
}
