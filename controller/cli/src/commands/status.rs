//! `status`: whether podsteward may act, whether it runs, and how the host does, on one page.
//!
//! Owns what the page and the switch commands print. Works with no controller running, and when the store cannot
//! be read: then it says why and tells what the pause marker says.

mod page;

use podsteward_domain::switch;
use podsteward_domain::time::Moment;
use podsteward_runtime::listing::{Intent, Status, Switch};

use super::Context;
use crate::exit::Exit;
use crate::output;
use crate::state::State;

/// Shows the switch, the controller and what is wrong, on one page
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward status
  podsteward status -o json | jq .switch.state

JSON: one object
  switch             {state: running|paused|stopped, reason, by, since, until,
                     objects: [{key, reason, by, since, until}]}
  controller         {running, pid, last_check, last_check_age_seconds}
  store              {path, problem}: problem is null while the store can be used
  queue              {pending, running}: objects that wait for a look at the last check; null without a controller
  health_score       0..100; null before the first complete read
  objects            {total, by_state: {MATCH: 3, ...}}
  findings           [{finding, target, severity, message, opened, closed, age_seconds}]: the open ones
  intents            [{id, key, action, state, begun, age_seconds}]: plans in progress
  breakers           [{action, target, state, since, until}]: those that are not closed; target is null where it is
                     about the action anywhere, action where it is about all remediation
  budgets            [{target, restarts, limit}]: restarts by remediation within the hour
  approvals_waiting  how many questions wait for a person
  notifications      {channels, undelivered, waiting, last_error,
                     lacking: [{channel, undelivered, waiting, last_error, next_try}]}: each counts once for every
                     channel that lacks it; what waits for the end of quiet hours is not undelivered
  statistics         {window_seconds, restarts, done, withheld, failed, success_rate}: of the last day; success_rate
                     is null without attempts
  conditions         [{type: AlertPathProven, status, reason, message, lastTransitionTime}]: whether a test alert came in
  last_drill         {id, asked, by, phase, result, gate, detail, ended, seconds, phase_seconds, sentence}; null: never")]
pub(crate) struct Args {}

/// Prints the page.
pub(crate) fn run(_args: &Args, context: &Context) -> anyhow::Result<Exit> {
    output::show(&status(&context.state()?, context.now()), context.global.output)?;
    Ok(Exit::Done)
}

fn status(state: &State, now: Moment) -> Status {
    let read = state.read().and_then(|store| Ok(store.map(|store| Status::read(&store, now)).transpose()?));
    let problem = match read {
        Ok(Some(status)) => return status,
        Ok(None) => None,
        Err(error) => Some(format!("{error:#}")),
    };
    Status::without_store(&state.dir, &state.switch(), problem, now)
}

/// Prints what holds after a change of the switch.
pub(super) fn show_switch(switch: &switch::Switch, context: &Context) -> anyhow::Result<Exit> {
    output::show(&Switch::new(switch, context.now()), context.global.output)?;
    Ok(Exit::Done)
}

/// Tells which plans are under way: a pause lets their sections end.
pub(super) fn note_open_plans(state: &State, now: Moment) {
    let intents = state.read().ok().flatten().and_then(|store| store.open_intents().ok()).unwrap_or_default();
    for intent in intents.iter().map(|intent| Intent::new(intent, now)) {
        output::note(&format!(
            "note: {} of {} is {}; its section finishes or is taken back",
            intent.action, intent.key, intent.state
        ));
    }
}
