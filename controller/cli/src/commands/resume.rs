//! `resume`: the end of a pause or stop.
//!
//! Owns the writing of it. Never reconciles anything: a running controller notices the write within 250 ms.

use podsteward_domain::switch::SwitchState;
use podsteward_specs::key::Key;
use podsteward_store::Error;

use super::Context;
use crate::commands::status;
use crate::exit::Exit;
use crate::output;

/// Ends a pause or stop, of everything or of one object
///
/// Without KEY the whole controller acts again and all breakers are closed; pauses of single objects stay. With KEY only
/// that object's pause ends. Where it was not paused, or one of its breakers is open, what was learned about it is
/// forgotten, too: its breakers are closed, its record begins anew and its failures count no more towards opening the
/// breaker of an action anywhere. An object that its manifest pauses
/// (annotation podsteward.dev/paused) is resumed by editing the manifest.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward resume
  podsteward resume container/db

JSON: one object {state, reason, by, since, until, objects: [{key, reason, by, since, until}]}; reason, by, since and
      until only while something is paused")]
pub(crate) struct Args {
    /// Only this object, for example container/db [default: the whole controller]
    #[arg(value_parser = crate::args::key)]
    key: Option<Key>,
}

/// Ends the pause and prints what holds now.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    let now = context.now();
    let switch = match &args.key {
        Some(key) => state.change_switch(
            |store| {
                let paused = store.resume_object(key)?;
                if !paused {
                    output::note(&format!("note: {key} was not paused"));
                }
                if if_known(store.begin_anew(key, paused))? {
                    output::note(&format!("note: what was learned about {key} begins anew"));
                }
                store.switch()
            },
            |switch| {
                switch.objects.remove(key);
            },
        )?,
        None => state.change_switch(
            |store| {
                let closed = store.set_remediation_off(None).and_then(|()| store.close_breakers());
                let closed = if_known(closed)?;
                if closed > 0 {
                    output::note(&format!("note: {} closed", output::count(closed, "breaker")));
                }
                store.set_switch(SwitchState::Running, None, now)
            },
            |switch| {
                switch.state = SwitchState::Running;
                switch.pause = None;
            },
        )?,
    };
    status::show_switch(&switch, context)
}

/// Nothing, in a store of another version: it is resumed by the switch alone, which every version understands.
fn if_known<T: Default>(answer: podsteward_store::Result<T>) -> podsteward_store::Result<T> {
    match answer {
        Err(error @ (Error::Newer { .. } | Error::Older { .. })) => {
            output::note(&format!("note: only the pause is ended ({error})"));
            Ok(T::default())
        }
        answer => answer,
    }
}
