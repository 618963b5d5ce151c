//! The rounds, under virtual time, with receivers that fail as they are told to.

mod counted;
mod doubt;
mod failing;
mod office;
mod over;
mod quiet;

use std::time::Duration;

use podsteward_domain::notification::Notification;

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

fn names<const N: usize>(titles: [&str; N]) -> Vec<String> {
    titles.map(str::to_owned).to_vec()
}
