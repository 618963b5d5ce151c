//! `pause`: observe, and begin nothing.
//!
//! Owns the writing of a pause, and whether there is anything to pause. Never enforces it: the gates do, in the
//! transaction that would begin a plan. Works with no controller running, and when the store cannot be read.

use std::collections::BTreeSet;
use std::time::Duration;

use podsteward_domain::switch::{Pause, SwitchState};
use podsteward_runtime::source::manifests::read::read_directory;
use podsteward_specs::key::Key;
use podsteward_specs::load::load;

use super::Context;
use crate::commands::status;
use crate::exit::{Error, Exit};
use crate::output;
use crate::state::State;

/// Leaves everything, or one object, alone
///
/// podsteward goes on observing and begins nothing, neither starts nor remediation. A plan that was begun
/// finishes its section or is taken back. The pause holds over restarts, until `resume` or the end of --for.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward pause --for 30m --reason 'nightly backup'
  podsteward pause container/db
  podsteward resume

JSON: one object {state, reason, by, since, until, objects: [{key, reason, by, since, until}]}; reason, by, since and
      until only while something is paused")]
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
            refuse_unknown(key, &state, context)?;
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

/// A pause of what nobody knows would hold nothing, and most often is a slip of the fingers: whoever wrote it would take
/// the object that was meant for paused. Where nothing can be known yet, it is only said.
fn refuse_unknown(key: &Key, state: &State, context: &Context) -> Result<(), Error> {
    let known = known(state);
    if known.contains(key) || declared(context).contains(key) {
        return Ok(());
    }
    if known.is_empty() {
        output::note(&format!("note: nothing is known yet, nor whether there is an object {key}"));
        return Ok(());
    }
    let known = known.into_iter().filter(|known| known.kind == key.kind).collect();
    Err(Error::NothingToPause { key: key.clone(), known })
}

/// What the controller shows or is paused already; nothing where the store cannot be read.
fn known(state: &State) -> BTreeSet<Key> {
    let shown = state.read().ok().flatten().and_then(|store| store.statuses().ok()).unwrap_or_default();
    let shown: BTreeSet<Key> = shown.into_iter().map(|status| status.key).collect();
    let paused = state.switch().objects.into_keys().filter(|_| !shown.is_empty());
    paused.chain(shown.clone()).collect()
}

/// What the manifests declare that the controller did not read yet, sound or not.
fn declared(context: &Context) -> BTreeSet<Key> {
    let Ok(dir) = context.global.manifests() else { return BTreeSet::new() };
    let files = load(&read_directory(&dir).files).files.into_iter();
    files
        .flat_map(|file| file.documents.into_iter().map(|document| document.key).chain(file.refused))
        .collect()
}
