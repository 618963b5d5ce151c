//! What goes to which channel, and when.
//!
//! Owns the rules: what a channel wants, what it knows already, quiet hours, flapping, which recovery ends what, and the
//! order. All rules about one channel are one walk over what is open, the oldest first: [`Agenda::of`]. Pure: entries,
//! channels and the time come in. Never sends anything and never writes. Used by the rounds.

pub(super) mod said;
pub(super) mod window;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::notification::Notification;
use podsteward_domain::report::ChannelDelivery;
use podsteward_domain::time::Moment;
use podsteward_specs::channel::{MinSeverity, NotificationEvent};
use podsteward_specs::key::{Key, Name};
use podsteward_specs::window::Window;
use podsteward_store::{Belief, Delivery, OutboxEntry, OutboxId};

use super::Channel;
use said::{Said, SaidHere};

/// A notification that nobody could be told in this time is given up: nobody acts on news of last week.
pub(super) const GIVEN_UP_AFTER: Duration = Duration::from_hours(7 * 24);
/// So many that waited through quiet hours come one by one; more come as one digest.
const ONE_BY_ONE: usize = 3;

/// What the manifests say about notifications.
#[derive(Debug, Clone, Default)]
pub(super) struct Declared {
    /// The channels.
    pub(super) channels: Vec<Channel>,
    /// The policy's quiet hours.
    pub(super) quiet_hours: Option<Window>,
}

/// What the walk looks at besides the entries.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// What was said lately.
    pub(super) said: &'a Said,
    /// What was refused as such again and again.
    pub(super) refused: &'a BTreeSet<(Name, OutboxId)>,
    /// What channels were told is wrong.
    pub(super) beliefs: &'a [Belief],
    /// The policy's quiet hours.
    pub(super) quiet_hours: Option<&'a Window>,
    /// Now.
    pub(super) now: Moment,
}

/// What a channel does with a notification that it does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is sent.
    Due,
    /// It waited through quiet hours, and is sent with what waited like it.
    Waited,
    /// It waits, and lets others pass.
    Held(Moment),
    /// It is not sent at all.
    Dropped(Why),
}

/// Why a notification is not sent to a channel at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The channel does not want such.
    Unwanted,
    /// The channel has one that says the same.
    Same,
    /// It was over before it was sent.
    Over,
    /// The channel was never told of what is over.
    Untold,
    /// Something newer about the same trouble is sent.
    Outdated,
}

impl Why {
    /// The reason in words.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Unwanted => "the channel leaves it out",
            Self::Same => "the channel has one that says the same",
            Self::Over => "it was over before it was sent",
            Self::Untold => "the channel was never told of what is over",
            Self::Outdated => "something newer about it is sent",
        }
    }
}

/// What a channel does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next<'a> {
    /// It is sent these: one, or a digest of many.
    Send(Vec<&'a OutboxEntry>),
    /// Nothing before so much time has passed.
    In(Duration),
    /// Nothing at all.
    Nothing,
}

/// What one channel does with everything that it does not have, the oldest first.
pub(super) struct Agenda<'a> {
    channel: &'a Channel,
    known: Known<'a>,
    /// Until when all but the critical waits.
    quiet: Option<Moment>,
    items: Vec<(&'a OutboxEntry, Fate)>,
    /// Which items are about a trouble, the oldest first.
    about: BTreeMap<(Key, FindingKind), Vec<usize>>,
}

impl<'a> Agenda<'a> {
    /// What a channel does with these entries, the oldest first.
    pub(super) fn of(entries: &'a [OutboxEntry], channel: &'a Channel, known: Known<'a>) -> Self {
        let quiet = window::quiet_until(channel, known.quiet_hours, known.now);
        let mut agenda = Self { channel, known, quiet, items: Vec::new(), about: BTreeMap::new() };
        let mut said = known.said.here(&channel.name);
        let open = entries.iter().filter(|entry| !delivery(entry, channel).is_some_and(Delivery::is_over));
        for entry in open {
            let fate = match entry.notification.ends() {
                Some(_) => agenda.recovery(entry),
                None => agenda.news(entry, &mut said),
            };
            if let Some(trouble) = trouble(entry) {
                agenda.about.entry(trouble).or_default().push(agenda.items.len());
            }
            agenda.items.push((entry, fate));
        }
        agenda
    }

