//! `stop`: observe, begin nothing, and refuse new approvals.
//!
//! Owns the writing of the stop. Never enforces it, and never ends the controller's process.

use podsteward_domain::switch::{Pause, SwitchState};

use super::Context;
use crate::commands::status;
use crate::exit::Exit;

/// Leaves everything alone until `resume`, approvals included
///
/// The same as `pause`, and new approvals are refused meanwhile while the time of the old ones stands still. The
/// controller's process goes on observing; containers go on running.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward stop --reason 'moving the disks'
  podsteward resume

JSON: one object {state, reason, by, since, until, objects: [{key, reason, by, since, until}]}; reason, by, since and
      until only while something is paused")]
pub(crate) struct Args {
    /// Why, for whoever looks next
    #[arg(long, default_value = "", hide_default_value = true)]
    reason: String,
}

/// Writes the stop and prints what holds now.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    let pause = Pause {
        reason: args.reason.clone(),
        by: crate::args::surroundings().user(),
        since: context.now(),
        length: None,
    };
    let switch = state.change_switch(
        |store| store.set_switch(SwitchState::Stopped, Some(&pause), pause.since),
        |switch| {
            switch.state = SwitchState::Stopped;
            switch.pause = Some(pause.clone());
        },
    )?;
    status::note_open_plans(&state, context.now());
    status::show_switch(&switch, context)
}
