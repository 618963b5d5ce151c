//! The steps that take a snapshot and put one back.
//!
//! Owns the order: it is taken and read back, then written down, and only what is written down counts. Never chooses what
//! is kept.

use std::sync::Arc;

use podsteward_domain::intent::Intent;
use podsteward_domain::snapshot::{self, PlannedSnapshot, Snapshot};
use podsteward_domain::time::Moment;
use podsteward_metrics::SnapshotEvent;
use tokio::time::Instant;

use super::step::Error;
use crate::context::Context;
use crate::snapshots::{Error as Refusal, Taken};

/// So many names are tried, should others that nobody wrote down be taken.
const NAMES_MAX: usize = 100;

/// Takes one snapshot. One at a time: each has the first name that is free.
pub(super) async fn take(
    context: &Arc<Context>,
    intent: &Intent,
    planned: &PlannedSnapshot,
) -> Result<(), Error> {
    let _alone = context.snapshotting.lock().await;
    let (now, begun) = (context.now(), Instant::now());
    let failed = |message: String| Error::Snapshot {
        message: format!("no snapshot of {}: {message}", planned.source),
    };
    for name in snapshot::names(intent.action, now).take(NAMES_MAX) {
        let known = context.keeper.store().snapshot(&name).map_err(|error| failed(error.to_string()))?;
        if known.is_some() {
            continue;
        }
        match context.snapshots.take(planned, &name).await {
            Ok(taken) => {
                let snapshot = written(intent, planned, &taken, (name, now));
                context.telemetry.emit(SnapshotEvent::Taken { snapshot: &snapshot, took: begun.elapsed() });
                return keep(context, snapshot).await.map_err(|error| failed(error.to_string()));
            }
            Err(Refusal::NameTaken(_)) => {}
            Err(error) => {
                let (key, action, source) = (&intent.key, intent.action, &planned.source);
                let error = error.to_string();
                context.telemetry.emit(SnapshotEvent::Failed { key, action, source, error: &error });
                return Err(failed(error));
            }
        }
    }
    Err(failed("every name is taken".to_owned()))
}

fn written(
    intent: &Intent,
    planned: &PlannedSnapshot,
    taken: &Taken,
    (name, now): (String, Moment),
) -> Snapshot {
    let keep_ms = i64::try_from(planned.keep.as_millis()).unwrap_or(i64::MAX);
    let boot_ms = now.boot_ms.saturating_add(u64::try_from(planned.keep.as_millis()).unwrap_or(u64::MAX));
    Snapshot {
        name,
        key: intent.key.clone(),
        source: planned.source.clone(),
        provider: taken.provider,
        location: taken.location.clone(),
        bytes: taken.bytes,
        taken: now,
        keep_until: Moment { wall_ms: now.wall_ms.saturating_add(keep_ms), boot_ms, ..now },
        intent: intent.id,
        action: intent.action,
    }
}

async fn keep(context: &Arc<Context>, snapshot: Snapshot) -> podsteward_store::Result<()> {
    let kept = snapshot.clone();
    let written =
        context.keeper.durably(move |store: &podsteward_store::Store| store.put_snapshot(&kept)).await;
    if let Err(error) = written {
        // Nobody would ever find it again.
        drop(context.snapshots.remove(&snapshot).await);
        return Err(error);
    }
    context.world.put_snapshot(snapshot);
    Ok(())
}

/// Puts one back by its name.
pub(super) async fn restore(context: &Arc<Context>, name: &str) -> Result<(), Error> {
    let failed =
        |message: String| Error::Snapshot { message: format!("snapshot {name} is not put back: {message}") };
    let stored = context.keeper.store().snapshot(name).map_err(|error| failed(error.to_string()))?;
    let stored = stored.filter(|stored| stored.removed_ms.is_none());
    let stored = stored.ok_or_else(|| failed("it is gone".to_owned()))?;
    let begun = Instant::now();
    context.snapshots.restore(&stored.snapshot).await.map_err(|error| failed(error.to_string()))?;
    let (snapshot, took) = (&stored.snapshot, begun.elapsed());
    context.telemetry.emit(SnapshotEvent::Restored { snapshot, took });
    Ok(())
}
