//! `pause`: observe, and begin nothing.
//!
//! Owns the writing of a pause. Never enforces it: the gates do, in the transaction that would begin a plan.
//! Works with no controller running, and when the store cannot be read.

use std::time::Duration;

use podsteward_domain::switch::{Pause, SwitchState};
use podsteward_specs::key::Key;

use super::Context;
use crate::commands::status;
use crate::exit::{Error, Exit};

/// Leaves everything, or one object, alone
///
/// podsteward goes on observing and begins nothing, neither starts nor remediation. A plan that was begun
/// finishes its section or is taken back. The pause holds over restarts, until `resume` or the end of --for.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward pause --for 30m --reason 'nightly backup'
  podsteward pause container/db
  podsteward resume")]
pub(crate) struct Args {
    /// Only this object, for example container/db [default: everything]
    #[arg(value_parser = crate::args::key)]
    key: Option<Key>,
    /// Why, for whoever looks next
    #[arg(long, default_value = "", hide_default_value = true)]
    reason: String,
    /// Ends by itself after this time, for example 30m or 1h30m
    #[arg(long = "for", value_name = "D", value_parser = crate::args::some_time)]
    length: Option<Duration>,
}

/// Writes the pause and prints what holds now.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    let pause = Pause {
        reason: args.reason.clone(),
        by: crate::args::surroundings().user(),
        since: context.now(),
        length: args.length,
    };
    let switch = match &args.key {
        Some(key) => {
            status::note_if_unknown(&state, key);
            state.change_switch(
                |store| store.pause_object(key, &pause),
                |switch| {
                    switch.objects.insert(key.clone(), pause.clone());
                },
            )?
        }
        None if state.switch().state == SwitchState::Stopped => return Err(Error::Stopped.into()),
        None => state.change_switch(
            |store| store.set_switch(SwitchState::Paused, Some(&pause), pause.since),
            |switch| {
                switch.state = SwitchState::Paused;
                switch.pause = Some(pause.clone());
            },
        )?,
    };
    status::note_open_plans(&state, context.now());
    status::show_switch(&switch, context)
}
