//! The rounds: what is undelivered goes out, one at a time a channel, and how it went is written down.
//!
//! Owns the loop, what is under way, and what is still to be written. Never decides what goes where: [`super::rules`]
//! does. Run by [`super::run`].

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use podsteward_metrics::{ControllerEvent, NotifyEvent, Telemetry, chain};
use podsteward_specs::key::Name;
use podsteward_store::{OutboxEntry, OutboxId, Store};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::rules::{self, Declared, Delivered, Next};
use super::{Channel, Error, Message, Sender, retry};
use crate::clock::Clock;

/// How much is looked at in one round: more than a week brings, so that what one channel lacks never hides what
/// another does.
const UNDELIVERED_MAX: u32 = 10_000;
/// How much of what was delivered is remembered over a restart, for notifications that say the same.
const RECENT_MAX: u32 = 1000;
/// The longest time between two rounds: a wall clock that was set ends quiet hours at another time.
const IDLE: Duration = Duration::from_mins(5);
/// How long a store that failed is left alone.
const STORE_FAILED: Duration = Duration::from_secs(5);

/// What the rounds need.
pub(super) struct Rounds {
    /// Where notifications wait.
    pub(super) store: Store,
    /// What takes them to channels.
    pub(super) sender: Arc<dyn Sender>,
    /// The clock.
    pub(super) clock: Arc<dyn Clock>,
    /// Logs and metrics.
    pub(super) telemetry: Arc<Telemetry>,
    /// Tells that there may be something to deliver, or another place to deliver it to.
    pub(super) wake: Arc<Notify>,
    /// Set when nothing new may be begun.
    pub(super) shutdown: CancellationToken,
    /// Which instance of podsteward this is.
    pub(super) instance: String,
    /// What the manifests say now.
    pub(super) declared: Box<dyn Fn() -> Declared + Send + Sync>,
}

/// Where the rounds stand.
#[derive(Default)]
struct State {
    under_way: FuturesUnordered<BoxFuture<'static, Answer>>,
    busy: BTreeSet<Name>,
    delivered: Delivered,
    /// What came back and is not in the store yet.
    unwritten: Vec<Written>,
    /// How many were undelivered when it was last told.
    told: Option<u64>,
}

/// How one attempt went.
struct Answer {
    id: OutboxId,
    at: Moment,
    channel: Name,
    notification: Notification,
    attempts: u32,
    result: Result<(), Error>,
    took: Duration,
}

/// How one attempt went, as the store takes it.
struct Written {
    id: OutboxId,
    channel: Name,
    went: Result<(), (String, Moment)>,
    now: Moment,
}

