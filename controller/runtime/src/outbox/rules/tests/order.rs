//! The order in which a channel is sent what it lacks.

use std::time::Duration;

use podsteward_domain::time::{BootId, Moment};
use podsteward_store::{OutboxEntry, OutboxId};

use super::Case;
use crate::outbox::fixtures::{NOON, at, critical, delivered_to, entry, failed_at, name, warning};

fn first() -> OutboxEntry {
    entry(1, NOON, warning("a"))
}

fn second() -> OutboxEntry {
    entry(2, NOON, critical("b"))
}

#[test]
fn the_oldest_that_the_channel_lacks_goes_first() {
    let check = |entries: &[OutboxEntry], expected: &str| Case::of("").check(entries, expected);
    check(&[], " => nothing");
    check(&[first(), second()], "1 due, 2 due => send 1");
    check(&[delivered_to(first(), "chat"), second()], "1 due, 2 due => send 1");
    check(&[delivered_to(first(), "phone"), second()], "2 due => send 2");
    check(&[delivered_to(first(), "phone"), delivered_to(second(), "phone")], " => nothing");
}

#[test]
fn what_is_tried_again_is_not_overtaken() {
    let failed = failed_at(first(), "phone", at(3));
    Case::of("").check(&[failed.clone(), second()], "1 due, 2 due => in 3");
    Case::of("").at(3).check(&[failed.clone(), second()], "1 due, 2 due => send 1");
    Case::of("").check(&[failed_at(first(), "chat", at(3)), second()], "1 due, 2 due => send 1");
}

#[test]
fn what_is_refused_as_such_is_overtaken_and_tried_again() {
    let mut case = Case::of("");
    case.refused.insert((name("phone"), OutboxId(1)));
    let refused = failed_at(first(), "phone", at(5));
    case.check(&[refused.clone(), second()], "1 due, 2 due => send 2");
    case.check(&[refused.clone(), failed_at(second(), "phone", at(7))], "1 due, 2 due => in 5");
    case.at(5).check(&[refused, second()], "1 due, 2 due => send 1");
}

#[test]
fn after_a_boot_everything_is_tried_at_once() {
    let failed = failed_at(first(), "phone", at(5));
    let now = Moment { wall_ms: NOON.wall_ms - 1, boot_ms: 1_000, boot_id: BootId(2) };
    Case { now, ..Case::of("") }.check(&[failed], "1 due => send 1");
}

#[test]
fn what_a_channel_does_not_want_or_has_in_other_words_holds_up_nothing() {
    let case = Case::of("minSeverity: critical").told(9, 0, &critical("b"));
    let entries = [failed_at(first(), "phone", at(5)), second(), entry(3, at(1), critical("c"))];
    case.check(&entries, "1 unwanted, 2 same, 3 due => send 3");
}

#[test]
fn a_wall_clock_that_jumps_does_not_move_what_is_due() {
    let failed = failed_at(first(), "phone", at(5));
    let now = Moment { wall_ms: NOON.wall_ms - 86_400_000, ..NOON.after(Duration::from_mins(2)) };
    Case { now, ..Case::of("") }.check(&[failed], "1 due => in 3");
}
