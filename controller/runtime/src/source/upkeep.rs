//! The store's upkeep: every table within its bound, the log folded back into the database.
//!
//! Owns only the schedule. Not a source of facts, but driven by the same clock.

use std::sync::Arc;
use std::time::Duration;

use podsteward_store::Store;
use tokio::time::sleep;

use crate::context::Context;

/// The wait after the start, so that upkeep does not compete with it.
const FIRST: Duration = Duration::from_mins(1);
/// How often.
const PERIOD: Duration = Duration::from_hours(1);

/// Keeps the store, until the controller ends.
pub async fn run(context: Arc<Context>) {
    let mut wait = FIRST;
    loop {
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = sleep(wait) => {}
        }
        let now = context.now();
        context.survive(context.keeper.durably(move |store: &Store| store.maintain(now)).await);
        wait = PERIOD;
    }
}
