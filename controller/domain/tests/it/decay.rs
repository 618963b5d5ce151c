//! How what is remembered fades.

use std::time::Duration;

use podsteward_domain::decay::decayed;
use podsteward_domain::time::{BootId, Moment};
use podsteward_domain::track::{Adjustment, Record};
use podsteward_specs::policy::RemediationPolicy;
use proptest::prelude::*;

use crate::fixture::NOW;

const DAY: Duration = Duration::from_hours(24);
const MONTH: Duration = Duration::from_hours(30 * 24);

#[test]
fn half_is_left_after_each_half_life() {
    for (months, left) in
        [(0, 1_000_000), (1, 500_000), (2, 250_000), (3, 125_000), (10, 976), (19, 1), (64, 0), (u32::MAX, 0)]
    {
        assert_eq!(decayed(1_000_000, MONTH * months, MONTH), left, "{months} months");
        assert_eq!(decayed(-1_000_000, MONTH * months, MONTH), -left, "{months} months");
    }
    // 2^(-1/2) and 2^(-1/30) of a million.
    assert_eq!(decayed(1_000_000, MONTH / 2, MONTH), 707_106);
    assert_eq!(decayed(1_000_000, DAY, MONTH) / 10, 97_716);
}

#[test]
fn no_time_takes_nothing_and_no_half_life_takes_all() {
    assert_eq!(decayed(i64::MAX, Duration::ZERO, MONTH), i64::MAX);
    assert_eq!(decayed(1_000_000, MONTH, Duration::ZERO), 0);
    assert_eq!(decayed(1_000_000, Duration::MAX, MONTH), 0);
}

#[test]
fn a_failure_long_ago_weighs_less_than_one_of_today() {
    let learning = RemediationPolicy::default().learning;
    let after = |months: u32| {
        let failed = Record::default().with(false, NOW, &learning).with(false, NOW, &learning);
        failed.share(NOW.after(MONTH * months), &learning).to_string()
    };
    assert_eq!([after(0), after(1), after(2), after(60)], ["0.42", "0.525", "0.60", "0.70"]);
}

#[test]
fn a_lesson_fades_by_half_in_a_month_either_way() {
    let learning = RemediationPolicy::default().learning;
    for (points, left) in [(1000, 500), (-3000, -1500)] {
        let adjustment = Adjustment::default().with(points, NOW, &learning);
        assert_eq!(adjustment.left(NOW.after(MONTH), &learning).0, left);
    }
}

#[test]
fn a_wall_clock_that_jumps_changes_nothing_that_is_remembered_within_a_boot() {
    let learning = RemediationPolicy::default().learning;
    let record = Record::default().with(false, NOW, &learning);
    for jump in [-86_400_000, 86_400_000] {
        let jumped = Moment { wall_ms: NOW.wall_ms + jump, ..NOW };
        assert_eq!(record.share(jumped, &learning), record.share(NOW, &learning));
    }
    let booted = Moment { wall_ms: NOW.wall_ms - 86_400_000, boot_ms: 1000, boot_id: BootId(2) };
    assert_eq!(record.share(booted, &learning), record.share(NOW, &learning), "it does not grow either");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// More time leaves never more.
    #[test]
    fn what_fades_never_grows(value in any::<i64>(), first in 0..200_000_000u64, more in 0..200_000_000u64) {
        let value = value.max(-i64::MAX);
        let [early, late] = [first, first + more].map(|secs| decayed(value, Duration::from_secs(secs), MONTH));
        prop_assert!(late.abs() <= early.abs() && early.abs() <= value.abs());
        prop_assert!(late == 0 || late.signum() == value.signum());
    }

    /// It fades by as much whether it was looked at in between or not, but for rounding.
    #[test]
    fn a_look_in_between_takes_nothing(value in 0..1_000_000_000i64, first in 0..9_000_000u64, then in 0..9_000_000u64) {
        let [first, then] = [first, then].map(Duration::from_secs);
        let at_once = decayed(value, first + then, MONTH);
        let in_two = decayed(decayed(value, first, MONTH), then, MONTH);
        let rounding = 2 + value / 50_000;
        prop_assert!((at_once - in_two).abs() <= rounding, "{at_once} {in_two}");
    }

    /// In which order outcomes of one moment are noted does not matter.
    #[test]
    fn the_order_of_outcomes_of_a_moment_does_not_matter(outcomes in prop::collection::vec(any::<bool>(), 0..20), hours in 0..5000u32) {
        let learning = RemediationPolicy::default().learning;
        let note = |outcomes: &[bool]| {
            outcomes.iter().fold(Record::default(), |record, good| record.with(*good, NOW, &learning))
        };
        let mut other = outcomes.clone();
        other.sort_unstable();
        let now = NOW.after(Duration::from_hours(1) * hours);
        prop_assert_eq!(note(&outcomes), note(&other));
        prop_assert_eq!(note(&outcomes).share(now, &learning), note(&other).share(now, &learning));
    }

    /// The share lies between 0 and 1 and on the side of the prior where the outcomes are.
    #[test]
    fn a_success_never_lowers_the_share_and_a_failure_never_raises_it(outcomes in prop::collection::vec(any::<bool>(), 0..20), success in any::<bool>()) {
        let learning = RemediationPolicy::default().learning;
        let record = outcomes.iter().fold(Record::default(), |record, good| record.with(*good, NOW, &learning));
        let (before, after) = (record.share(NOW, &learning), record.with(success, NOW, &learning).share(NOW, &learning));
        let held = if success { after >= before } else { after <= before };
        prop_assert!(held, "{before} {after}");
    }
}
