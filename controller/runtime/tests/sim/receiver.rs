//! The other end of every notification channel: what arrived there, and how it answers.
//!
//! Owns the list of what arrived. Never decides what is sent: the controller does.

use std::future::pending;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use podsteward_runtime::clock::{Clock as _, SimClock};
use podsteward_runtime::outbox::{Channel, Error, Message, Sender};
use podsteward_store::Store;
use tokio::time::sleep;

use crate::host::Host;
use crate::life::Life;

/// How long whoever sends waits for an answer.
const DEADLINE: Duration = Duration::from_secs(10);

/// How the other end answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Answers {
    /// It takes everything.
    #[default]
    Takes,
    /// It refuses everything.
    Fails,
    /// It never answers, so that whoever asks gives up.
    Hangs,
}

/// One message that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// At which channel.
    pub(crate) channel: String,
    /// The message's number.
    pub(crate) id: i64,
    /// What it says.
    pub(crate) notification: Notification,
    /// When it was written.
    at: Moment,
    /// When it arrived.
    arrived: Moment,
    /// Within what time its channel is told the same once.
    dedupe: Duration,
    /// In which life of the controller it was sent.
    life: usize,
}

impl Arrival {
    /// Whether it had to let others pass. What is told again within `dedupe` of when the channel was told the same, at
    /// least as bad, and was told that it was over in between, waits until that time has passed, but not over a boot.
    /// What is written afterwards does not pass it any more.
    fn waited(&self, before: &[&Self]) -> bool {
        let told = before.iter().rfind(|it| it.id < self.id && it.says(&self.notification));
        told.is_some_and(|told| {
            let waits = |at: Moment| at.boot_id == told.at.boot_id && at.since(told.at) < self.dedupe;
            let was_over = |it: &&Self| (told.id..self.id).contains(&it.id) && it.ends(&self.notification);
            let mut passed = before.iter().filter(|it| it.id >= self.id);
            waits(self.at)
                && before.iter().copied().any(|it| was_over(&it))
                && passed.all(|it| it.id != self.id && waits(it.at))
                && !waits(self.arrived)
        })
    }

    fn says(&self, other: &Notification) -> bool {
        let one = &self.notification;
        let alike = one.object == other.object && one.event == other.event && one.title == other.title;
        alike && one.severity >= other.severity
    }

    fn ends(&self, other: &Notification) -> bool {
        let one = &self.notification;
        one.ends().is_some() && one.object == other.object && one.about == other.about
    }
}

/// The other end.
#[derive(Debug, Default)]
pub(crate) struct Receiver {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    answers: Answers,
    arrived: Vec<Arrival>,
    lives: usize,
}

impl Receiver {
    /// It answers otherwise from now on.
    pub(crate) fn answers(&self, answers: Answers) {
        self.lock().answers = answers;
    }

    /// What arrived, in order.
    pub(crate) fn arrived(&self) -> Vec<Arrival> {
        self.lock().arrived.clone()
    }

    /// A controller starts.
    pub(crate) fn new_life(&self) {
        self.lock().lives += 1;
    }

    /// The first message that arrived at a channel twice, or after a younger one that it did not have to let pass. A
    /// message may arrive again in the next life: the one before may have ended before it could write down that it had.
    pub(crate) fn disorder(&self) -> Option<String> {
        let state = self.lock();
        state.arrived.iter().enumerate().find_map(|(place, arrival)| {
            let before = state.arrived.iter().take(place).filter(|other| other.channel == arrival.channel);
            let before: Vec<&Arrival> = before.collect();
            let (last, youngest) = (before.last()?, before.iter().map(|other| other.id).max()?);
            let again = last.id == arrival.id && last.life < arrival.life;
            (arrival.id <= youngest && !again && !arrival.waited(&before))
                .then(|| format!("notification {} reached {} after {youngest}", arrival.id, arrival.channel))
        })
    }

    /// The first notification that the store says arrived, and that did not.
    pub(crate) fn missing(&self, store: &Store) -> Option<String> {
        let arrived = self.arrived();
        store.recent(100_000).unwrap().into_iter().find_map(|entry| {
            let there = |channel: &str| {
                arrived.iter().any(|arrival| arrival.channel == channel && arrival.id == entry.id.0)
            };
            let lost = entry.deliveries.iter().find(|it| it.delivered && !there(&it.channel))?;
            Some(format!("notification {} never arrived at {}", entry.id.0, lost.channel))
        })
    }

    async fn take(&self, channel: &Channel, message: &Message, clock: &SimClock) -> Result<(), Error> {
        let answers = self.lock().answers;
        match answers {
            Answers::Takes => {}
            Answers::Fails => {
                let source = io::Error::other("it is not there for the moment");
                return Err(Error::File { channel: channel.name.clone(), field: "urlFile", source });
            }
            Answers::Hangs => {
                sleep(DEADLINE).await;
                let why = "it did not answer in time".to_owned();
                return Err(Error::NoAnswer { channel: channel.name.clone(), why, in_doubt: true });
            }
        }
        let mut state = self.lock();
        let arrival = Arrival {
            channel: channel.name.to_string(),
            id: message.id.0,
            notification: message.notification.clone(),
            at: message.at,
            arrived: clock.now(),
            dedupe: channel.spec.dedupe,
            life: state.lives,
        };
        state.arrived.push(arrival);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The way from one life of the controller to the other end.
pub(crate) struct Carrier {
    /// The host.
    pub(crate) host: Arc<Host>,
    /// Whose way it is.
    pub(crate) life: Arc<Life>,
}

#[async_trait]
impl Sender for Carrier {
    async fn send(&self, channel: &Channel, message: &Message) -> Result<(), Error> {
        if self.life.is_over() {
            pending::<()>().await;
        }
        let answer = self.host.receiver.take(channel, message, &self.host.clock).await;
        let what = if answer.is_ok() { "told" } else { "not told" };
        self.host.trace.add(&format!("{what} {}: {}", channel.name, message.notification.title));
        answer
    }
}
