//! The store's upkeep: every table within its bound, the log folded back into the database, what the log says in sum.
//!
//! Owns only the schedule. Not a source of facts, but driven by the same clock.

use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::report;
use podsteward_domain::time::Moment;
use podsteward_metrics::RepairEvent;
use podsteward_store::Store;
use tokio::time::sleep;

use crate::alerts;
use crate::context::Context;

/// The wait after the start, so that upkeep does not compete with it.
const FIRST: Duration = Duration::from_mins(1);
/// How often.
const PERIOD: Duration = Duration::from_hours(1);
/// Shares are of the last 30 days.
const WINDOW_MS: i64 = 30 * 24 * 3_600_000;

/// Keeps the store, until the controller ends.
pub async fn run(context: Arc<Context>) {
    let mut wait = FIRST;
    // What the log of earlier runs says is known at once.
    sample(&context, context.now());
    loop {
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = sleep(wait) => {}
        }
        let now = context.now();
        sample(&context, now);
        context.survive(context.keeper.durably(move |store: &Store| store.maintain(now)).await);
        // What was forgotten is not known to be over.
        context.survive(alerts::follow(&context));
        wait = PERIOD;
    }
}

/// How much of what worked was called for before anything was broken.
fn sample(context: &Context, now: Moment) {
    let since_ms = now.wall_ms.saturating_sub(WINDOW_MS);
    let Some(verified) = context.survive(context.keeper.store().verified(since_ms)) else { return };
    let proactive = report::proactive(&verified);
    context.telemetry.emit(RepairEvent::Sampled { proactive });
}
