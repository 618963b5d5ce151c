//! `run --once`: when is everything as declared, or as close as it will get by itself?
//!
//! Owns that question. Never hurries anything.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::live::HealthStatus;
use podsteward_domain::status::ObjectState;
use podsteward_specs::document::Document;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::context::Context;

/// How often the question is asked.
const PERIOD: Duration = Duration::from_millis(25);
/// How long a run that ends by itself waits for its notifications to arrive.
const TOLD_WITHIN: Duration = Duration::from_secs(5);
/// How often in a row the answer must be yes: a source may be about to tell something.
const TIMES: u32 = 4;

/// Runs the controller to its end; with `limit`, until everything is settled or the time is over. Answers whether
/// everything is as declared.
pub(crate) async fn run_until(
    context: &Arc<Context>,
    limit: Option<Duration>,
    running: impl Future<Output = ()>,
    stop: &CancellationToken,
) -> bool {
    let Some(limit) = limit else {
        running.await;
        return is_as_declared(context);
    };
    let settled = async {
        settled(context, limit).await;
        stop.cancel();
    };
    tokio::join!(running, settled);
    is_as_declared(context)
}

async fn settled(context: &Arc<Context>, limit: Duration) {
    let begun = Instant::now();
    let mut times = 0;
    while times < TIMES && begun.elapsed() < limit && !context.shutdown.is_cancelled() {
        times = if is_settled(context) { times + 1 } else { 0 };
        sleep(PERIOD).await;
    }
    told(context).await;
}

/// Waits a little until everybody has heard what is to be heard, where there is anybody.
async fn told(context: &Context) {
    let begun = Instant::now();
    let waits = || context.keeper.store().undelivered_count().is_ok_and(|count| count > 0);
    while !context.world.channels().is_empty() && waits() && begun.elapsed() < TOLD_WITHIN {
        sleep(PERIOD).await;
    }
}

/// Whether nothing is under way: all was read and looked at, no plan is open, nothing is about to become true.
fn is_settled(context: &Context) -> bool {
    let Some(manifests) = context.world.manifests() else { return false };
    let shown = |document: &Arc<Document>| context.world.status(&document.key).is_some();
    let starting =
        context.world.running_containers().iter().any(|(_, live)| {
            live.health.as_ref().is_some_and(|health| health.status == HealthStatus::Starting)
        });
    context.world.missing_reads().is_empty()
        && context.queue.is_idle()
        && context.world.open_intents().iter().all(|intent| !context.may_act_on(&intent.key))
        && manifests.documents.values().all(shown)
        && manifests.vanished.values().all(|vanishing| vanishing.mass.is_some())
        && !starting
        && !context.world.awaits_probes(context.now())
}

fn is_as_declared(context: &Context) -> bool {
    let good = |state| matches!(state, ObjectState::Match | ObjectState::Warning | ObjectState::Completed);
    let problems = context.world.manifests().is_none_or(|view| !view.problems.is_empty());
    !problems && context.world.statuses().iter().all(|status| good(status.state))
}

#[cfg(test)]
mod tests;
