//! `report`: what podsteward did, held back and could not tell over some time.
//!
//! Owns the command. Works while Podman or the controller is gone. Never words a number: the domain does.

mod page;

use std::time::Duration;

use podsteward_runtime::listing;
use podsteward_store::Store;

use super::Context;
use crate::exit::Exit;
use crate::output;
use crate::state;
use page::Page;

/// Tells what was done, held back and not watched, in a page of markdown
///
/// The first paragraph is what matters. A success rate without attempts is no data, and what is not known is said to be
/// so. One is sent to the notification channels every week by itself (`report.every` of the policy). What
/// happens to the canary of a drill is left out of every number.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward report
  podsteward report --last 30d -o json | jq '.all.success_rate'

JSON: one object
  from, to, window_seconds, headline
  coverage            {ratio, known_since, seconds: {acting, asking, observing, paused, stopped}}
  health_score        null: not known
  actions             [{action, attempts, verified, success_rate, inconclusive, asked, withheld, average_confidence}]
  all                 the same of all actions together
  withheld_by         {GATE: how often}
  approvals_pending   [{id, action, target}]
  left_to_you         [{action, target, finding}]: what is wrong and is not done without you
  away                [{object, state, paused}]: what is not there, is not known, or is left alone
  idle                why podsteward as a whole does nothing; null: it runs and may act
  breakers            [{action, target, state}]
  proactive_ratio     verified actions that a forecast or a warning called for, of all verified; null: none. What follows
                      from a manifest (a first creation, an edit, a start after an end) is called for by neither
  time_to_repair      {repairs, median_seconds, worst_seconds, worst_target, worst_finding}, of what had been in force and
                      was mended; null: nothing was
  manual_interventions  {WHAT: how often}
  disks               [{object, used_ratio, outlook, days_left, past_error_ratio, past_forecasts}]
  backups             [{object, state, message, findings: []}]
  offenders           [{object, times, seconds, findings: []}]
  findings            [{finding, target, severity, times, seconds, open, message}]
  notifications_undelivered, notifications_waiting: each counts once for every channel
  channels            [{channel, undelivered, waiting, last_error, next_try}]
  last_drill          {at, result, sentence}; null: never
  last_successful_drill")]
pub(crate) struct Args {
    /// How far it looks back, for example 24h or 30d
    #[arg(long, value_name = "D", default_value = "7d", value_parser = crate::args::duration)]
    last: Duration,
}

/// Prints the report.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    let Some(store) = state.read()? else {
        output::note("podsteward never ran with this state directory: there is nothing to report");
        return Ok(Exit::Done);
    };
    output::show(&page(&store, args.last, context)?, context.global.output)?;
    state::note_if_not_running(&state);
    Ok(Exit::Done)
}

fn page(store: &Store, window: Duration, context: &Context) -> anyhow::Result<Page> {
    Ok(Page(listing::report(store, window, context.now())?))
}
