//! `snapshots restore`: put back what a snapshot holds.
//!
//! Owns the request and its withdrawal. Never puts anything back itself: the controller does, here or where it runs.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::snapshot::Snapshot;
use podsteward_store::{SnapshotFilter, Store};

use crate::commands::Context;
use crate::commands::act::{self, Wish};
use crate::exit::{Error, Exit};

/// Asks, waits, and prints what came of it.
pub(super) fn run(id: &str, timeout: Duration, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    let snapshot = match state.read()? {
        Some(store) => named(&store, id)?,
        None => return Err(Error::NoSnapshot { name: id.to_owned(), gone: false, known: Vec::new() }.into()),
    };
    super::refuse_while_paused(context)?;
    refuse_while_object_is_paused(&snapshot, context)?;
    let store = state.write()?;
    let since = context.now();
    store.put_restore_request(id, &crate::args::surroundings().user(), since)?;
    let wish = Wish { target: snapshot.key.clone(), action: Action::SnapshotRestore, approval: None, since };
    let exit = act::carry_out(&[wish], timeout, context);
    withdraw(&store, &snapshot)?;
    exit
}

/// What was not begun by now is not begun later, when nobody expects it any more.
fn withdraw(store: &Store, snapshot: &Snapshot) -> anyhow::Result<()> {
    let intent = store.intent(&snapshot.key)?;
    if intent.is_none_or(|intent| intent.action != Action::SnapshotRestore) {
        store.end_restore_request(&snapshot.name)?;
    }
    Ok(())
}

fn named(store: &Store, id: &str) -> anyhow::Result<Snapshot> {
    match store.snapshot(id)? {
        Some(stored) if stored.removed_ms.is_none() => Ok(stored.snapshot),
        found => {
            let known = store.snapshots(&SnapshotFilter::default())?;
            let known = known.into_iter().map(|stored| stored.snapshot.name).collect();
            Err(Error::NoSnapshot { name: id.to_owned(), gone: found.is_some(), known }.into())
        }
    }
}

fn refuse_while_object_is_paused(snapshot: &Snapshot, context: &Context) -> anyhow::Result<()> {
    let (switch, key) = (context.state()?.switch(), &snapshot.key);
    let Some(pause) = switch.pause_of(key, context.now()) else { return Ok(()) };
    let what = format!("{key} is paused {}", pause.said());
    Err(Error::Refused { what, next: format!("`podsteward resume {key}` ends the pause") }.into())
}
