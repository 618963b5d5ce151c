//! `snapshots`: what is kept of the data that actions could have damaged.
//!
//! Owns the listing and the way to the other verbs. Never takes a snapshot: plans do.

mod page;
mod prune;
mod restore;

use std::time::Duration;

use podsteward_domain::switch::SwitchState;
use podsteward_runtime::listing::Snapshots;
use podsteward_store::SnapshotFilter;

use super::Context;
use crate::exit::{Error, Exit};
use crate::output;

/// Shows, puts back and removes what was kept of data before it was changed
///
/// Where a manifest says `dataTier: snapshot`, a snapshot of every directory that the new container may write is taken
/// before a change of the image or of the configuration, and kept for a week at least.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward snapshots list
  podsteward snapshots restore autonomous-apply-20261122T101500Z
  podsteward snapshots prune

JSON: {snapshots: [{id, object, action_type, source, volume, provider, location, bytes, taken, age_seconds,
       keep_until, expired}]}
       provider is one of btrfs, reflink, copy; prune prints what it removed, restore prints {decisions: []}")]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

/// What is done with snapshots.
#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Show the snapshots, the latest first
    List,
    /// Put back what a snapshot holds: that directory and nothing else
    ///
    /// Exactly the containers that use the directory and run are stopped meanwhile. What the directory holds now is lost.
    Restore {
        /// The snapshot, as `podsteward snapshots list` shows it
        #[arg(value_name = "ID")]
        id: String,
        /// How long to wait, for example 10m
        #[arg(long, value_name = "D", default_value = "5m", value_parser = crate::args::duration)]
        timeout: Duration,
    },
    /// Remove the snapshots that were kept for long enough
    Prune,
}

/// Does it.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    match &args.verb {
        Verb::List => list(context),
        Verb::Restore { id, timeout } => restore::run(id, *timeout, context),
        Verb::Prune => prune::run(context),
    }
}

fn list(context: &Context) -> anyhow::Result<Exit> {
    let stored = match context.state()?.read()? {
        Some(store) => store.snapshots(&SnapshotFilter::default())?,
        None => Vec::new(),
    };
    let none = stored.is_empty();
    output::show(&Snapshots::new(stored, context.now()), context.global.output)?;
    if none {
        output::note("there is no snapshot");
    }
    Ok(Exit::Done)
}

/// While podsteward is paused or stopped, nothing is begun.
fn refuse_while_paused(context: &Context) -> anyhow::Result<()> {
    let switch = context.state()?.switch();
    let state = switch.state(context.now());
    if state == SwitchState::Running {
        return Ok(());
    }
    let said = switch.pause.as_ref().map_or_else(String::new, |pause| format!(" {}", pause.said()));
    let what = format!("podsteward is {}{said}", state.as_str());
    Err(Error::Refused { what, next: "`podsteward resume` ends that".to_owned() }.into())
}
