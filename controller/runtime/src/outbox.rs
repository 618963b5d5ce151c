//! The delivery of notifications: from the store's outbox to the channels of the manifests.
//!
//! Owns the seam to the outside ([`Sender`]) and the task. Never decides what is worth telling: the domain did, and it
//! was written in the transaction of what it tells of. Spawned by the controller.
//!
//! `rules` says what goes to which channel and when, `payload` in which words, `http` takes it there, `retry` says how
//! long a failure waits, and `rounds` is the loop around them.

mod error;
#[cfg(test)]
mod fixtures;
mod http;
mod payload;
mod retry;
mod rounds;
mod rules;
mod standing;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use podsteward_domain::channel::ChannelFacts;
use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use podsteward_specs::channel::NotificationChannel;
use podsteward_specs::key::Name;
use podsteward_store::{OutboxId, Store};

use crate::context::Context;
use crate::queue::Reason;

pub use error::Error;
pub use http::HttpSender;
pub(crate) use standing::Standing;

/// A channel by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its name.
    pub name: Name,
    /// What its manifest says.
    pub spec: Arc<NotificationChannel>,
}

/// A notification as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its number, which stays the same however often it is sent. That of a digest is the number of its first.
    pub id: OutboxId,
    /// Which instance of podsteward sends it.
    pub instance: String,
    /// When it was written.
    pub at: Moment,
    /// What it says.
    pub notification: Notification,
    /// Whether it may have arrived before: an attempt was cut off.
    pub in_doubt: bool,
    /// The number of what this tells the end of, as the channel was told it.
    pub ends: Option<OutboxId>,
    /// What a digest sums up.
    pub digest: Vec<Summed>,
}

impl Message {
    /// A notification that is sent for the first time.
    pub fn of(id: OutboxId, instance: &str, at: Moment, notification: Notification) -> Self {
        let (instance, digest) = (instance.to_owned(), Vec::new());
        Self { id, instance, at, notification, in_doubt: false, ends: None, digest }
    }
}

/// One notification within a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summed {
    /// Its number.
    pub id: OutboxId,
    /// When it was written.
    pub at: Moment,
    /// What it says.
    pub notification: Notification,
}

/// Takes messages to channels.
#[async_trait]
pub trait Sender: Send + Sync {
    /// Tries once to take a message to a channel. `Ok`: the channel has it.
    async fn send(&self, channel: &Channel, message: &Message) -> Result<(), Error>;

    /// The files with an address or a token that others may read, by their fields, with their modes.
    fn exposed(&self, _channel: &Channel) -> Vec<(&'static str, u32)> {
        Vec::new()
    }

    /// Why nothing can be sent there: the address or the token cannot be read.
    fn unreadable(&self, _channel: &Channel) -> Option<String> {
        None
    }
}

/// How it goes with channels, as far as the store and their files tell: what is known to whoever looks beside a controller.
pub(crate) fn remembered(
    store: &Store,
    sender: &dyn Sender,
    channels: Vec<(Name, Arc<NotificationChannel>)>,
) -> BTreeMap<Name, ChannelFacts> {
    let channels = channels.into_iter().map(|(name, spec)| Channel { name, spec });
    rounds::facts(&rounds::Health::read(store), sender, channels)
}

/// Delivers notifications, until the controller ends.
pub async fn run(context: Arc<Context>) {
    let (declared, found) = (Arc::clone(&context), Arc::clone(&context));
    let rounds = rounds::Rounds {
        store: context.keeper.store().clone(),
        sender: Arc::clone(&context.sender),
        clock: Arc::clone(&context.clock),
        telemetry: Arc::clone(&context.telemetry),
        wake: Arc::clone(&context.outbox),
        shutdown: context.shutdown.clone(),
        instance: context.world.instance().to_owned(),
        declared: Box::new(move || rules::Declared {
            channels: declared
                .world
                .channels()
                .into_iter()
                .map(|(name, spec)| Channel { name, spec })
                .collect(),
            quiet_hours: declared.world.policy().quiet_hours.clone(),
        }),
        found: Box::new(move |facts| {
            let concerned = found.world.put_channels(facts);
            found.request(concerned, Reason::LiveChanged);
        }),
    };
    rounds.run().await;
}
