//! One attempt: what a channel is sent, and what is written down of it.
//!
//! Owns a message between the rules and the sender. An attempt is written down before it begins, so that one which a crash
//! cuts off is known to be in doubt.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::notification::digest;
use podsteward_domain::time::Moment;
use podsteward_metrics::{NotifyEvent, chain};
use podsteward_specs::key::Name;
use podsteward_store::{Attempt, OutboxEntry, OutboxId};
use tokio::time::Instant;

use super::{Rounds, State};
use crate::outbox::retry::Pace;
use crate::outbox::rules::{self, Known, window};
use crate::outbox::{Channel, Error, Message, Summed, retry};

/// So often a refusal that may be about the message alone holds up what is behind it.
const REFUSED_MOST: u32 = 3;

/// What a channel is to be sent.
pub(super) struct Letter {
    channel: Channel,
    message: Message,
    ids: Vec<OutboxId>,
    /// How often it was tried before.
    attempts: u32,
}

/// How one attempt went.
pub(super) struct Answer {
    channel: Channel,
    message: Message,
    ids: Vec<OutboxId>,
    attempts: u32,
    result: Result<(), Error>,
    took: Duration,
}

/// How one attempt went, as the store takes it.
pub(super) struct Written {
    ids: Vec<OutboxId>,
    channel: Name,
    attempt: Attempt,
}

impl Rounds {
    /// What a channel is sent: one notification, or a digest of many.
    pub(super) fn letter(&self, channel: &Channel, entries: &[&OutboxEntry], known: &Known<'_>) -> Letter {
        let (first, many) = (entries.first().copied(), entries.len() > 1);
        let tried = entries.iter().filter_map(|entry| rules::delivery(entry, channel));
        let (attempts, in_doubt) = tried.fold((0, false), |(attempts, in_doubt), delivery| {
            (delivery.attempts.max(attempts), in_doubt || delivery.in_doubt)
        });
        let clock = |at| window::clock(channel, known.quiet_hours, at);
        let lines: Vec<_> = entries.iter().map(|entry| (clock(entry.at), &entry.notification)).collect();
        let summed = |entry: &&OutboxEntry| Summed {
            id: entry.id,
            at: entry.at,
            notification: entry.notification.clone(),
        };
        let one = first.filter(|_| !many);
        let message = Message {
            id: first.map_or(OutboxId(0), |entry| entry.id),
            instance: self.instance.clone(),
            at: one.map_or(known.now, |entry| entry.at),
            notification: one.map_or_else(|| digest(&lines), |entry| entry.notification.clone()),
            in_doubt,
            ends: one.and_then(|entry| rules::ends(entry, channel, known)),
            digest: if many { entries.iter().map(summed).collect() } else { Vec::new() },
        };
        Letter { channel: channel.clone(), message, ids: entries.iter().map(|it| it.id).collect(), attempts }
    }

    /// Writes down that an attempt begins, and begins it.
    pub(super) fn begin(&self, state: &mut State, letter: Letter, now: Moment) -> Option<()> {
        let Letter { channel, message, ids, attempts } = letter;
        self.survive(self.store.begin_delivery(&ids, channel.name.as_str(), now))?;
        state.busy.insert(channel.name.clone());
        let sender = Arc::clone(&self.sender);
        state.under_way.push(Box::pin(async move {
            let begun = Instant::now();
            let result = sender.send(&channel, &message).await;
            Answer { channel, message, ids, attempts: attempts + 1, result, took: begun.elapsed() }
        }));
        Some(())
    }

    /// Takes in how an attempt went.
    pub(super) fn take(&self, state: &mut State, answer: Answer) {
        let Answer { channel, message, ids, attempts, result, took } = answer;
        let (name, kind, event) = (channel.name.as_str(), channel.spec.kind, message.notification.event);
        state.busy.remove(&channel.name);
        let attempt = match result {
            Ok(()) => {
                said(state, &channel.name, &message);
                state.refused.retain(|(channel, id)| channel.as_str() != name || !ids.contains(id));
                self.telemetry.emit(NotifyEvent::Delivered { channel: name, kind, event, took });
                self.survive(state.health.well(&self.store, &channel.name));
                Attempt::Arrived
            }
            Err(error) => {
                let text = chain(&error);
                self.telemetry.emit(NotifyEvent::NotDelivered {
                    channel: name,
                    kind,
                    event,
                    error: &text,
                    attempts,
                });
                let hopeless = error.is_of_message() && attempts >= REFUSED_MOST;
                if hopeless {
                    state.refused.extend(ids.iter().map(|id| (channel.name.clone(), *id)));
                }
                let failed = state.health.failed(&self.store, &channel.name, error.cause(), error.refusal());
                self.survive(failed);
                let wait = retry::wait(
                    if hopeless { Pace::Rare } else { error.pace() },
                    attempts,
                    seed(message.id, name, attempts),
                );
                let (next, in_doubt) = (self.clock.now().after(wait), message.in_doubt || error.in_doubt());
                Attempt::Failed { error: text, next, in_doubt }
            }
        };
        state.unwritten.push(Written { ids, channel: channel.name, attempt });
    }

    /// Writes down how attempts went; `false`: not all of it is written.
    pub(super) fn write(&self, unwritten: &mut Vec<Written>) -> bool {
        unwritten.retain(|Written { ids, channel, attempt }| {
            self.survive(self.store.note_delivery(ids, channel.as_str(), attempt)).is_none()
        });
        unwritten.is_empty()
    }
}

/// The channel was told this, and all that a digest sums up.
fn said(state: &mut State, channel: &Name, message: &Message) {
    if message.digest.is_empty() {
        state.said.put(channel, &message.notification, message.at);
    }
    for summed in &message.digest {
        state.said.put(channel, &summed.notification, summed.at);
    }
}

/// What the jitter of a wait follows from.
fn seed(id: OutboxId, channel: &str, attempts: u32) -> u64 {
    let mut hasher = DefaultHasher::new();
    (id.0, channel, attempts).hash(&mut hasher);
    hasher.finish()
}
