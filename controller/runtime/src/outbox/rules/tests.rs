//! The rules, as tables.

mod order;

use std::time::Duration;

use podsteward_domain::finding::Severity;
use podsteward_domain::notification::Notification;
use podsteward_domain::time::{BootId, Moment};
use podsteward_specs::channel::NotificationEvent;
use podsteward_specs::key::Key;

use super::{Delivered, Route, given_up, quiet_until, route, settled};
use crate::outbox::fixtures::{NOON, at, channel, critical, delivered_to, entry, name, warning};

/// What a channel with these fields does with a notification while it is not quiet.
fn check(fields: &str, notification: Notification, expected: Route) {
    let entry = entry(1, NOON, notification);
    let answer = route(&entry, &channel("phone", fields), None, &Delivered::default());
    assert_eq!(answer, expected, "{fields}");
}

#[test]
fn a_channel_takes_the_events_it_names_or_all() {
    let recovered = || Notification { event: NotificationEvent::Recovered, ..warning("a") };
    check("", recovered(), Route::Send);
    check("events: [alert, recovered]", recovered(), Route::Send);
    check("events: [alert, failed]", recovered(), Route::Skip);
}

#[test]
fn a_channel_takes_what_is_at_least_as_bad_as_it_says() {
    for (least, taken) in [("info", 3), ("warning", 2), ("critical", 1)] {
        for (position, severity) in (1..).zip([Severity::Critical, Severity::Warning, Severity::Info]) {
            let expected = if position <= taken { Route::Send } else { Route::Skip };
            check(&format!("minSeverity: {least}"), Notification { severity, ..warning("a") }, expected);
        }
    }
}

#[test]
fn quiet_hours_hold_everything_but_the_critical() {
    let (channel, nothing) = (channel("phone", ""), Delivered::default());
    let answer = |notification| route(&entry(1, NOON, notification), &channel, Some(at(60)), &nothing);
    assert_eq!(answer(warning("a")), Route::Wait(at(60)));
    let info = Notification { severity: Severity::Info, ..warning("a") };
    assert_eq!(answer(info), Route::Wait(at(60)));
    assert_eq!(answer(critical("a")), Route::Send);
}

/// What a channel does with a notification written so many minutes after noon, having this one of noon.
fn repeated(fields: &str, minutes: u64, again: Notification) -> Route {
    let channel = channel("phone", fields);
    let mut delivered = Delivered::default();
    delivered.put(&channel.name, &warning("a"), NOON);
    route(&entry(2, at(minutes), again), &channel, None, &delivered)
}

#[test]
fn what_says_the_same_about_the_same_object_is_sent_once_within_dedupe() {
    let other = |event, object, title: &str| Notification { event, object, ..warning(title) };
    let (alert, web) = (NotificationEvent::Alert, Key::container(name("web")));
    assert_eq!(repeated("", 9, warning("a")), Route::Duplicate);
    assert_eq!(repeated("", 10, warning("a")), Route::Send);
    assert_eq!(repeated("dedupe: 1h", 59, warning("a")), Route::Duplicate);
    assert_eq!(repeated("dedupe: 0s", 0, warning("a")), Route::Send);
    assert_eq!(repeated("", 1, Notification { body: "more".to_owned(), ..critical("a") }), Route::Duplicate);
    assert_eq!(repeated("", 1, other(alert, web.clone(), "b")), Route::Send);
    assert_eq!(repeated("", 1, other(NotificationEvent::Recovered, web, "a")), Route::Send);
    assert_eq!(repeated("", 1, other(alert, Key::container(name("db")), "a")), Route::Send);
}

#[test]
fn what_another_channel_has_is_no_duplicate_here() {
    let mut delivered = Delivered::default();
    delivered.put(&name("chat"), &warning("a"), NOON);
    let answer = route(&entry(2, at(1), warning("a")), &channel("phone", ""), None, &delivered);
    assert_eq!(answer, Route::Send);
}

#[test]
fn a_duplicate_is_one_however_late_and_in_whatever_order_they_go_out() {
    let channel = channel("phone", "");
    let mut delivered = Delivered::default();
    delivered.put(&channel.name, &critical("a"), at(300));
    let answer = |id, minutes| route(&entry(id, at(minutes), warning("a")), &channel, None, &delivered);
    assert_eq!(answer(1, 295), Route::Duplicate);
    assert_eq!(answer(2, 200), Route::Send);
    assert_eq!(answer(3, 309), Route::Duplicate);
}

#[test]
fn the_latest_that_says_the_same_counts() {
    let channel = channel("phone", "");
    for minutes in [[0, 300], [300, 0]] {
        let mut delivered = Delivered::default();
        for minute in minutes {
            delivered.put(&channel.name, &warning("a"), at(minute));
        }
        let again = entry(3, at(305), warning("a"));
        assert_eq!(route(&again, &channel, None, &delivered), Route::Duplicate, "{minutes:?}");
    }
}

