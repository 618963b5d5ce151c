//! The rounds: what is undelivered goes out, one at a time a channel, and how it went is written down.
//!
//! Owns the loop and what is settled. Never decides what goes where: [`super::rules`] does. `letter` is one attempt from
//! its beginning to what is written of it, `health` what is known of each channel. Run by [`super::run`].

mod health;
mod letter;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use podsteward_domain::channel::ChannelFacts;
use podsteward_domain::time::Moment;
use podsteward_metrics::{ControllerEvent, NotifyEvent, Telemetry, chain};
use podsteward_specs::channel::NotificationChannel;
use podsteward_specs::key::Name;
use podsteward_store::{Dropped, OutboxEntry, OutboxId, Store};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::rules::said::Said;
use super::rules::{self, Agenda, Declared, Known, Next};
use super::standing::Standing;
use super::{Channel, Sender};
use crate::clock::Clock;
pub(super) use health::Health;
use letter::{Answer, Written};

/// How much is looked at in one round: more than a week brings, so that what one channel lacks never hides what
/// another does.
pub(super) const UNDELIVERED_MAX: u32 = 10_000;
/// The longest time between two rounds: a wall clock that was set ends quiet hours at another time.
const IDLE: Duration = Duration::from_mins(5);
/// How long a store that failed is left alone.
const STORE_FAILED: Duration = Duration::from_secs(5);
/// How long answers are waited for at the end. What has none by then is in doubt.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

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
    /// Takes what was found out about each channel.
    pub(super) found: Found,
}

/// Takes what was found out about each channel.
type Found = Box<dyn Fn(&BTreeMap<Name, ChannelFacts>) + Send + Sync>;

/// Where the rounds stand.
#[derive(Default)]
struct State {
    under_way: FuturesUnordered<BoxFuture<'static, Answer>>,
    busy: BTreeSet<Name>,
    said: Said,
    /// What came back and is not in the store yet.
    unwritten: Vec<Written>,
    /// How many were undelivered when it was last told.
    told: Option<(u64, u64)>,
    /// The channels as they were declared in the last round.
    declared: BTreeMap<Name, Arc<NotificationChannel>>,
    /// What is wrong with which channel.
    health: Health,
    /// What was refused as such, so that it holds up nothing behind it.
    refused: BTreeSet<(Name, OutboxId)>,
}

/// How it goes with each channel.
pub(super) fn facts(
    health: &Health,
    sender: &dyn Sender,
    channels: impl Iterator<Item = Channel>,
) -> BTreeMap<Name, ChannelFacts> {
    let facts = channels.map(|channel| {
        let illness = health.of(&channel.name);
        let facts = ChannelFacts {
            refused: illness.and_then(|illness| illness.refused.clone()),
            failing: illness.map(|illness| (illness.tries, illness.error.clone())),
            unreadable: sender.unreadable(&channel),
            exposed: sender.exposed(&channel),
        };
        (channel.name, facts)
    });
    facts.collect()
}

