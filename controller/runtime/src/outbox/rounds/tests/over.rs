//! Recoveries reach those who heard of the trouble, also over a restart and a long time.

use std::time::Duration;

use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::notification::Notification;
use podsteward_specs::channel::NotificationEvent;

use crate::outbox::fixtures::{channel, warning};

use super::office::{Down, Office};

/// A trouble of the container `web`.
pub(super) fn sick() -> Notification {
    Notification { about: Some(FindingKind::Unhealthy), ..warning("sick") }
}

/// Its end.
pub(super) fn well() -> Notification {
    let (event, severity) = (NotificationEvent::Recovered, Severity::Info);
    Notification { event, severity, title: "well".to_owned(), ..sick() }
}

#[tokio::test(start_paused = true)]
async fn a_recovery_goes_to_the_channels_that_got_the_trouble() {
    let office = Office::with(&[
        channel("phone", "minSeverity: warning"),
        channel("pager", "minSeverity: critical"),
        channel("log", "events: [alert]"),
    ]);
    office.tell(&[sick()]);
    office.delivered().await;
    office.pass(Duration::from_hours(30 * 24)).await;
    office.tell(&[well()]);
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["sick", "well ends 1"]);
    assert_eq!(office.receivers.attempts("pager"), 0);
    assert_eq!(office.arrived("log"), ["sick"]);
}

#[tokio::test(start_paused = true)]
async fn a_restart_forgets_nobody_who_is_to_hear_that_it_is_over() {
    let mut office = Office::with(&[channel("phone", "")]);
    office.tell(&[sick()]);
    office.delivered().await;
    office.restart().await;
    office.tell(&[well(), well()]);
    office.delivered().await;
    office.restart().await;
    office.tell(&[well()]);
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["sick", "well ends 1"]);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_was_away_hears_of_the_trouble_and_then_of_its_end() {
    let office = Office::with(&[channel("phone", "")]);
    office.receivers.put("phone", Down::Refuses(503, None));
    office.tell(&[sick()]);
    office.pass(Duration::from_mins(3)).await;
    office.tell(&[well()]);
    office.receivers.mend("phone");
    office.delivered().await;
    assert_eq!(office.arrived("phone"), ["sick", "well ends 1"]);
}

#[tokio::test(start_paused = true)]
async fn what_flaps_is_told_once_and_again_when_it_stays_bad() {
    let mut office = Office::with(&[channel("phone", "dedupe: 10m")]);
    for _ in 0..20 {
        office.tell(&[sick()]);
        office.pass(Duration::from_secs(10)).await;
        office.tell(&[well()]);
        office.pass(Duration::from_secs(5)).await;
    }
    assert_eq!(office.arrived("phone"), ["sick", "well ends 1"]);
    assert_eq!(office.undelivered(), 0);
    office.tell(&[sick()]);
    office.restart().await;
    office.delivered().await;
    assert_eq!((office.arrived("phone").len(), office.minutes_passed()), (3, 10));
}