impl Rounds {
    /// Delivers until nothing new may be begun, then waits for what is under way: what arrived and is not written down
    /// would be sent again.
    pub(super) async fn run(self) {
        let mut state = State::default();
        let recent = self.survive(self.store.recent(RECENT_MAX)).unwrap_or_default();
        // The oldest first, as they went out: what was over after it was told may be told again.
        recent.iter().rev().for_each(|entry| state.delivered.put_entry(entry));
        loop {
            let pause = self.round(&mut state);
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => break,
                Some(answer) = state.under_way.next() => self.take(&mut state, answer),
                () = self.wake.notified() => {}
                () = sleep(pause) => {}
            }
        }
        while let Some(answer) = state.under_way.next().await {
            self.take(&mut state, answer);
        }
        self.write(&mut state.unwritten);
    }

    /// Gives each channel that is free what is next for it. Answers how long nothing is due.
    fn round(&self, state: &mut State) -> Duration {
        // What arrived must be written down before anything else is sent: it would be sent again.
        if !self.write(&mut state.unwritten) {
            return STORE_FAILED;
        }
        let (now, declared) = (self.clock.now(), (self.declared)());
        // With nobody to tell, only the oldest is looked at: whether it is given up.
        let nobody = declared.channels.is_empty();
        let Some(oldest) = self.survive(self.store.undelivered(1)) else { return STORE_FAILED };
        if nobody && !oldest.iter().any(|entry| rules::given_up(entry, now)) {
            if let Some(count) = self.survive(self.store.undelivered_count()) {
                self.tell_count(state, usize::try_from(count).unwrap_or(usize::MAX));
            }
            return IDLE;
        }
        let Some(entries) = self.survive(self.store.undelivered(UNDELIVERED_MAX)) else {
            return STORE_FAILED;
        };
        state.delivered.forget(&declared.channels, now);
        let entries = self.settle(entries, &declared.channels, state, now);
        self.tell_count(state, entries.len());
        let mut pause = IDLE;
        for channel in declared.channels {
            if state.busy.contains(&channel.name) {
                continue;
            }
            let quiet = rules::quiet_until(&channel, declared.quiet_hours.as_ref(), now);
            match rules::next(&entries, &channel, quiet, &state.delivered, now) {
                Next::Send(entry) => self.begin(state, channel, entry),
                Next::In(wait) => pause = pause.min(wait),
                Next::Nothing => {}
            }
        }
        pause
    }

    /// Settles what every channel has that wants it, and what is given up. Answers the rest.
    fn settle(
        &self,
        entries: Vec<OutboxEntry>,
        channels: &[Channel],
        state: &State,
        now: Moment,
    ) -> Vec<OutboxEntry> {
        let open = |entry: &OutboxEntry| {
            let lost = rules::given_up(entry, now);
            if !lost && !rules::settled(entry, channels, &state.delivered) {
                return true;
            }
            if self.survive(self.store.settle(entry.id)).is_some() && lost {
                self.tell_lost(entry, channels, &state.delivered);
            }
            false
        };
        entries.into_iter().filter(open).collect()
    }

    fn begin(&self, state: &mut State, channel: Channel, entry: &OutboxEntry) {
        let OutboxEntry { id, at, ref notification, .. } = *entry;
        let attempts = rules::delivery(entry, &channel).map_or(0, |delivery| delivery.attempts);
        let notification = notification.clone();
        let message = Message { id, instance: self.instance.clone(), at, notification };
        state.busy.insert(channel.name.clone());
        let sender = Arc::clone(&self.sender);
        state.under_way.push(Box::pin(async move {
            let begun = Instant::now();
            let result = sender.send(&channel, &message).await;
            let (channel, notification) = (channel.name, message.notification);
            Answer { id, at, channel, notification, attempts: attempts + 1, result, took: begun.elapsed() }
        }));
    }

    fn take(&self, state: &mut State, answer: Answer) {
        let Answer { id, at, channel, notification, attempts, result, took } = answer;
        let (now, name, event) = (self.clock.now(), channel.as_str(), notification.event);
        state.busy.remove(&channel);
        let went = match result {
            Ok(()) => {
                state.delivered.put(&channel, &notification, at);
                self.telemetry.emit(NotifyEvent::Delivered { channel: name, event, took });
                Ok(())
            }
            Err(error) => {
                let due = now.after(retry::wait(error.pace(), attempts, seed(id, name, attempts)));
                let error = chain(&error);
                self.telemetry.emit(NotifyEvent::NotDelivered {
                    channel: name,
                    event,
                    error: &error,
                    attempts,
                });
                Err((error, due))
            }
        };
        state.unwritten.push(Written { id, channel, went, now });
    }

    /// Writes down how attempts went; `false`: not all of it is written.
    fn write(&self, unwritten: &mut Vec<Written>) -> bool {
        unwritten.retain(|Written { id, channel, went, now }| {
            self.survive(self.store.note_delivery(*id, channel.as_str(), went.clone(), *now)).is_none()
        });
        unwritten.is_empty()
    }

    fn tell_count(&self, state: &mut State, undelivered: usize) {
        let count = u64::try_from(undelivered).unwrap_or(u64::MAX);
        if state.told.replace(count) != Some(count) {
            self.telemetry.emit(NotifyEvent::Undelivered { count });
        }
    }

    fn tell_lost(&self, entry: &OutboxEntry, channels: &[Channel], delivered: &Delivered) {
        let event = entry.notification.event;
        let lost = |channel: &str, attempts: u32, error: &str| {
            self.telemetry.emit(NotifyEvent::NotDelivered { channel, event, error, attempts });
        };
        if channels.is_empty() {
            lost("none", 0, "given up after 7 days: no channel is declared");
        }
        for channel in channels.iter().filter(|channel| rules::lacks(entry, channel, delivered)) {
            let delivery = rules::delivery(entry, channel);
            let attempts = delivery.map_or(0, |delivery| delivery.attempts);
            let cause = delivery.and_then(|delivery| delivery.last_error.as_deref());
            let cause = cause.unwrap_or("others were before it");
            lost(channel.name.as_str(), attempts, &format!("given up after 7 days: {cause}"));
        }
    }

    /// Logs a failure of the store, which is otherwise survived.
    fn survive<T>(&self, result: podsteward_store::Result<T>) -> Option<T> {
        let failed = |error: &podsteward_store::Error| {
            self.telemetry.emit(ControllerEvent::StoreFailed { error: &chain(error) });
        };
        result.inspect_err(failed).ok()
    }
}

/// What the jitter of a wait follows from.
fn seed(id: OutboxId, channel: &str, attempts: u32) -> u64 {
    let mut hasher = DefaultHasher::new();
    (id.0, channel, attempts).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
