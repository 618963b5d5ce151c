//! `forecast`: the watched filesystems, and when each will be too full.
//!
//! Owns the listing. Works while Podman or the controller is gone.

mod page;

use podsteward_runtime::listing::Forecasts;

use super::Context;
use crate::exit::Exit;
use crate::output;
use crate::state;

/// Shows how full each watched filesystem is, how fast it grows, and when it will be at its act threshold
///
/// A look ahead is made every hour from up to seven days of history, without what podsteward itself freed. It is scored a
/// day later: PAST ERROR is how far the last ones were off, as a share of the whole filesystem. Less than a day of
/// history, or history with gaps, is unknown: no number is better than a wrong one.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward forecast
  podsteward forecast -o json | jq '.forecasts[] | {path, used_ratio, days_left}'

JSON: {forecasts: [{object, path, used_bytes, total_bytes, used_ratio, inodes_used_ratio, metadata_used_ratio,
       measured, age_seconds, act_ratio, outlook, reason, made, slope_bytes_per_day, slope_bytes_per_day_interval,
       days_left, days_left_interval, confidence, past_error_ratio, past_forecasts, history: []}]}
       outlook is one of growing, steady, unknown")]
pub(crate) struct Args {}

/// Prints the listing.
pub(crate) fn run(_: &Args, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    let listing = match state.read()? {
        Some(store) => Forecasts::read(&store, context.now())?,
        None => Forecasts { forecasts: Vec::new() },
    };
    output::show(&listing, context.global.output)?;
    if listing.forecasts.is_empty() {
        output::note("no filesystem is watched: declare one with the kind DiskPolicy");
    } else {
        state::note_if_not_running(&state);
    }
    Ok(Exit::Done)
}
