//! What channels were told lately, so that nothing is told twice.
//!
//! Owns what it means that two notifications say the same. Never decides what follows from that.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_domain::finding::Severity;
use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use podsteward_specs::channel::NotificationEvent;
use podsteward_specs::key::{Key, Name};
use podsteward_store::{OutboxEntry, Result, Store};

use super::GIVEN_UP_AFTER;
use crate::outbox::Channel;

/// How much of what was delivered is remembered over a restart.
const RECENT_MAX: u32 = 1000;

/// What channels were told: when the latest notification that said the same was written.
#[derive(Debug, Default)]
pub(in crate::outbox) struct Said(BTreeMap<Name, BTreeMap<Saying, Moment>>);

/// What a notification says, as far as two say the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Saying {
    object: Key,
    event: NotificationEvent,
    title: String,
    severity: Severity,
    /// Of what a playbook says: there the words are the news.
    body: Option<String>,
}

impl Saying {
    fn of(notification: &Notification) -> Self {
        let Notification { event, object, title, severity, about, body } = notification;
        let is_all_news = *event == NotificationEvent::Acting && about.is_none();
        let body = is_all_news.then(|| body.clone());
        Self { object: object.clone(), event: *event, title: title.clone(), severity: *severity, body }
    }
}

impl Said {
    /// What the store remembers.
    pub(in crate::outbox) fn read(store: &Store) -> Result<Self> {
        let mut said = Self::default();
        for entry in &store.recent(RECENT_MAX)? {
            said.put_entry(entry);
        }
        Ok(said)
    }

    /// A channel was told this.
    pub(in crate::outbox) fn put(&mut self, channel: &Name, notification: &Notification, at: Moment) {
        put(self.0.entry(channel.clone()).or_default(), notification, at);
    }

    /// Takes in what the store remembers.
    pub(in crate::outbox) fn put_entry(&mut self, entry: &OutboxEntry) {
        for delivery in entry.deliveries.iter().filter(|delivery| delivery.delivered) {
            if let Ok(channel) = Name::new(delivery.channel.as_str()) {
                self.put(&channel, &entry.notification, entry.at);
            }
        }
    }

    /// Forgets what no notification of now could repeat.
    pub(in crate::outbox) fn forget(&mut self, channels: &[Channel], now: Moment) {
        let longest = channels.iter().map(|channel| channel.spec.dedupe).max().unwrap_or_default();
        // One that is still under way may be as old as it may become, and repeats what was written before it.
        let kept = longest.saturating_add(GIVEN_UP_AFTER);
        for said in self.0.values_mut() {
            said.retain(|_, at| now.since(*at) < kept);
        }
        self.0.retain(|_, said| !said.is_empty());
    }

    /// What one channel was told, and is about to be.
    pub(super) fn here(&self, channel: &Name) -> SaidHere<'_> {
        SaidHere { said: self.0.get(channel), soon: BTreeMap::new() }
    }
}

/// What one channel was told, and is about to be.
pub(super) struct SaidHere<'a> {
    said: Option<&'a BTreeMap<Saying, Moment>>,
    soon: BTreeMap<Saying, Moment>,
}

impl SaidHere<'_> {
    /// The channel is about to be told this.
    pub(super) fn put(&mut self, notification: &Notification, at: Moment) {
        put(&mut self.soon, notification, at);
    }

    /// When the latest was written that says the same, at least as bad, within `dedupe` of this.
    pub(super) fn same(&self, notification: &Notification, at: Moment, dedupe: Duration) -> Option<Moment> {
        let least = Saying::of(notification);
        let worse = Severity::ALL.into_iter().filter(|severity| *severity >= least.severity);
        let alike = worse.map(|severity| Saying { severity, ..least.clone() });
        let lists = [Some(&self.soon), self.said];
        let said =
            alike.flat_map(|saying| lists.map(|list| list.and_then(|list| list.get(&saying)).copied()));
        let close = said.flatten().filter(|said| {
            let (earlier, later) = in_order(at, *said);
            later.since(earlier) < dedupe
        });
        close.reduce(|one, other| in_order(one, other).1)
    }
}

fn put(said: &mut BTreeMap<Saying, Moment>, notification: &Notification, at: Moment) {
    let latest = said.entry(Saying::of(notification)).or_insert(at);
    *latest = in_order(at, *latest).1;
}

/// Two moments, the earlier first.
fn in_order(one: Moment, other: Moment) -> (Moment, Moment) {
    if one.is_after(other) { (other, one) } else { (one, other) }
}
