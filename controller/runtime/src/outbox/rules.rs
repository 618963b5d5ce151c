//! What goes to which channel, and when.
//!
//! Owns the rules: what a channel wants, what it has already, quiet hours, the order, when a notification is settled
//! and when it is given up. Pure: entries, channels and the time come in. Never sends anything and never writes.
//! Used by the rounds.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_domain::finding::Severity;
use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use podsteward_specs::channel::{MinSeverity, NotificationEvent};
use podsteward_specs::key::{Key, Name};
use podsteward_specs::window::Window;
use podsteward_store::{Delivery, OutboxEntry};

use super::Channel;

/// A notification that nobody could be told in this time is given up: nobody acts on news of last week.
pub(super) const GIVEN_UP_AFTER: Duration = Duration::from_hours(7 * 24);

const MINUTE_MS: i64 = 60_000;
/// The most minutes from any time to the end of a window: a day, and the hour by which clocks are set back.
const WINDOW_MINUTES: i64 = 25 * 60;

/// What the manifests say about notifications.
#[derive(Debug, Clone, Default)]
pub(super) struct Declared {
    /// The channels.
    pub(super) channels: Vec<Channel>,
    /// The policy's quiet hours.
    pub(super) quiet_hours: Option<Window>,
}

/// What a channel does with a notification that it does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// It is sent.
    Send,
    /// The channel does not want it.
    Skip,
    /// It is sent when the quiet hours are over.
    Wait(Moment),
    /// The channel has one that says the same.
    Duplicate,
}

/// What a channel does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next<'a> {
    /// It is sent this.
    Send(&'a OutboxEntry),
    /// Nothing before so much time has passed.
    In(Duration),
    /// Nothing at all.
    Nothing,
}

/// What channels have: when the latest notification that said the same was written.
#[derive(Debug, Default)]
pub(super) struct Delivered(BTreeMap<(Name, Saying), Moment>);

/// What a notification says, as far as two say the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Saying {
    object: Key,
    event: NotificationEvent,
    title: String,
}

impl Saying {
    fn of(notification: &Notification) -> Self {
        let Notification { event, object, title, .. } = notification;
        Self { object: object.clone(), event: *event, title: title.clone() }
    }
}

impl Delivered {
    /// A channel has this from now on.
    pub(super) fn put(&mut self, channel: &Name, notification: &Notification, at: Moment) {
        // What is bad again after it was well, or well again after it was bad, is news.
        let ends = |event| {
            (event == NotificationEvent::Recovered) != (notification.event == NotificationEvent::Recovered)
        };
        self.0.retain(|(name, said), _| {
            name != channel || said.object != notification.object || !ends(said.event)
        });
        let latest = self.0.entry((channel.clone(), Saying::of(notification))).or_insert(at);
        *latest = in_order(at, *latest).1;
    }

    /// Takes in what the store remembers.
    pub(super) fn put_entry(&mut self, entry: &OutboxEntry) {
        for delivery in entry.deliveries.iter().filter(|delivery| delivery.delivered) {
            if let Ok(channel) = Name::new(delivery.channel.as_str()) {
                self.put(&channel, &entry.notification, entry.at);
            }
        }
    }

    /// Forgets what no notification of now could repeat.
    pub(super) fn forget(&mut self, channels: &[Channel], now: Moment) {
        let longest = channels.iter().map(|channel| channel.spec.dedupe).max().unwrap_or_default();
        // One that is still under way may be as old as it may become, and repeats what was written before it.
        self.0.retain(|_, at| now.since(*at) < longest.saturating_add(GIVEN_UP_AFTER));
    }

    /// Whether the channel has one that says the same and was written within the channel's `dedupe` of this.
    fn has_same(&self, channel: &Channel, entry: &OutboxEntry) -> bool {
        let same = self.0.get(&(channel.name.clone(), Saying::of(&entry.notification)));
        same.is_some_and(|at| {
            let (earlier, later) = in_order(entry.at, *at);
            later.since(earlier) < channel.spec.dedupe
        })
    }
}

