//! The order in which a channel is sent what it lacks.

use std::time::Duration;

use podsteward_domain::time::{BootId, Moment};
use podsteward_store::OutboxEntry;

use super::super::{Delivered, Next, next};
use crate::outbox::fixtures::{NOON, at, channel, critical, delivered_to, entry, failed_at, warning};

/// What the channel `phone` does at noon: the number of what it is sent, or the minutes until something is due.
fn check(entries: &[OutboxEntry], quiet: Option<Moment>, expected: &str) {
    check_at(NOON, entries, quiet, expected);
}

fn check_at(now: Moment, entries: &[OutboxEntry], quiet: Option<Moment>, expected: &str) {
    let answer = match next(entries, &channel("phone", ""), quiet, &Delivered::default(), now) {
        Next::Send(entry) => format!("send {}", entry.id.0),
        Next::In(wait) => format!("in {}", wait.as_secs() / 60),
        Next::Nothing => "nothing".to_owned(),
    };
    assert_eq!(answer, expected);
}

fn first() -> OutboxEntry {
    entry(1, NOON, warning("a"))
}

fn second() -> OutboxEntry {
    entry(2, NOON, critical("b"))
}

#[test]
fn the_oldest_that_the_channel_lacks_goes_first() {
    check(&[], None, "nothing");
    check(&[first(), second()], None, "send 1");
    check(&[delivered_to(first(), "chat"), second()], None, "send 1");
    check(&[delivered_to(first(), "phone"), second()], None, "send 2");
    check(&[delivered_to(first(), "phone"), delivered_to(second(), "phone")], None, "nothing");
}

#[test]
fn what_is_tried_again_is_not_overtaken() {
    let failed = failed_at(first(), "phone", at(3));
    check(&[failed.clone(), second()], None, "in 3");
    check_at(at(3), &[failed.clone(), second()], None, "send 1");
    check(&[failed_at(first(), "chat", at(3)), second()], None, "send 1");
}

#[test]
fn what_waits_for_the_quiet_hours_to_end_is_overtaken_by_the_critical() {
    let quiet = Some(at(60));
    check(&[first()], quiet, "in 60");
    check(&[first(), second()], quiet, "send 2");
    check(&[first(), delivered_to(second(), "phone")], quiet, "in 60");
    check(&[first(), failed_at(second(), "phone", at(5))], quiet, "in 5");
    check(&[failed_at(first(), "phone", at(5)), second()], quiet, "send 2");
    check(&[first(), failed_at(second(), "phone", at(5))], None, "send 1");
}

#[test]
fn after_a_boot_everything_is_tried_at_once() {
    let failed = failed_at(first(), "phone", at(5));
    let later = Moment { wall_ms: NOON.wall_ms - 1, boot_ms: 1_000, boot_id: BootId(2) };
    check_at(later, &[failed], None, "send 1");
}

#[test]
fn what_a_channel_does_not_want_or_has_in_other_words_holds_up_nothing() {
    let phone = channel("phone", "minSeverity: critical");
    let mut delivered = Delivered::default();
    delivered.put(&phone.name, &critical("b"), NOON);
    let third = entry(3, at(1), critical("c"));
    let entries = [failed_at(first(), "phone", at(5)), second(), third.clone()];
    assert_eq!(next(&entries, &phone, None, &delivered, NOON), Next::Send(&third));
}

#[test]
fn a_wall_clock_that_jumps_does_not_move_what_is_due() {
    let failed = failed_at(first(), "phone", at(5));
    let jumped = Moment { wall_ms: NOON.wall_ms - 86_400_000, ..NOON.after(Duration::from_mins(2)) };
    check_at(jumped, &[failed], None, "in 3");
}
