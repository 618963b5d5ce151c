//! Quiet hours: who waits, until when, and what comes of it in the morning.

use std::time::Duration;

use podsteward_domain::finding::Severity;
use podsteward_domain::time::Moment;
use podsteward_store::OutboxEntry;

use super::super::window::{clock, quiet_until};
use super::{Case, of_db, sick, well};
use crate::outbox::fixtures::{NOON, at, channel, critical, entry, failed_at, warning};

/// From eleven to one.
const LUNCH: &str = "quietHours: {zone: UTC, from: \"11:00\", to: \"13:00\"}";

/// A warning of so many minutes after noon.
fn of(id: i64, minutes: u64) -> OutboxEntry {
    entry(id, at(minutes), warning(&id.to_string()))
}

#[test]
fn quiet_hours_hold_everything_but_the_critical() {
    let entries = [of(1, 0), entry(2, NOON, critical("b")), of(3, 0)];
    Case::of(LUNCH).check(&entries, "1 held 60, 2 due, 3 held 60 => send 2");
    let policy = channel("policy", LUNCH).spec.quiet_hours.clone();
    let case = Case { policy, ..Case::of("") };
    case.check(&entries, "1 held 60, 2 due, 3 held 60 => send 2");
}

#[test]
fn up_to_three_that_waited_come_one_by_one_and_more_in_one_digest() {
    let three = [of(1, 10), of(2, 20), of(3, 30)];
    Case::of(LUNCH).at(60).check(&three, "1 waited, 2 waited, 3 waited => send 1");
    let four = [of(1, 10), of(2, 20), of(3, 30), of(4, 61), of(5, 40)];
    let expected = "1 waited, 2 waited, 3 waited, 4 due, 5 waited => send 1+2+3+5";
    Case::of(LUNCH).at(61).check(&four, expected);
    let again: Vec<_> = four.into_iter().map(|entry| failed_at(entry, "phone", at(65))).collect();
    Case::of(LUNCH).at(61).check(&again, "1 waited, 2 waited, 3 waited, 4 due, 5 waited => in 4");
    Case::of(LUNCH).at(65).check(&again, "1 waited, 2 waited, 3 waited, 4 due, 5 waited => send 1+2+3+5");
}

#[test]
fn what_was_over_before_the_morning_is_not_told_at_all() {
    let night = [entry(1, at(1), sick(Severity::Warning)), entry(2, at(9), well())];
    Case::of(LUNCH).at(10).check(&night, "1 over, 2 untold => nothing");
    Case::of(LUNCH).at(60).check(&night, "1 over, 2 untold => nothing");
    let still = [night[0].clone(), night[1].clone(), entry(3, at(20), sick(Severity::Warning))];
    Case::of(LUNCH).at(21).check(&still, "1 over, 2 untold, 3 held 39 => in 39");
    let other = [night[0].clone(), entry(2, at(9), of_db(well()))];
    Case::of(LUNCH).at(10).check(&other, "1 held 50, 2 untold => in 50");
}

#[test]
fn the_end_of_what_was_told_before_waits_for_the_morning() {
    let case = || Case::of(LUNCH).told(1, 0, &sick(Severity::Warning));
    let over = [entry(2, at(10), well())];
    case().at(10).check(&over, "2 held 50 => in 50");
    case().at(60).check(&over, "2 waited => send 2");
    let worse_meanwhile = [entry(2, at(15), sick(Severity::Warning)), entry(3, at(20), well())];
    case().at(20).check(&worse_meanwhile, "2 over, 3 held 40 => in 40");
}

#[test]
fn the_end_of_what_is_critical_passes_too() {
    let case = Case::of(LUNCH).told(1, 0, &sick(Severity::Critical)).at(10);
    case.check(&[entry(2, at(10), well())], "2 due => send 2");
    let untold = [entry(1, at(1), sick(Severity::Critical)), entry(2, at(2), well())];
    Case::of(LUNCH).at(2).check(&untold, "1 due, 2 due => send 1");
}

#[test]
fn what_may_have_arrived_is_not_taken_back() {
    let tried = failed_at(entry(1, at(1), sick(Severity::Warning)), "phone", at(3));
    Case::of(LUNCH).at(2).check(&[tried, entry(2, at(2), well())], "1 held 58, 2 held 58 => in 58");
}

/// The end of the quiet hours of a channel, in minutes after noon.
fn quiet(own: &str, policy: &str, now: Moment) -> Option<u64> {
    let hours =
        |window: &str| if window.is_empty() { String::new() } else { format!("quietHours: {{{window}}}") };
    let policy = channel("policy", &hours(policy)).spec.quiet_hours.clone();
    let until = quiet_until(&channel("phone", &hours(own)), policy.as_ref(), now);
    until.map(|until| until.since(NOON).as_secs() / 60)
}

#[test]
fn quiet_hours_end_when_the_later_of_both_windows_closes() {
    let window = |from: &str, to: &str| format!("zone: UTC, from: {from:?}, to: {to:?}");
    let (early, late, other) = (window("11:00", "12:30"), window("10:00", "13:00"), window("13:00", "14:00"));
    assert_eq!(quiet("", "", NOON), None);
    assert_eq!(quiet(&early, "", NOON), Some(30));
    assert_eq!(quiet("", &early, NOON), Some(30));
    assert_eq!(quiet(&early, &late, NOON), Some(60));
    assert_eq!(quiet(&late, &early, at(29)), Some(60));
    assert_eq!(quiet(&other, "", NOON), None);
    assert_eq!(quiet(&early, "", at(30)), None);
    assert_eq!(quiet(&early, "", NOON.after(Duration::from_millis(1))), Some(30));
}

#[test]
fn quiet_hours_over_midnight_end_on_the_next_day() {
    let night = "zone: UTC, from: \"23:00\", to: \"07:00\"";
    assert_eq!(quiet(night, "", at(11 * 60)), Some(19 * 60));
    assert_eq!(quiet(night, "", at(13 * 60)), Some(19 * 60));
}

#[test]
fn times_are_told_as_clocks_show_them_where_it_is_quiet() {
    let berlin = "quietHours: {zone: Europe/Berlin, from: \"22:00\", to: \"07:00\"}";
    let policy = channel("policy", berlin).spec.quiet_hours.clone();
    assert_eq!(clock(&channel("phone", berlin), None, NOON), "13:00");
    assert_eq!(clock(&channel("phone", ""), policy.as_ref(), NOON), "13:00");
    assert_eq!(clock(&channel("phone", ""), None, NOON), "12:00");
}