    /// Whose agenda it is.
    pub(super) fn channel(&self) -> &'a Channel {
        self.channel
    }

    /// What is not sent at all, and why.
    pub(super) fn dropped(&self) -> impl Iterator<Item = (&'a OutboxEntry, Why)> {
        self.items.iter().filter_map(|(entry, fate)| match fate {
            Fate::Dropped(why) => Some((*entry, *why)),
            Fate::Due | Fate::Waited | Fate::Held(_) => None,
        })
    }

    /// What the channel is still to get.
    pub(super) fn lacking(&self) -> impl Iterator<Item = &'a OutboxEntry> {
        self.items.iter().filter(|(_, fate)| !matches!(fate, Fate::Dropped(_))).map(|(entry, _)| *entry)
    }

    /// How much is due and did not arrive, how much waits for its time, and why the latest attempt failed of what is open.
    pub(super) fn standing(&self) -> ChannelDelivery {
        let now = self.known.now;
        let open = self.items.iter().filter(|(entry, _)| !given_up(entry, now));
        let count = |is: fn(&Fate) -> bool| {
            u64::try_from(open.clone().filter(|(_, fate)| is(fate)).count()).unwrap_or(u64::MAX)
        };
        let tried = open.clone().filter(|(_, fate)| !matches!(fate, Fate::Dropped(_)));
        let tried = tried.filter_map(|(entry, _)| delivery(entry, self.channel));
        let failed = tried.filter(|delivery| delivery.last_error.is_some());
        let latest = failed.max_by_key(|delivery| delivery.tried.wall_ms);
        ChannelDelivery {
            channel: self.channel.name.to_string(),
            undelivered: count(|fate| matches!(fate, Fate::Due | Fate::Waited)),
            waiting: count(|fate| matches!(fate, Fate::Held(_))),
            last_error: latest.and_then(|delivery| delivery.last_error.clone()),
            next_try: latest.and_then(|delivery| delivery.next).map(Moment::to_rfc3339),
        }
    }

    /// What is sent next. What is held lets others pass; what is tried again does not, so that the channel reads
    /// everything in order, unless it is refused as such.
    pub(super) fn next(&self) -> Next<'a> {
        let now = self.known.now;
        let mut held: Option<Duration> = None;
        for (entry, fate) in &self.items {
            let due = match fate {
                Fate::Dropped(_) => continue,
                Fate::Held(until) => {
                    let left = left(*until, now);
                    held = Some(held.map_or(left, |held| held.min(left)));
                    continue;
                }
                Fate::Due | Fate::Waited => delivery(entry, self.channel).and_then(|delivery| delivery.next),
            };
            let left = due.map_or(Duration::ZERO, |due| left(due, now));
            if left.is_zero() {
                return Next::Send(if *fate == Fate::Waited { self.waited(entry) } else { vec![entry] });
            }
            held = Some(held.map_or(left, |held| held.min(left)));
            if !self.known.refused.contains(&(self.channel.name.clone(), entry.id)) {
                break;
            }
        }
        held.map_or(Next::Nothing, Next::In)
    }

    /// What goes out together with the first that waited through quiet hours.
    fn waited(&self, first: &'a OutboxEntry) -> Vec<&'a OutboxEntry> {
        let waited = self.items.iter().filter(|(_, fate)| *fate == Fate::Waited);
        let all: Vec<_> = waited.map(|(entry, _)| *entry).collect();
        if all.len() > ONE_BY_ONE { all } else { vec![first] }
    }

    /// The fate of whatever is no recovery.
    fn news(&mut self, entry: &'a OutboxEntry, said: &mut SaidHere<'_>) -> Fate {
        let notification = &entry.notification;
        if notification.event == NotificationEvent::Test {
            return Fate::Due;
        }
        if !wants(self.channel, notification) {
            return Fate::Dropped(Why::Unwanted);
        }
        // What was tried may have arrived, so that it is not taken back any more.
        let same = said.same(notification, entry.at, self.channel.spec.dedupe);
        let fate = match same.filter(|_| !self.is_tried(entry)) {
            Some(_) if self.thinks(entry).is_some() || notification.about.is_none() => {
                return Fate::Dropped(Why::Same);
            }
            Some(at) => self.flapping(entry, at),
            None => self.by_hour(entry),
        };
        said.put(notification, entry.at);
        if !matches!(fate, Fate::Held(_)) {
            self.drop_held(entry, Why::Outdated);
        }
        fate
    }

    /// What was over and is back is told after a while, should it last: its end drops it before.
    fn flapping(&self, entry: &OutboxEntry, said: Moment) -> Fate {
        let until = said.after(self.channel.spec.dedupe);
        if left(until, self.known.now).is_zero() { self.by_hour(entry) } else { Fate::Held(until) }
    }

    fn by_hour(&self, entry: &OutboxEntry) -> Fate {
        match self.quiet {
            _ if entry.notification.severity == Severity::Critical => Fate::Due,
            Some(until) => Fate::Held(until),
            None if window::was_quiet(self.channel, self.known.quiet_hours, entry.at) => Fate::Waited,
            None => Fate::Due,
        }
    }

    /// The fate of a recovery: it goes to whoever was told of the trouble. What was still held of it is not sent at all.
    fn recovery(&mut self, entry: &'a OutboxEntry) -> Fate {
        self.drop_held(entry, Why::Over);
        let events = &self.channel.spec.events;
        match self.thinks(entry) {
            None => Fate::Dropped(Why::Untold),
            Some(_) if !(events.is_empty() || events.contains(&NotificationEvent::Recovered)) => {
                Fate::Dropped(Why::Unwanted)
            }
            // Whoever was woken may sleep again.
            Some(Severity::Critical) => Fate::Due,
            Some(_) => self.by_hour(entry),
        }
    }

    /// How bad the channel thinks that it is with what an entry is about, once it has all that is sent before this.
    fn thinks(&self, entry: &OutboxEntry) -> Option<Severity> {
        let trouble = trouble(entry)?;
        let positions = self.about.get(&trouble).into_iter().flatten().rev();
        let sent = positions.filter_map(|position| self.items.get(*position));
        let mut sent = sent.filter(|(_, fate)| !matches!(fate, Fate::Dropped(_)));
        if let Some((latest, _)) = sent.next() {
            let notification = &latest.notification;
            return notification.ends().is_none().then_some(notification.severity);
        }
        belief(entry, self.channel, &self.known).map(|belief| belief.severity)
    }

    /// Drops what is held and was never tried of the trouble that an entry is about.
    fn drop_held(&mut self, entry: &OutboxEntry, why: Why) {
        let Some(trouble) = trouble(entry) else { return };
        for position in self.about.get(&trouble).into_iter().flatten() {
            let Some((item, fate)) = self.items.get_mut(*position) else { continue };
            let held = match fate {
                Fate::Held(_) => true,
                // What waited for the morning is told then, unless it is over.
                Fate::Waited => why == Why::Over,
                Fate::Due | Fate::Dropped(_) => false,
            };
            let tried = delivery(item, self.channel).is_some_and(|delivery| delivery.attempts > 0);
            if held && !tried && item.notification.ends().is_none() {
                *fate = Fate::Dropped(why);
            }
        }
    }

    fn is_tried(&self, entry: &OutboxEntry) -> bool {
        delivery(entry, self.channel).is_some_and(|delivery| delivery.attempts > 0)
    }
}

