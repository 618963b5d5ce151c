//! What is wrong with the host at large, as far as it follows from data alone.

use podsteward_domain::finding::Severity;
use podsteward_domain::notification::Notification;
use podsteward_specs::channel::NotificationEvent;
use podsteward_store::OutboxId;

use super::*;

fn at(minutes: u64) -> Moment {
    Moment::default().after(Duration::from_mins(minutes))
}

/// A notification of the first minute, which was tried so often, and arrived or did not.
fn entry(attempts: u32, delivered: bool) -> OutboxEntry {
    let delivery = Delivery {
        channel: "phone".to_owned(),
        tried: at(0),
        delivered,
        in_doubt: false,
        dropped: None,
        attempts,
        last_error: None,
        next: None,
    };
    let notification = Notification {
        event: NotificationEvent::Alert,
        severity: Severity::Warning,
        object: Key::host(),
        title: String::new(),
        body: String::new(),
        about: None,
    };
    let deliveries = if attempts == 0 { Vec::new() } else { vec![delivery] };
    OutboxEntry { id: OutboxId(1), at: at(0), notification, deliveries }
}

#[test]
fn a_notification_is_stuck_once_it_failed_again_and_again_for_a_quarter_of_an_hour() {
    assert!(!is_stuck(&entry(3, false), at(14)));
    assert!(is_stuck(&entry(3, false), at(15)));
    assert!(!is_stuck(&entry(2, false), at(15)));
    assert!(!is_stuck(&entry(3, true), at(15)));
}

#[test]
fn a_notification_that_waits_for_quiet_hours_to_end_is_not_stuck() {
    assert!(!is_stuck(&entry(0, false), at(600)));
    assert!(!is_stuck(&entry(1, false), at(600)));
}
