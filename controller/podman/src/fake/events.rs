//! The fake's event log and streams.
//!
//! Owns the order, the lateness and the losses of events. Podman's server reads its log every 250 ms, so an event comes
//! up to that much later. Never invents an event: containers write them.

use futures::stream::{self, BoxStream, StreamExt};
use std::time::Duration;
use tokio::time::Instant;

use super::Fake;
use super::faults::Plan;
use crate::api::EngineEvent;
use crate::error::Error;

/// How often Podman reads its event log.
const POLL_MS: u64 = 250;

/// An event with the moment at which streams get it.
#[derive(Debug, Clone)]
struct Logged {
    event: EngineEvent,
    due: Instant,
}

/// The log.
#[derive(Debug, Default)]
pub(super) struct Log {
    events: Vec<Logged>,
    /// How often the streams were cut.
    cuts: u64,
}

impl Log {
    /// Writes an event. The faults decide whether streams get it not at all, twice, or after the next one.
    pub(super) fn write(
        &mut self,
        event: &EngineEvent,
        now: Instant,
        plan: &Plan,
        random: &mut fastrand::Rng,
    ) {
        let strikes = |per_mille: u32, random: &mut fastrand::Rng| random.u32(0..1000) < per_mille;
        if strikes(plan.lost_per_mille, random) {
            return;
        }
        // Later events are never due earlier, as in a log that is read from the front.
        let before = self.events.last().map_or(now, |last| last.due);
        let due = (now + Duration::from_millis(random.u64(0..=POLL_MS))).max(before);
        let copies = if strikes(plan.doubled_per_mille, random) { 2 } else { 1 };
        for _ in 0..copies {
            self.events.push(Logged { event: event.clone(), due });
        }
        let last = self.events.len().saturating_sub(1);
        if last > 0 && strikes(plan.swapped_per_mille, random) {
            self.events.swap(last - 1, last);
        }
    }

    /// Breaks all streams that are open.
    pub(super) fn cut(&mut self) {
        self.cuts += 1;
    }
}

/// Where one stream stands.
struct Cursor {
    fake: Fake,
    since_ms: i64,
    next: usize,
    cuts: u64,
    ended: bool,
}

/// What a stream finds when it looks.
enum Found {
    Event(EngineEvent),
    Later(Instant),
    Cut,
}

impl Fake {
    /// A stream of the log from a moment on, or of what is new.
    pub(super) fn event_stream(
        &self,
        since_ms: Option<i64>,
    ) -> BoxStream<'static, Result<EngineEvent, Error>> {
        let world = self.world();
        let (next, cuts) = (since_ms.map_or(world.events.events.len(), |_| 0), world.events.cuts);
        drop(world);
        let cursor =
            Cursor { fake: self.clone(), since_ms: since_ms.unwrap_or(i64::MIN), next, cuts, ended: false };
        stream::unfold(cursor, step).boxed()
    }
}

/// The next item of a stream.
async fn step(mut cursor: Cursor) -> Option<(Result<EngineEvent, Error>, Cursor)> {
    if cursor.ended {
        return None;
    }
    loop {
        let fake = cursor.fake.clone();
        let (next, cuts) = (cursor.next, cursor.cuts);
        match fake.until(|world| look(world, next, cuts)).await {
            Found::Later(due) => tokio::time::sleep_until(due).await,
            Found::Cut => {
                cursor.ended = true;
                let message = "unexpected end of the stream".to_owned();
                return Some((Err(Error::Unreachable { call: "read events".to_owned(), message }), cursor));
            }
            Found::Event(event) => {
                cursor.next += 1;
                if event.time_ms >= cursor.since_ms {
                    return Some((Ok(event), cursor));
                }
            }
        }
    }
}

/// What there is for a stream now; `None`: nothing until the world changes.
fn look(world: &mut super::world::World, next: usize, cuts: u64) -> Option<Found> {
    if world.events.cuts != cuts {
        return Some(Found::Cut);
    }
    if world.faults.frozen {
        return None;
    }
    let logged = world.events.events.get(next)?;
    if logged.due > Instant::now() {
        Some(Found::Later(logged.due))
    } else {
        Some(Found::Event(logged.event.clone()))
    }
}
