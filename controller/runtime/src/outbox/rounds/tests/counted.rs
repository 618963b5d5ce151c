//! What did not arrive is one number, in the metric and by the store, and a channel that fails is known to.

use std::time::Duration;

use crate::outbox::fixtures::{channel, critical, warning};

use super::office::{Down, Office};

const LUNCH: &str = "quietHours: {zone: UTC, from: \"11:00\", to: \"12:30\"}";

/// The numbers of the metrics and of the store, which are the same.
fn counted(office: &Office) -> (u64, u64) {
    let standing = office.standing();
    let (due, waiting) = (standing.undelivered(), standing.waiting());
    let metrics = office.metrics();
    for line in [
        format!("podsteward_notifications_undelivered {due}\n"),
        format!("podsteward_notifications_waiting {waiting}\n"),
    ] {
        assert!(metrics.contains(&line), "{line}{metrics}");
    }
    (due, waiting)
}

#[tokio::test(start_paused = true)]
async fn what_did_not_arrive_counts_once_for_every_channel_and_what_waits_is_told_apart() {
    let channels = [channel("chat", ""), channel("dead", ""), channel("phone", LUNCH), channel("well", "")];
    let office = Office::with(&channels);
    office.receivers.put("chat", Down::Refuses(404, None));
    office.receivers.put("dead", Down::Dead(Duration::ZERO));
    office.tell(&[warning("a"), critical("b"), warning("c")]);
    office.pass(Duration::from_mins(1)).await;
    assert_eq!(counted(&office), (6, 2));
    let errors = office.standing().channels.into_iter().map(|it| (it.channel, it.undelivered, it.last_error));
    let errors: Vec<_> = errors.collect();
    let said = |name: &str, error: &str| (name.to_owned(), 3, Some(format!("channel {name}: {error}")));
    assert_eq!(errors[..2], [said("chat", "the answer was 404"), said("dead", "no answer: dead")]);
    office.receivers.mend("chat");
    office.receivers.mend("dead");
    office.delivered().await;
    office.pass(Duration::from_secs(1)).await;
    assert_eq!(counted(&office), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn without_a_channel_every_notification_counts_once() {
    let office = Office::with(&[]);
    office.tell(&[warning("a"), warning("b")]);
    office.pass(Duration::from_mins(1)).await;
    assert_eq!(counted(&office), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_fails_again_and_again_is_known_to_until_it_takes_something_or_is_another() {
    let mut office = Office::with(&[channel("chat", ""), channel("phone", "")]);
    office.receivers.put("chat", Down::Dead(Duration::ZERO));
    office.receivers.put("phone", Down::Dead(Duration::ZERO));
    office.tell(&[warning("a")]);
    office.pass(Duration::from_secs(40)).await;
    office.restart().await;
    office.pass(Duration::from_secs(1)).await;
    let failing = |office: &Office, name| office.found(name).failing;
    assert_eq!(failing(&office, "phone"), Some((4, "no answer: dead".to_owned())));
    office.receivers.mend("phone");
    office.receivers.mend("chat");
    office.declare(&[channel("chat", "minSeverity: critical"), channel("phone", "")]);
    office.pass(Duration::from_secs(1)).await;
    assert_eq!(failing(&office, "chat"), None, "whatever it is now, it was not tried yet");
    office.delivered().await;
    office.pass(Duration::from_mins(6)).await;
    assert_eq!(failing(&office, "phone"), None);
}
