//! `decisions`: the log of everything that was decided, also when nothing was done.
//!
//! Owns the filters and the numbers. Never decides anything: it works while Podman or the controller is gone.

mod numbers;

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_runtime::listing::wanted::{self, since_ms};
use podsteward_runtime::listing::{Decisions, Numbers, counted};
use podsteward_specs::key::Key;
use podsteward_store::{DecisionCount, DecisionFilter, LoggedOutcome, Store};

use super::Context;
use crate::exit::Exit;
use crate::output;
use numbers::Statistics;

/// Shows what was decided, done and withheld, and why
///
/// Every decision is in the log, also those by which nothing was done: then OUTCOME names the gate that withheld
/// it. The same withholding again is counted, not repeated. The latest come first.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward decisions --last 12h
  podsteward decisions --target container/web --outcome failure
  podsteward decisions --type service-restart --stats
  podsteward decisions -o json | jq '.decisions[] | select(.withheld_by == \"cooldown\")'

JSON: {decisions: [{id, timestamp, action_type, target, trigger, confidence, risk, decision, outcome, withheld_by,
       verification: {status, checks_passed, checks_warned, checks_failed, report}, confidence_delta,
       new_confidence, snapshot, rolled_back, details, duration_seconds, reason, count, last, approval, intent,
       gates: [{gate, result, detail, until}]}]}
       outcome is null while it is in progress; confidence and risk are null for declared work
JSON of --stats: {statistics: {window_seconds, decisions, times, by_action, by_outcome, by_decision, withheld_by,
       attempted, succeeded, success_rate, average_confidence}}")]
pub(crate) struct Args {
    /// Only those made within this time, for example 12h
    #[arg(long, value_name = "D", default_value = wanted::LAST, value_parser = crate::args::duration)]
    last: Duration,
    /// Only this action, for example service-restart
    #[arg(long = "type", value_name = "ACTION", value_parser = wanted::action)]
    action: Option<Action>,
    /// Only those about this object, for example container/web
    #[arg(long, value_name = "KEY", value_parser = crate::args::key)]
    target: Option<Key>,
    /// Only those with this outcome, for example failure or withheld
    #[arg(long, value_parser = wanted::outcome)]
    outcome: Option<LoggedOutcome>,
    /// Print numbers instead of decisions
    #[arg(long)]
    stats: bool,
    /// At most so many
    #[arg(
        long,
        value_name = "N",
        default_value = wanted::LIMIT,
        value_parser = wanted::limit,
        conflicts_with = "stats"
    )]
    limit: u32,
}

/// Prints the decisions, or their numbers.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let store = context.state()?.read()?;
    if args.stats {
        let counts = store.as_ref().map(|store| counts(args, store, context)).transpose()?;
        let numbers = Numbers::of(&counts.unwrap_or_default());
        output::show(&Statistics::new(args.last, numbers), context.global.output)?;
        return Ok(Exit::Done);
    }
    let now = context.now();
    // One more than is shown tells whether there are more.
    let mut logged = match &store {
        Some(store) => store.decisions(&args.filter(context, args.limit.saturating_add(1)))?,
        None => Vec::new(),
    };
    let shown = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let more = logged.len() > shown;
    logged.truncate(shown);
    let none = logged.is_empty();
    output::show(&Decisions::new(logged, now), context.global.output)?;
    if none {
        output::note("no such decisions");
    } else if more {
        output::note(&format!("note: only the latest {} are shown; --limit N shows more", args.limit));
    }
    Ok(Exit::Done)
}

impl Args {
    fn filter(&self, context: &Context, limit: u32) -> DecisionFilter {
        DecisionFilter {
            target: self.target.clone(),
            action: self.action,
            outcome: self.outcome,
            since_ms: Some(since_ms(self.last, context.now())),
            limit,
        }
    }
}

/// The store counts everything at once; the decisions about one object are few.
fn counts(args: &Args, store: &Store, context: &Context) -> anyhow::Result<Vec<DecisionCount>> {
    let filter = args.filter(context, u32::MAX);
    if args.target.is_some() {
        return Ok(store.decisions(&filter)?.iter().map(counted).collect());
    }
    let mut counts = store.decision_counts(filter.since_ms)?;
    counts.retain(|count| {
        let asked = args.outcome.is_none_or(|outcome| count.outcome == Some(outcome));
        asked && args.action.is_none_or(|action| count.action == action)
    });
    Ok(counts)
}
