//! The relist: the truth that events and pidfds only hint at.
//!
//! Owns when Podman is listed (10 s after the last time, at once after a gap) and what is inspected then: only what
//! changed. One list at a time. Never acts: it asks for looks.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream;
use podsteward_domain::observation::Observation;
use podsteward_domain::time::Moment;
use podsteward_metrics::{PodmanEvent, chain};
use podsteward_podman::Error;
use tokio::time::{Instant, sleep};

use crate::context::Context;
use crate::listing::{LAST_CHECK, QUEUE, Queue};
use crate::queue::Reason;

/// How long after a list the next one follows.
const PERIOD: Duration = Duration::from_secs(10);
/// How long after a failed list the next one follows.
const RETRY: Duration = Duration::from_secs(1);
/// Networks and volumes are listed with every so many lists of containers: they change by hand only.
const RESOURCES_EVERY: u64 = 6;
/// Every object is looked at with every so many lists, whether or not anything changed.
const RESYNC_EVERY: u64 = 30;
/// The wait before `info`, which keeps Podman busy while the first reads are due.
const INFO_AFTER: Duration = Duration::from_secs(1);
/// The longest wait before `info` is asked again after it failed.
const INFO_AGAIN_MAX: Duration = Duration::from_mins(1);
/// How many containers are inspected at once.
const INSPECTIONS: usize = 8;

/// Lists, until the controller ends.
pub async fn run(context: Arc<Context>) {
    let mut round = 0;
    loop {
        let wait = match relist(&context, round).await {
            Ok(()) => {
                round += 1;
                PERIOD
            }
            Err(error) => {
                down(&context, &error);
                round = 0;
                RETRY
            }
        };
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = context.relist.notified() => {}
            () = sleep(wait) => {}
        }
    }
}

/// One relist: the list, then what changed.
async fn relist(context: &Arc<Context>, round: u64) -> Result<(), Error> {
    let begun = Instant::now();
    if !matches!(context.world.engine(), Observation::Known { .. }) {
        up(context).await?;
    }
    let resources = round.is_multiple_of(RESOURCES_EVERY);
    let inspection = context.world.inspection();
    let list = if resources {
        let (list, networks, volumes) = tokio::join!(
            biased;
            context.engine.list_containers(),
            context.observe_networks(),
            context.observe_volumes(),
        );
        networks.and(volumes)?;
        list?
    } else {
        context.engine.list_containers().await?
    };
    let containers = list.len();
    let changed = context.world.put_list(inspection, list, context.now());
    let inspected = changed.len();
    inspect(context, changed).await?;
    if resources {
        for reference in context.world.declared_images() {
            context.observe_image_reference(&reference).await?;
        }
    }
    context.telemetry.emit(PodmanEvent::RelistDone { containers, changed: inspected, took: begun.elapsed() });
    let checked = context.now().wall_ms.to_string();
    let store = context.keeper.store();
    context.survive(store.put_meta(LAST_CHECK, &checked));
    let queue = context.queue.state();
    let queue = Queue { pending: queue.pending, running: queue.running };
    if let Ok(text) = serde_json::to_string(&queue) {
        context.survive(store.put_meta(QUEUE, &text));
    }
    if round.is_multiple_of(RESYNC_EVERY) {
        context.request_all(Reason::Resync);
    }
    Ok(())
}

/// Inspects containers, a few at a time. All are tried; the first error is told.
pub(super) async fn inspect(context: &Arc<Context>, names: BTreeSet<String>) -> Result<(), Error> {
    let inspections = stream::iter(names).map(|name| {
        let context = Arc::clone(context);
        async move { context.observe_container(&name, Reason::LiveChanged).await.map(drop) }
    });
    let answers: Vec<Result<(), Error>> = inspections.buffered(INSPECTIONS).collect().await;
    answers.into_iter().collect()
}

/// A ping tells the version at once. What only the slow `info` tells is assumed cautiously until it has answered:
/// limits that may have no effect are not compared.
async fn up(context: &Arc<Context>) -> Result<(), Error> {
    let version = context.engine.ping().await?;
    context.telemetry.emit(PodmanEvent::Up { version: &version });
    let since = context.now();
    context.world.engine_answers(version, since);
    context.host_changed.notify_one();
    context.request_all(Reason::Resync);
    let asking = Arc::clone(context);
    context.tasks.spawn(async move { ask_info(&asking, since).await });
    Ok(())
}

/// Asks what only `info` tells, until it answers, or Podman was gone meanwhile: then it is asked anew.
async fn ask_info(context: &Context, since: Moment) {
    let mut wait = INFO_AFTER;
    loop {
        sleep(wait).await;
        let same = matches!(context.world.engine(), Observation::Known { at, .. } if at == since);
        if !same || context.shutdown.is_cancelled() {
            return;
        }
        if let Ok(info) = context.engine.info().await {
            context.world.engine_up(info, context.now());
            return context.request_all(Reason::Resync);
        }
        wait = (wait * 2).min(INFO_AGAIN_MAX);
    }
}

fn down(context: &Arc<Context>, error: &Error) {
    let text = chain(error);
    context.telemetry.emit(PodmanEvent::RelistFailed { error: &text });
    if context.world.engine_down(context.now()) {
        context.telemetry.emit(PodmanEvent::Down { error: &text });
        context.host_changed.notify_one();
        context.request_all(Reason::Resync);
    }
}
