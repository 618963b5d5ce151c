//! What says the same is told once, and what flaps is told after a while.

use std::time::Duration;

use podsteward_domain::finding::Severity;
use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use podsteward_specs::channel::NotificationEvent;

use super::super::said::Said;
use super::{Case, of_db, sick, well};
use crate::outbox::fixtures::{NOON, at, channel, critical, entry, name, warning};

/// What a channel does so many minutes after noon with a notification of then, having this one of noon.
fn repeated(fields: &str, minutes: u64, again: Notification, expected: &str) {
    let case = Case::of(fields).told(1, 0, &warning("a")).at(minutes);
    case.check(&[entry(2, at(minutes), again)], &format!("2 {expected}"));
}

#[test]
fn what_says_the_same_about_the_same_object_is_sent_once_within_dedupe() {
    let (same, send) = ("same => nothing", "due => send 2");
    repeated("", 9, warning("a"), same);
    repeated("", 10, warning("a"), send);
    repeated("dedupe: 1h", 59, warning("a"), same);
    repeated("dedupe: 0s", 0, warning("a"), send);
    repeated("", 1, Notification { body: "more".to_owned(), ..warning("a") }, same);
    repeated("", 1, warning("b"), send);
    repeated("", 1, Notification { event: NotificationEvent::Failed, ..warning("a") }, send);
    repeated("", 1, of_db(warning("a")), send);
}

#[test]
fn what_a_playbook_says_is_told_apart_by_its_words() {
    let says = |body: &str| Notification {
        event: NotificationEvent::Acting,
        severity: Severity::Info,
        body: body.to_owned(),
        ..warning("mend says")
    };
    for (words, expected) in [("done", "2 due => send 2"), ("it begins", "2 same => nothing")] {
        let case = Case::of("minSeverity: info").told(1, 0, &says("it begins")).at(1);
        case.check(&[entry(2, at(1), says(words))], expected);
    }
}

#[test]
fn what_is_worse_now_is_news_and_what_is_milder_is_none() {
    repeated("", 1, critical("a"), "due => send 2");
    repeated("", 1, Notification { severity: Severity::Info, ..warning("a") }, "same => nothing");
}

#[test]
fn what_another_channel_was_told_is_no_duplicate_here() {
    let mut case = Case::of("");
    case.said.put(&name("chat"), &warning("a"), NOON);
    case.check(&[entry(2, at(1), warning("a"))], "2 due => send 2");
}

#[test]
fn of_two_that_wait_and_say_the_same_the_first_is_sent() {
    let entries =
        [entry(1, NOON, warning("a")), entry(2, at(9), warning("a")), entry(3, at(30), warning("a"))];
    Case::of("").at(30).check(&entries, "1 due, 2 same, 3 due => send 1");
}

#[test]
fn a_duplicate_is_one_however_late_and_in_whatever_order_they_go_out() {
    let case = Case::of("").told(9, 300, &warning("a")).at(310);
    case.check(&[entry(1, at(295), warning("a"))], "1 same => nothing");
    case.check(&[entry(2, at(200), warning("a"))], "2 due => send 2");
    case.check(&[entry(3, at(309), warning("a"))], "3 same => nothing");
}

#[test]
fn the_latest_that_says_the_same_counts() {
    for order in [[0, 300], [300, 0]] {
        let case = order.into_iter().fold(Case::of(""), |case, at| case.told(1, at, &warning("a")));
        case.at(305).check(&[entry(3, at(305), warning("a"))], "3 same => nothing");
    }
}

#[test]
fn a_wall_clock_that_was_set_changes_nothing_about_what_was_said_before() {
    for jump in [-86_400_000, 86_400_000] {
        for (minutes, expected) in [(9, "2 same => nothing"), (10, "2 due => send 2")] {
            let at = at(minutes);
            let again = entry(2, Moment { wall_ms: at.wall_ms + jump, ..at }, warning("a"));
            Case::of("").told(1, 0, &warning("a")).at(minutes).check(&[again], expected);
        }
    }
}

#[test]
fn what_is_back_soon_after_it_was_over_is_told_should_it_last() {
    let sick = || sick(Severity::Warning);
    let flapped = || Case::of("").told(1, 0, &sick()).told(2, 1, &well());
    let back = entry(3, at(2), sick());
    flapped().at(2).check(std::slice::from_ref(&back), "3 held 8 => in 8");
    flapped().at(10).check(std::slice::from_ref(&back), "3 due => send 3");
    let over = entry(4, at(3), well());
    flapped().at(3).check(&[back.clone(), over], "3 over, 4 untold => nothing");
    let again = [back.clone(), entry(4, at(4), sick())];
    flapped().at(4).check(&again, "3 held 6, 4 same => in 6");
    let other = entry(5, at(3), of_db(warning("b")));
    flapped().at(3).check(&[back.clone(), other], "3 held 7, 5 due => send 5");
    let failed = Notification { event: NotificationEvent::Failed, title: "failed".to_owned(), ..sick() };
    flapped().at(3).check(&[back, entry(5, at(3), failed)], "3 outdated, 5 due => send 5");
    let later = entry(3, at(12), sick());
    flapped().at(12).check(&[later], "3 due => send 3");
}

#[test]
fn what_is_remembered_is_forgotten_when_nothing_can_repeat_it() {
    let channels = [channel("phone", "dedupe: 1h")];
    let mut said = Said::default();
    said.put(&channels[0].name, &warning("a"), NOON);
    let same = |said: &Said| said.here(&name("phone")).same(&warning("a"), NOON, Duration::from_hours(1));
    let week = Duration::from_hours(7 * 24);
    said.forget(&channels, NOON.after(week));
    assert_eq!(same(&said), Some(NOON));
    said.forget(&channels, NOON.after(week + Duration::from_hours(1)));
    assert_eq!(same(&said), None);
}