#[test]
fn what_was_over_meanwhile_is_news_again_and_so_is_its_end() {
    let over = |object: &Key| Notification {
        event: NotificationEvent::Recovered,
        object: object.clone(),
        ..warning("a is over")
    };
    let (here, elsewhere) = (warning("a").object, Key::container(name("db")));
    let between = |channel_of_end: &str, object: &Key, again: Notification| {
        let mut delivered = Delivered::default();
        delivered.put(&name("phone"), &over(&here), NOON);
        delivered.put(&name("phone"), &warning("a"), at(1));
        delivered.put(&name(channel_of_end), &over(object), at(2));
        route(&entry(2, at(3), again), &channel("phone", ""), None, &delivered)
    };
    assert_eq!(between("phone", &here, warning("a")), Route::Send);
    assert_eq!(between("phone", &here, over(&here)), Route::Duplicate, "it is over, and that was said");
    assert_eq!(between("phone", &elsewhere, warning("a")), Route::Duplicate, "something else was over");
    assert_eq!(between("phone", &elsewhere, over(&here)), Route::Send, "it was bad again meanwhile");
    assert_eq!(between("chat", &here, warning("a")), Route::Duplicate, "another channel heard of it");
}

#[test]
fn what_is_remembered_is_forgotten_when_nothing_can_repeat_it() {
    let channels = [channel("phone", "dedupe: 1h")];
    let mut delivered = Delivered::default();
    delivered.put(&channels[0].name, &warning("a"), NOON);
    let week = Duration::from_hours(7 * 24);
    delivered.forget(&channels, NOON.after(week));
    assert_eq!(delivered.0.len(), 1);
    delivered.forget(&channels, NOON.after(week + Duration::from_hours(1)));
    assert_eq!(delivered.0.len(), 0);
}

/// The end of the quiet hours of a channel, in minutes after noon.
fn quiet(own: &str, policy: &str, now: Moment) -> Option<u64> {
    let hours =
        |window: &str| if window.is_empty() { String::new() } else { format!("quietHours: {{{window}}}") };
    let policy = channel("policy", &hours(policy)).spec.quiet_hours.clone();
    let until = quiet_until(&channel("phone", &hours(own)), policy.as_ref(), now);
    until.map(|until| until.since(NOON).as_secs() / 60)
}

#[test]
fn quiet_hours_end_when_the_later_of_both_windows_closes() {
    let window = |from: &str, to: &str| format!("zone: UTC, from: {from:?}, to: {to:?}");
    let (early, late, other) = (window("11:00", "12:30"), window("10:00", "13:00"), window("13:00", "14:00"));
    assert_eq!(quiet("", "", NOON), None);
    assert_eq!(quiet(&early, "", NOON), Some(30));
    assert_eq!(quiet("", &early, NOON), Some(30));
    assert_eq!(quiet(&early, &late, NOON), Some(60));
    assert_eq!(quiet(&late, &early, at(29)), Some(60));
    assert_eq!(quiet(&other, "", NOON), None);
    assert_eq!(quiet(&early, "", at(30)), None);
    assert_eq!(quiet(&early, "", NOON.after(Duration::from_millis(1))), Some(30));
}

#[test]
fn quiet_hours_over_midnight_end_on_the_next_day() {
    let night = "zone: UTC, from: \"23:00\", to: \"07:00\"";
    assert_eq!(quiet(night, "", at(11 * 60)), Some(19 * 60));
    assert_eq!(quiet(night, "", at(13 * 60)), Some(19 * 60));
}

#[test]
fn a_notification_is_given_up_after_a_week() {
    let (written, week) = (entry(1, NOON, warning("a")), Duration::from_hours(7 * 24));
    assert!(!given_up(&written, NOON.after(Duration::from_millis(7 * 86_400_000 - 1))));
    assert!(given_up(&written, NOON.after(week)));
    let other_boot = Moment { wall_ms: NOON.wall_ms + 60_000, boot_ms: 1_000, boot_id: BootId(2) };
    assert!(!given_up(&written, other_boot));
}

#[test]
fn a_notification_is_settled_when_every_channel_that_wants_it_has_it() {
    let (phone, chat) = (channel("phone", ""), channel("chat", ""));
    let deaf = channel("deaf", "minSeverity: critical");
    let (fresh, nothing) = (entry(1, NOON, warning("a")), Delivered::default());
    let told = delivered_to(fresh.clone(), "phone");
    assert!(!settled(&fresh, &[], &nothing), "nobody is there to hear of it");
    assert!(!settled(&fresh, std::slice::from_ref(&phone), &nothing));
    assert!(settled(&told, std::slice::from_ref(&phone), &nothing));
    assert!(!settled(&told, &[phone.clone(), chat.clone()], &nothing));
    assert!(settled(&told, &[phone, deaf.clone()], &nothing));
    assert!(settled(&fresh, &[deaf], &nothing), "nobody wants to hear of it");
    let mut same = Delivered::default();
    same.put(&chat.name, &warning("a"), NOON);
    assert!(settled(&told, &[chat], &same), "the other channel is told no more");
}

#[test]
fn a_wall_clock_that_was_set_changes_nothing_about_what_was_said_before() {
    const DAY_MS: i64 = 86_400_000;
    for jump in [-DAY_MS, DAY_MS] {
        let answer = |minutes: u64| {
            let at = at(minutes);
            let again = entry(2, Moment { wall_ms: at.wall_ms + jump, ..at }, warning("a"));
            let mut delivered = Delivered::default();
            delivered.put(&name("phone"), &warning("a"), NOON);
            route(&again, &channel("phone", ""), None, &delivered)
        };
        assert_eq!((answer(9), answer(10)), (Route::Duplicate, Route::Send), "{jump}");
    }
}
