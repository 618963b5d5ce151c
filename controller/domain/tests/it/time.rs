//! Deadlines: kept in boot time within a boot, and neither lost nor frozen across boots.

use std::time::Duration;

use podsteward_domain::time::{BootId, Moment};
use proptest::prelude::*;

const HOUR: Duration = Duration::from_hours(1);

fn moment(wall_ms: i64, boot_ms: u64, boot: u128) -> Moment {
    Moment { wall_ms, boot_ms, boot_id: BootId(boot) }
}

#[test]
fn within_a_boot_a_wall_clock_that_jumps_changes_nothing() {
    let start = moment(0, 1_000, 1);
    for wall_ms in [i64::MIN, -86_400_000, 0, 86_400_000, i64::MAX] {
        assert_eq!(moment(wall_ms, 61_000, 1).left_of(start, HOUR), Duration::from_mins(59), "{wall_ms}");
    }
}

#[test]
fn across_boots_the_wall_clock_tells() {
    let start = moment(0, 500_000, 1);
    assert_eq!(moment(600_000, 20_000, 2).since(start), Duration::from_mins(10));
}

#[test]
fn across_boots_at_least_the_time_since_this_boot_has_passed() {
    let start = moment(0, 500_000, 1);
    assert_eq!(moment(-86_400_000, 20_000, 2).since(start), Duration::from_secs(20));
    assert_eq!(moment(-86_400_000, 3_600_000, 2).left_of(start, HOUR), Duration::ZERO);
}

#[test]
fn the_end_of_a_deadline_is_a_moment_of_this_boot() {
    let now = moment(600_000, 20_000, 2);
    let end = now.end_of(moment(0, 500_000, 1), HOUR).expect("50 minutes are left");
    assert_eq!(end, now.after(Duration::from_mins(50)));
    assert_eq!(now.end_of(moment(0, 500_000, 1), Duration::from_mins(10)), None);
}

#[test]
fn of_two_moments_of_one_boot_the_time_since_it_tells_which_is_later() {
    let (first, second) = (moment(86_400_000, 1_000, 1), moment(0, 2_000, 1));
    assert!(second.is_after(first) && !first.is_after(second) && !first.is_after(first));
    for (one, other) in [(first, second), (second, first)] {
        assert_eq!(
            (one.later(other), one.earlier(other)),
            (second, first),
            "the clock was set back between them"
        );
    }
    let next_boot = moment(86_400_001, 10, 2);
    assert!(next_boot.is_after(first) && !first.is_after(next_boot), "of two boots the wall clock tells");
}

#[test]
fn a_moment_reads_as_people_write_it() {
    assert_eq!(crate::fixture::NOW.to_string(), "2026-11-22T12:00:00Z");
    assert_eq!(moment(-1, 0, 1).to_string(), "1969-12-31T23:59:59Z");
    assert_eq!(moment(i64::MAX, 0, 1).to_string(), format!("@{}ms", i64::MAX));
}

#[test]
fn a_moment_is_stored_and_read_again() {
    let moment = moment(1, 2, u128::MAX);
    let json = serde_json::to_string(&moment).unwrap();
    assert_eq!(serde_json::from_str::<Moment>(&json).unwrap(), moment);
}

fn moments() -> impl Strategy<Value = Moment> {
    (any::<i64>(), any::<u64>(), 0..3u128).prop_map(|(wall_ms, boot_ms, boot)| moment(wall_ms, boot_ms, boot))
}

proptest! {
    #[test]
    fn no_deadline_is_longer_than_its_length_and_each_ends(now in moments(), start in moments(), secs in 0..10_000_000u64) {
        let length = Duration::from_secs(secs);
        let left = now.left_of(start, length);
        prop_assert!(left <= length);
        match now.end_of(start, length) {
            None => prop_assert!(left.is_zero()),
            Some(end) => {
                prop_assert!(!left.is_zero());
                prop_assert_eq!(end.boot_id, now.boot_id);
                // Whoever waits so long finds it over, unless time itself is at its end.
                if now.boot_ms < u64::MAX / 2 && start.boot_ms < u64::MAX / 2 && now.wall_ms.abs() < i64::MAX / 2 {
                    let later = now.after(end.since(now));
                    prop_assert_eq!(later.end_of(start, length), None);
                }
            }
        }
    }
}
