//! Attempts that are cut off: sent again, and said to be.

use std::time::Duration;

use crate::outbox::fixtures::{channel, warning};

use super::office::{Down, Office};

#[tokio::test(start_paused = true)]
async fn a_message_whose_answer_is_lost_is_sent_again_and_says_so() {
    let office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", Down::Cut);
    office.tell(&["a", "b"].map(warning));
    office.pass(Duration::from_secs(1)).await;
    office.receivers.put("phone", Down::Refuses(500, None));
    office.pass(Duration::from_secs(10)).await;
    office.receivers.mend("phone");
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["a", "a again", "b"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_kill_cut_off_is_sent_again_at_once_and_says_so() {
    let mut office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", Down::Slow(Duration::from_secs(30)));
    office.tell(&["a", "b"].map(warning));
    office.pass(Duration::from_secs(5)).await;
    office.kill().await;
    office.receivers.mend("phone");
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["a again", "b"]);
    assert_eq!(office.minutes_passed(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_is_slow_gets_nothing_twice() {
    let mut office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", Down::Slow(Duration::from_secs(50)));
    office.tell(&["a", "b", "c"].map(warning));
    office.pass(Duration::from_secs(45)).await;
    office.restart().await;
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["a", "b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn an_end_waits_for_an_answer_for_so_long_and_no_longer() {
    let mut office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", Down::Slow(Duration::from_hours(1)));
    office.tell(&[warning("a")]);
    office.pass(Duration::from_secs(1)).await;
    office.restart().await;
    assert_eq!(office.now().since(crate::outbox::fixtures::NOON), Duration::from_secs(11));
    office.receivers.mend("phone");
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["a again"]);
}