impl Rounds {
    /// Delivers until nothing new may be begun, then waits for what is under way: what arrived and is not written down
    /// is in doubt at the next start.
    pub(super) async fn run(self) {
        let said = self.survive(Said::read(&self.store)).unwrap_or_default();
        let mut state = State { said, health: Health::read(&self.store), ..State::default() };
        loop {
            let pause = self.round(&mut state).unwrap_or(STORE_FAILED);
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => break,
                Some(answer) = state.under_way.next() => self.take(&mut state, answer),
                () = self.wake.notified() => {}
                () = sleep(pause) => {}
            }
        }
        let last = async {
            while let Some(answer) = state.under_way.next().await {
                self.take(&mut state, answer);
            }
        };
        let _cut_off = timeout(LAST_ANSWERS, last).await;
        self.write(&mut state.unwritten);
    }

    /// Gives each channel that is free what is next for it. Answers how long nothing is due; `None`: the store failed.
    fn round(&self, state: &mut State) -> Option<Duration> {
        // What arrived must be written down before anything else is sent: it would be in doubt.
        if !self.write(&mut state.unwritten) {
            return None;
        }
        let (now, declared) = (self.clock.now(), (self.declared)());
        self.look_at(state, &declared);
        // With nobody to tell, only the oldest is looked at: whether it is given up.
        let oldest = self.survive(self.store.undelivered(1))?;
        if declared.channels.is_empty() && !oldest.iter().any(|entry| rules::given_up(entry, now)) {
            let count = self.survive(self.store.undelivered_count())?;
            self.tell_count(state, count, 0);
            return Some(IDLE);
        }
        let entries = self.survive(self.store.undelivered(UNDELIVERED_MAX))?;
        let beliefs = self.survive(self.store.beliefs())?;
        state.said.forget(&declared.channels, now);
        let (said, refused) = (&state.said, &state.refused);
        let quiet_hours = declared.quiet_hours.as_ref();
        let known = Known { said, refused, beliefs: &beliefs, quiet_hours, now };
        let agendas: Vec<_> =
            declared.channels.iter().map(|channel| Agenda::of(&entries, channel, known)).collect();
        self.settle(&entries, &agendas, now)?;
        let standing = Standing::of(&agendas);
        let next: Vec<_> = agendas.iter().map(|agenda| (agenda.channel(), agenda.next())).collect();
        let free = next.into_iter().filter(|(channel, _)| !state.busy.contains(&channel.name));
        let (mut pause, mut begun) = (IDLE, Vec::new());
        for (channel, next) in free {
            match next {
                Next::Send(entries) => begun.push(self.letter(channel, &entries, &known)),
                Next::In(wait) => pause = pause.min(wait),
                Next::Nothing => {}
            }
        }
        self.tell_count(state, standing.undelivered(), standing.waiting());
        begun.into_iter().try_for_each(|letter| self.begin(state, letter, now))?;
        Some(pause)
    }

    /// Finds out what is wrong with the channels, and which are not what they were: those are tried again at once.
    fn look_at(&self, state: &mut State, declared: &Declared) {
        let channels = &declared.channels;
        let now = channels.iter().map(|channel| (channel.name.clone(), Arc::clone(&channel.spec)));
        let before = std::mem::replace(&mut state.declared, now.collect());
        for channel in channels {
            if before.get(&channel.name).is_some_and(|before| *before != channel.spec) {
                self.survive(state.health.well(&self.store, &channel.name));
                self.survive(self.store.hurry_deliveries(channel.name.as_str()));
            }
        }
        (self.found)(&facts(&state.health, &*self.sender, channels.iter().cloned()));
    }

    /// Writes down what is not sent, settles what every channel has that is to get it, and gives up what nobody could be
    /// told.
    fn settle(&self, entries: &[OutboxEntry], agendas: &[Agenda<'_>], now: Moment) -> Option<()> {
        let dropped = agendas.iter().flat_map(|agenda| {
            let channel = agenda.channel().name.as_str();
            agenda.dropped().map(move |(entry, why)| Dropped {
                id: entry.id,
                channel: channel.to_owned(),
                why: why.as_str().to_owned(),
            })
        });
        let dropped: Vec<Dropped> = dropped.collect();
        self.survive(self.store.drop_deliveries(&dropped, now))?;
        let lacking: BTreeSet<OutboxId> =
            agendas.iter().flat_map(|agenda| agenda.lacking().map(|entry| entry.id)).collect();
        for entry in entries {
            let lost = rules::given_up(entry, now);
            let has_all = !agendas.is_empty() && !lacking.contains(&entry.id);
            let over = lost || has_all;
            if over && self.survive(self.store.settle(entry.id)).is_some() && !has_all {
                self.tell_lost(entry, agendas);
            }
        }
        Some(())
    }

    fn tell_count(&self, state: &mut State, count: u64, waiting: u64) {
        if state.told.replace((count, waiting)) != Some((count, waiting)) {
            self.telemetry.emit(NotifyEvent::Undelivered { count, waiting });
        }
    }

    fn tell_lost(&self, entry: &OutboxEntry, agendas: &[Agenda<'_>]) {
        let event = entry.notification.event;
        if agendas.is_empty() {
            let error = "given up after 7 days: no channel is declared";
            self.telemetry.emit(NotifyEvent::GivenUp { channel: "none", kind: None, event, error });
        }
        let lacking = |agenda: &&Agenda<'_>| agenda.lacking().any(|lacking| lacking.id == entry.id);
        for channel in agendas.iter().filter(lacking).map(Agenda::channel) {
            let delivery = rules::delivery(entry, channel);
            let cause = delivery.and_then(|delivery| delivery.last_error.as_deref());
            let error = format!("given up after 7 days: {}", cause.unwrap_or("others were before it"));
            let (channel, kind) = (channel.name.as_str(), Some(channel.spec.kind));
            self.telemetry.emit(NotifyEvent::GivenUp { channel, kind, event, error: &error });
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

#[cfg(test)]
mod tests;
