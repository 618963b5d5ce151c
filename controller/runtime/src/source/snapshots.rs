//! Snapshots: which are to be put back, what they need to know, and those that were kept for long enough.
//!
//! Owns the reading of requests and when snapshots are removed. Never takes or puts one back: plans do.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::snapshot::Snapshot;
use podsteward_domain::switch::SwitchState;
use podsteward_domain::time::Moment;
use podsteward_metrics::{SnapshotEvent, chain};
use podsteward_specs::key::Key;
use podsteward_store::{SnapshotFilter, Store};
use tokio::time::sleep;

use crate::context::Context;
use crate::queue::Reason;
use crate::snapshots::{self, Snapshots};

/// How often those that were kept for long enough are removed.
const PERIOD: Duration = Duration::from_hours(1);
/// How often is looked whether a disk is about to be full.
const LOOK: Duration = Duration::from_mins(1);

/// What a person wants put back, by the object whose plan it was that took the snapshot: one of each at a time.
pub fn requested(store: &Store) -> podsteward_store::Result<BTreeMap<Key, Snapshot>> {
    let mut requested = BTreeMap::new();
    for request in store.restore_requests()? {
        match store.snapshot(&request.snapshot)?.filter(|stored| stored.removed_ms.is_none()) {
            Some(stored) => {
                requested.entry(stored.snapshot.key.clone()).or_insert(stored.snapshot);
            }
            // It was removed meanwhile: there is nothing to wait for.
            None => drop(store.end_restore_request(&request.snapshot)?),
        }
    }
    Ok(requested)
}

/// Takes in what a person wants put back.
pub fn take_in(context: &Context) {
    if let Some(requested) = context.survive(requested(context.keeper.store())) {
        let concerned = context.world.put_restores(requested);
        context.request(concerned, Reason::Asked);
    }
}

/// Reads what a snapshot of a container's data, or its return, needs to know: which of its paths are no directories, and
/// what the containers of others mount.
pub async fn observe(context: &Arc<Context>, key: &Key) {
    if !context.world.keeps_data(key) {
        return;
    }
    for path in context.world.binds(key) {
        let lies = context.snapshots.lies_at(&path).await;
        context.world.put_bind(&path, lies);
    }
    for name in context.world.uninspected() {
        // One that cannot be read now is gone, or is read again with the next look.
        drop(context.observe_container(&name, Reason::LiveChanged).await);
    }
}

/// Removes those that were kept for long enough, until the controller ends: every hour, and where a disk is about to be
/// full without waiting for that.
pub async fn run(context: Arc<Context>) {
    let mut last: Option<Moment> = None;
    loop {
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = sleep(LOOK) => {}
        }
        let now = context.now();
        let due = last.is_none_or(|last| now.since(last) >= PERIOD) || context.world.any_disk_is_critical();
        let runs = context.world.switch().state(now) == SwitchState::Running;
        if due && runs {
            last = Some(now);
            prune(&context).await;
        }
    }
}

/// Removes the snapshots that were kept for as long as was promised.
async fn prune(context: &Arc<Context>) {
    let store = context.keeper.store();
    let Some(over) = context.survive(over(store, context.now())) else { return };
    for snapshot in over {
        match remove(store, &*context.snapshots, &snapshot, context.now()).await {
            Ok(()) => context.telemetry.emit(SnapshotEvent::Pruned { snapshot: &snapshot }),
            Err(error) => {
                let error = chain(&error);
                context.telemetry.emit(SnapshotEvent::NotPruned { snapshot: &snapshot, error: &error });
            }
        }
    }
}

/// The snapshots that were kept for as long as was promised, and that nobody is about to put back.
pub fn over(store: &Store, now: Moment) -> podsteward_store::Result<Vec<Snapshot>> {
    let (asked, intents) = (store.restore_requests()?, store.open_intents()?);
    let wanted = |snapshot: &Snapshot| {
        asked.iter().any(|request| request.snapshot == snapshot.name)
            || intents.iter().any(|intent| intent.id == snapshot.intent)
    };
    let stored = store.snapshots(&SnapshotFilter::default())?.into_iter().map(|stored| stored.snapshot);
    Ok(stored.filter(|snapshot| snapshot.may_go(now) && !wanted(snapshot)).collect())
}

/// Why a snapshot was not removed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The host refuses.
    #[error(transparent)]
    Host(#[from] snapshots::Error),
    /// It is gone, and that could not be written down; it is tried again.
    #[error("the store cannot be used")]
    Store(#[from] podsteward_store::Error),
}

/// Removes a snapshot and writes that down.
pub async fn remove(
    store: &Store,
    snapshots: &dyn Snapshots,
    snapshot: &Snapshot,
    now: Moment,
) -> Result<(), Error> {
    snapshots.remove(snapshot).await?;
    store.mark_removed(&snapshot.name, now)?;
    Ok(())
}
