//! Podman's event stream: hints that something changed.
//!
//! Owns the stream's life: open it, resume it where it broke, and not trust its silence. An event never says what to
//! do; it says what to read again. A gap is closed by a relist.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use podsteward_metrics::{PodmanEvent, chain};
use podsteward_podman::Error;
use podsteward_podman::api::{EngineEvent, EventSubject};
use tokio::time::{Instant, sleep, timeout_at};

use crate::context::Context;
use crate::queue::Reason;

/// A stream that says nothing for so long is opened anew: a server that froze keeps it open for ever.
const SILENCE_MAX: Duration = Duration::from_mins(5);
/// The pause before a stream that broke is opened again.
const REOPEN: Duration = Duration::from_millis(500);
/// How much of what was read already is asked for again, so that nothing falls between two streams.
const OVERLAP_MS: i64 = 1_000;

/// Follows the stream, until the controller ends.
pub async fn run(context: Arc<Context>) {
    let mut last_ms = None;
    loop {
        let following = follow(&context, &mut last_ms);
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = following => {}
        }
        context.relist.notify_one();
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = sleep(REOPEN) => {}
        }
    }
}

/// Follows one stream to its end.
async fn follow(context: &Arc<Context>, last_ms: &mut Option<i64>) {
    // After the clock was set back, the last event lies in the future, and from there on nothing would be told.
    let since = last_ms.map(|last_ms| last_ms.min(context.now().wall_ms) - OVERLAP_MS);
    let mut stream = match context.engine.events(since).await {
        Ok(stream) => stream,
        Err(error) => return context.telemetry.emit(PodmanEvent::StreamLost { error: &chain(&error) }),
    };
    context.telemetry.emit(PodmanEvent::StreamOpened);
    // What happened before the stream was open is seen by this list.
    context.relist.notify_one();
    loop {
        match next(&mut stream).await {
            Some(Ok(event)) => {
                *last_ms = Some(event.time_ms);
                take(context, &event).await;
            }
            // One line that cannot be read is a gap, not an end.
            Some(Err(Error::Protocol { .. })) => context.relist.notify_one(),
            Some(Err(error)) => {
                return context.telemetry.emit(PodmanEvent::StreamLost { error: &chain(&error) });
            }
            None => return context.telemetry.emit(PodmanEvent::StreamSilent { silent: SILENCE_MAX }),
        }
    }
}

/// The next event; an end is an error, silence is `None`.
async fn next(
    stream: &mut BoxStream<'static, Result<EngineEvent, Error>>,
) -> Option<Result<EngineEvent, Error>> {
    let ended = || Error::Unreachable { call: "events".to_owned(), message: "the stream ended".to_owned() };
    let event = timeout_at(Instant::now() + SILENCE_MAX, stream.next()).await.ok()?;
    Some(event.unwrap_or_else(|| Err(ended())))
}

/// Reads again what an event is about.
async fn take(context: &Arc<Context>, event: &EngineEvent) {
    let now = context.now();
    let lag = Duration::from_millis(u64::try_from(now.wall_ms - event.time_ms).unwrap_or(0));
    context.telemetry.emit(PodmanEvent::EventReceived { action: &event.action, lag });
    let read = match &event.about {
        EventSubject::Container { name, id } => container(context, name, id, event).await,
        EventSubject::Network(_) => {
            // Who was attached or detached shows in the list of containers.
            context.relist.notify_one();
            context.observe_networks().await
        }
        EventSubject::Volume(_) => context.observe_volumes().await,
        EventSubject::Image(_) => images(context).await,
        EventSubject::Other => Ok(()),
    };
    if read.is_err() {
        context.relist.notify_one();
    }
}

async fn container(context: &Arc<Context>, name: &str, id: &str, event: &EngineEvent) -> Result<(), Error> {
    if event.action.starts_with("exec") || !context.world.is_wanted(name) {
        return Ok(());
    }
    let concerned = context.world.put_event(name, id, event, context.now());
    context.request(concerned, Reason::LiveChanged);
    // What was read after the event was written knows of it already. The two are compared by their age: between them
    // the clock may have been set.
    let now = context.now();
    let age = Duration::from_millis(u64::try_from(now.wall_ms - event.time_ms).unwrap_or(0));
    if context.world.inspected(name).is_some_and(|at| now.since(at) < age) {
        return Ok(());
    }
    context.observe_container(name, Reason::LiveChanged).await.map(drop)
}

async fn images(context: &Arc<Context>) -> Result<(), Error> {
    for reference in context.world.declared_images() {
        context.observe_image_reference(&reference).await?;
    }
    Ok(())
}
