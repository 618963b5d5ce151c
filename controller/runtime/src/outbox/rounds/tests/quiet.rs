//! Quiet hours: who waits, and what comes of it when they are over.

use std::time::Duration;

use crate::outbox::fixtures::{channel, critical, warning};

use super::names;
use super::office::Office;
use super::over::{sick, well};

const LUNCH: &str = "quietHours: {zone: UTC, from: \"11:00\", to: \"12:30\"}";

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
async fn what_is_over_before_the_end_of_the_quiet_hours_leaves_no_trace() {
    let office = Office::with(&[channel("phone", LUNCH), channel("chat", "")]);
    office.tell(&[sick()]);
    office.pass(Duration::from_mins(1)).await;
    assert_eq!(office.undelivered(), 1);
    office.tell(&[well()]);
    office.delivered().await;
    assert_eq!(office.minutes_passed(), 1);
    assert_eq!(office.receivers.attempts("phone"), 0);
    assert_eq!(office.arrived("chat"), ["sick", "well ends 1"]);
}

#[tokio::test(start_paused = true)]
async fn much_that_waited_comes_as_one_digest_once_also_where_it_fails_at_first() {
    let mut office = Office::with(&[channel("phone", LUNCH)]);
    office.tell(&["a", "b", "c", "d"].map(warning));
    office.pass(Duration::from_mins(10)).await;
    office.tell(&[sick()]);
    office.pass(Duration::from_mins(15)).await;
    office.restart().await;
    office.receivers.put("phone", super::office::Down::Refuses(500, None));
    office.pass(Duration::from_mins(6)).await;
    assert!(office.receivers.attempts("phone") >= 3);
    office.receivers.mend("phone");
    office.tell(&[critical("e")]);
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["5 notifications waited through the quiet hours", "e"]);
    office.tell(&[well()]);
    office.delivered().await;
    assert_eq!(office.arrived("phone")[2], "well ends 5", "what a digest told has an end, too");
}
