//! The rules, as tables: what is open for the channel `phone` at a time, and what becomes of it.

mod order;
mod over;
mod quiet;
mod same;

use std::collections::BTreeSet;
use std::time::Duration;

use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::notification::{self, Notification};
use podsteward_domain::time::{BootId, Moment};
use podsteward_specs::channel::NotificationEvent;
use podsteward_specs::window::Window;
use podsteward_store::{Belief, OutboxEntry, OutboxId};

use super::said::Said;
use super::{Agenda, Fate, Known, Next, given_up};
use crate::outbox::Channel;
use crate::outbox::fixtures::{NOON, at, channel, entry, name, warning};

/// What is known besides the entries.
struct Case {
    channel: Channel,
    said: Said,
    refused: BTreeSet<(podsteward_specs::key::Name, OutboxId)>,
    beliefs: Vec<Belief>,
    policy: Option<Window>,
    now: Moment,
}

impl Case {
    /// A channel with these fields at noon, which was told nothing yet.
    fn of(fields: &str) -> Self {
        Self {
            channel: channel("phone", fields),
            said: Said::default(),
            refused: BTreeSet::new(),
            beliefs: Vec::new(),
            policy: None,
            now: NOON,
        }
    }

    /// So many minutes after noon.
    fn at(self, minutes: u64) -> Self {
        Self { now: at(minutes), ..self }
    }

    /// The channel was told this, so many minutes after noon.
    fn told(mut self, id: i64, minutes: u64, told: &Notification) -> Self {
        self.said.put(&self.channel.name, told, at(minutes));
        let (object, outbox) = (told.object.clone(), OutboxId(id));
        self.beliefs.retain(|it| it.object != object || Some(it.about) != told.about);
        if let Some(about) = told.about.filter(|_| told.ends().is_none()) {
            let (channel, severity) = ("phone".to_owned(), told.severity);
            self.beliefs.push(Belief { channel, object, about, outbox, severity });
        }
        self
    }

    /// What becomes of the entries, one word each, and what is next.
    fn check(&self, entries: &[OutboxEntry], expected: &str) {
        let known = Known {
            said: &self.said,
            refused: &self.refused,
            beliefs: &self.beliefs,
            quiet_hours: self.policy.as_ref(),
            now: self.now,
        };
        let agenda = Agenda::of(entries, &self.channel, known);
        let word = |(entry, fate): &(&OutboxEntry, Fate)| {
            let fate = match fate {
                Fate::Due => "due".to_owned(),
                Fate::Waited => "waited".to_owned(),
                Fate::Held(until) => format!("held {}", minutes(until.since(self.now))),
                Fate::Dropped(why) => format!("{why:?}").to_lowercase(),
            };
            format!("{} {fate}", entry.id.0)
        };
        let fates: Vec<String> = agenda.items.iter().map(word).collect();
        let next = match agenda.next() {
            Next::Send(entries) => {
                let ids: Vec<String> = entries.iter().map(|entry| entry.id.0.to_string()).collect();
                format!("send {}", ids.join("+"))
            }
            Next::In(wait) => format!("in {}", minutes(wait)),
            Next::Nothing => "nothing".to_owned(),
        };
        assert_eq!(format!("{} => {next}", fates.join(", ")), expected);
    }
}

fn minutes(length: Duration) -> u64 {
    length.as_secs() / 60
}

/// That the container `web` is unhealthy.
fn sick(severity: Severity) -> Notification {
    Notification { severity, about: Some(FindingKind::Unhealthy), ..warning("sick") }
}

/// That it is so no more.
fn well() -> Notification {
    let sick = sick(Severity::Info);
    Notification { event: NotificationEvent::Recovered, title: "well".to_owned(), ..sick }
}

/// The same about another object.
fn of_db(notification: Notification) -> Notification {
    Notification { object: podsteward_specs::key::Key::container(name("db")), ..notification }
}

#[test]
fn a_channel_takes_the_events_it_names_or_all() {
    let storm = || Notification { event: NotificationEvent::Storm, ..warning("a") };
    Case::of("").check(&[entry(1, NOON, storm())], "1 due => send 1");
    Case::of("events: [alert, storm]").check(&[entry(1, NOON, storm())], "1 due => send 1");
    Case::of("events: [alert, failed]").check(&[entry(1, NOON, storm())], "1 unwanted => nothing");
}

#[test]
fn a_channel_takes_what_is_at_least_as_bad_as_it_says() {
    let all = [Severity::Info, Severity::Warning, Severity::Critical];
    let all: Vec<_> = (1..)
        .zip(all)
        .map(|(id, severity)| entry(id, NOON, Notification { severity, ..warning(&id.to_string()) }))
        .collect();
    Case::of("").check(&all, "1 due, 2 due, 3 due => send 1");
    Case::of("minSeverity: warning").check(&all, "1 unwanted, 2 due, 3 due => send 2");
    Case::of("minSeverity: critical").check(&all, "1 unwanted, 2 unwanted, 3 due => send 3");
}

#[test]
fn a_test_comes_to_every_channel_at_any_time_and_as_often_as_it_is_asked_for() {
    let test = || notification::test("default");
    let fields =
        "events: [failed], minSeverity: critical, quietHours: {zone: UTC, from: \"11:00\", to: \"13:00\"}";
    Case::of(fields).told(1, 0, &test()).check(&[entry(2, NOON, test())], "2 due => send 2");
}

#[test]
fn a_notification_is_given_up_after_a_week() {
    let (written, week) = (entry(1, NOON, warning("a")), Duration::from_hours(7 * 24));
    assert!(!given_up(&written, NOON.after(Duration::from_millis(7 * 86_400_000 - 1))));
    assert!(given_up(&written, NOON.after(week)));
    let other_boot = Moment { wall_ms: NOON.wall_ms + 60_000, boot_ms: 1_000, boot_id: BootId(2) };
    assert!(!given_up(&written, other_boot));
}