/// The number of the notification that told a channel of what an entry tells the end of.
pub(super) fn ends(entry: &OutboxEntry, channel: &Channel, known: &Known<'_>) -> Option<OutboxId> {
    entry.notification.ends()?;
    belief(entry, channel, known).map(|belief| belief.outbox)
}

/// What a channel was told of the trouble that an entry is about. What it was told after that was written is another one.
fn belief<'a>(entry: &OutboxEntry, channel: &Channel, known: &Known<'a>) -> Option<&'a Belief> {
    let (object, about) = trouble(entry)?;
    let is_it = |belief: &&Belief| {
        belief.channel == channel.name.as_str() && belief.object == object && belief.about == about
    };
    known.beliefs.iter().find(is_it).filter(|belief| belief.outbox < entry.id)
}

/// What a notification and its recovery have in common.
fn trouble(entry: &OutboxEntry) -> Option<(Key, FindingKind)> {
    let Notification { object, about, .. } = &entry.notification;
    about.map(|about| (object.clone(), about))
}

/// Whether a notification is given up, whoever lacks it.
pub(super) fn given_up(entry: &OutboxEntry, now: Moment) -> bool {
    now.since(entry.at) >= GIVEN_UP_AFTER
}

/// How the delivery to a channel went so far.
pub(super) fn delivery<'a>(entry: &'a OutboxEntry, channel: &Channel) -> Option<&'a Delivery> {
    entry.deliveries.iter().find(|delivery| delivery.channel == channel.name.as_str())
}

/// How long until a moment to come. A boot later it is over: the wait was for what a start may have changed.
fn left(due: Moment, now: Moment) -> Duration {
    if due.boot_id == now.boot_id { due.since(now) } else { Duration::ZERO }
}

fn wants(channel: &Channel, notification: &Notification) -> bool {
    let spec = &channel.spec;
    let least = match spec.min_severity {
        MinSeverity::Info => Severity::Info,
        MinSeverity::Warning => Severity::Warning,
        MinSeverity::Critical => Severity::Critical,
    };
    notification.severity >= least && (spec.events.is_empty() || spec.events.contains(&notification.event))
}

#[cfg(test)]
mod tests;
