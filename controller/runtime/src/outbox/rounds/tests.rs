//! The rounds, under virtual time, with receivers that fail as they are told to.

mod failing;
mod office;

use std::time::Duration;

use podsteward_domain::notification::Notification;
use podsteward_specs::channel::NotificationEvent;

use crate::outbox::fixtures::{at, channel, critical, warning};
use office::{Down, Office};

#[tokio::test(start_paused = true)]
async fn what_is_told_arrives_at_once_and_in_order() {
    let office = Office::with(&[channel("phone", ""), channel("chat", "")]);
    office.tell(&["a", "b", "c"].map(warning));
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["a", "b", "c"]);
    assert_eq!(office.arrived("chat"), ["a", "b", "c"]);
    assert_eq!(office.now().wall_ms, at(0).wall_ms);
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_sent_one_at_a_time() {
    let office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", Down::Slow(Duration::from_secs(8)));
    office.tell(&["a", "b"].map(warning));
    office.pass(Duration::from_secs(5)).await;
    office.tell(&[critical("c")]);
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["a", "b", "c"]);
    assert_eq!(office.receivers.most_at_once("phone"), 1);
    assert_eq!(office.minutes_passed(), 0);
}

#[tokio::test(start_paused = true)]
async fn quiet_hours_hold_all_but_the_critical_until_they_are_over() {
    let hours = "quietHours: {zone: UTC, from: \"11:00\", to: \"12:30\"}";
    let office = Office::with(&[channel("phone", hours), channel("chat", "")]);
    office.tell(&[warning("a"), critical("b"), warning("c")]);
    office.pass(Duration::from_mins(29)).await;
    assert_eq!(office.arrived("phone"), ["b"]);
    assert_eq!(office.arrived("chat"), ["a", "b", "c"]);
    office.delivered().await;
    assert_eq!((office.arrived("phone"), office.minutes_passed()), (names(["b", "a", "c"]), 30));
}

#[tokio::test(start_paused = true)]
async fn the_quiet_hours_of_the_policy_hold_for_every_channel() {
    let hours = channel("any", "quietHours: {zone: UTC, from: \"11:00\", to: \"13:00\"}");
    let office = Office::with(&[channel("phone", "")]);
    office.declare_quiet_hours(hours.spec.quiet_hours.clone());
    office.tell(&[warning("a")]);
    office.delivered().await;
    assert_eq!((office.arrived("phone"), office.minutes_passed()), (names(["a"]), 60));
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_is_set_past_the_quiet_hours_ends_them() {
    let office = Office::with(&[channel("phone", "quietHours: {zone: UTC, from: \"11:00\", to: \"23:00\"}")]);
    office.tell(&[warning("a")]);
    office.pass(Duration::from_mins(1)).await;
    assert_eq!(office.arrived("phone"), [""; 0]);
    office.clock.jump_wall(12 * 3_600_000);
    office.delivered().await;
    assert!(office.minutes_passed() <= 6, "{}", office.minutes_passed());
}

#[tokio::test(start_paused = true)]
async fn without_a_channel_it_stays_undelivered_until_one_appears() {
    let office = Office::with(&[]);
    office.tell(&["a", "b"].map(warning));
    office.pass(Duration::from_hours(24)).await;
    assert_eq!(office.undelivered(), 2);
    assert!(office.metrics().contains("podsteward_notifications_undelivered 2\n"), "{}", office.metrics());
    office.declare(&[channel("phone", "")]);
    office.pass(Duration::from_millis(1)).await;
    assert_eq!((office.arrived("phone"), office.undelivered()), (names(["a", "b"]), 0));
    assert!(office.metrics().contains("podsteward_notifications_undelivered 0\n"), "{}", office.metrics());
}

#[tokio::test(start_paused = true)]
async fn what_no_channel_wants_is_settled() {
    let office =
        Office::with(&[channel("phone", "events: [recovered]"), channel("chat", "minSeverity: critical")]);
    office.tell(&[warning("a")]);
    office.delivered().await;
    assert_eq!(office.receivers.attempts("phone") + office.receivers.attempts("chat"), 0);
}

#[tokio::test(start_paused = true)]
async fn what_says_the_same_is_sent_once_also_over_a_restart() {
    let mut office = Office::with(&[channel("phone", "dedupe: 1h")]);
    let again = || Notification { body: "again".to_owned(), ..warning("a") };
    office.tell(&[warning("a"), again()]);
    office.delivered().await;
    office.pass(Duration::from_mins(50)).await;
    office.restart().await;
    office.tell(&[again()]);
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["a"]);
    office.pass(Duration::from_mins(10)).await;
    office.tell(&[again()]);
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["a", "a"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_over_is_news_again_also_over_a_restart() {
    let mut office = Office::with(&[channel("phone", "dedupe: 1h")]);
    let over = || Notification { event: NotificationEvent::Recovered, ..warning("a is over") };
    office.tell(&[warning("a"), over()]);
    office.delivered().await;
    office.restart().await;
    office.tell(&[over(), warning("a")]);
    office.delivered().await;
    office.restart().await;
    office.tell(&[warning("a")]);
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["a", "a is over", "a"]);
}

fn names<const N: usize>(titles: [&str; N]) -> Vec<String> {
    titles.map(str::to_owned).to_vec()
}