/// What a channel does with a notification that it does not have. `quiet`: until when all but the critical waits.
pub(super) fn route(
    entry: &OutboxEntry,
    channel: &Channel,
    quiet: Option<Moment>,
    delivered: &Delivered,
) -> Route {
    if !wants(channel, &entry.notification) {
        return Route::Skip;
    }
    if delivered.has_same(channel, entry) {
        return Route::Duplicate;
    }
    match quiet {
        Some(until) if entry.notification.severity < Severity::Critical => Route::Wait(until),
        _ => Route::Send,
    }
}

/// What a channel does next with what is undelivered, the oldest first. One that waits for the quiet hours to end lets
/// others pass; one that is tried again does not, so that the channel reads everything in order.
pub(super) fn next<'a>(
    entries: &'a [OutboxEntry],
    channel: &Channel,
    quiet: Option<Moment>,
    delivered: &Delivered,
    now: Moment,
) -> Next<'a> {
    let mut wait: Option<Duration> = None;
    for entry in entries {
        let delivery = delivery(entry, channel);
        if delivery.is_some_and(|delivery| delivery.delivered) {
            continue;
        }
        let left = match route(entry, channel, quiet, delivered) {
            Route::Skip | Route::Duplicate => continue,
            Route::Wait(until) => {
                wait = Some(until.since(now));
                continue;
            }
            Route::Send => {
                delivery.and_then(|delivery| delivery.next).map_or(Duration::ZERO, |due| left(due, now))
            }
        };
        if left.is_zero() {
            return Next::Send(entry);
        }
        wait = Some(wait.map_or(left, |wait| wait.min(left)));
        break;
    }
    wait.map_or(Next::Nothing, Next::In)
}

/// Whether every channel that wants it has it. With no channel at all nobody has heard of it.
pub(super) fn settled(entry: &OutboxEntry, channels: &[Channel], delivered: &Delivered) -> bool {
    !channels.is_empty() && channels.iter().all(|channel| !lacks(entry, channel, delivered))
}

/// Whether a channel wants a notification and neither has it nor one that says the same.
pub(super) fn lacks(entry: &OutboxEntry, channel: &Channel, delivered: &Delivered) -> bool {
    let has = delivery(entry, channel).is_some_and(|delivery| delivery.delivered);
    !has && route(entry, channel, None, delivered) == Route::Send
}

/// Whether a notification is given up, whoever lacks it.
pub(super) fn given_up(entry: &OutboxEntry, now: Moment) -> bool {
    now.since(entry.at) >= GIVEN_UP_AFTER
}

/// How the delivery to a channel went so far.
pub(super) fn delivery<'a>(entry: &'a OutboxEntry, channel: &Channel) -> Option<&'a Delivery> {
    entry.deliveries.iter().find(|delivery| delivery.channel == channel.name.as_str())
}

/// Until when a channel is quiet: by its own hours and the policy's.
pub(super) fn quiet_until(channel: &Channel, policy: Option<&Window>, now: Moment) -> Option<Moment> {
    let windows = [channel.spec.quiet_hours.as_ref(), policy];
    let open = windows.into_iter().flatten().filter(|window| window.is_open(now.wall_ms));
    let millis = open.map(|window| closes(window, now.wall_ms) - now.wall_ms).max()?;
    Some(now.after(Duration::from_millis(millis.unsigned_abs())))
}

/// When an open window closes. It does so at a whole minute.
fn closes(window: &Window, wall_ms: i64) -> i64 {
    let next = (wall_ms.div_euclid(MINUTE_MS) + 1) * MINUTE_MS;
    let minutes = (0..WINDOW_MINUTES).map(|minute| next + minute * MINUTE_MS);
    let closed = minutes.into_iter().find(|at| !window.is_open(*at));
    // One that never closes is looked at again a day later.
    closed.unwrap_or(next + WINDOW_MINUTES * MINUTE_MS)
}

/// How long until a moment to come. A boot later it is over: the wait was for what a start may have changed.
fn left(due: Moment, now: Moment) -> Duration {
    if due.boot_id == now.boot_id { due.since(now) } else { Duration::ZERO }
}

/// Two moments, the earlier first.
fn in_order(one: Moment, other: Moment) -> (Moment, Moment) {
    if one.is_after(other) { (other, one) } else { (one, other) }
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
