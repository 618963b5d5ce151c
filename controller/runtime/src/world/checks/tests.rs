//! When a healthcheck's result came in, by a clock that nobody sets.

use std::time::Duration;

use podsteward_domain::live::HealthStatus;
use podsteward_domain::time::{BootId, Moment};

use super::Checks;

fn at(secs: u64) -> Moment {
    Moment { wall_ms: 0, boot_ms: 0, boot_id: BootId(1) }.after(Duration::from_secs(secs))
}

#[test]
fn a_result_that_was_there_before_was_not_seen_to_come_in_and_the_next_one_is() {
    let mut checks = Checks::default();
    checks.note(Some(1_000), at(1));
    assert_eq!(checks.seen(), None);
    checks.note(Some(2_000), at(2));
    checks.note(Some(2_000), at(3));
    assert_eq!(checks.seen(), Some(at(2)), "the same result again is not a new one");
    checks.note(Some(-86_400_000), at(4));
    assert_eq!(checks.seen(), Some(at(4)), "a clock that was put back makes no result old");
    checks.note(None, at(5));
    assert_eq!(checks.seen(), None);
}

#[test]
fn checks_that_do_not_end_are_results_until_one_ends_or_the_container_is_started_anew() {
    let mut checks = Checks { timeouts: 2, timed_out: Some(at(7)), latest: None };
    assert_eq!(checks.seen(), Some(at(7)));
    assert_eq!(checks.hanging(3), None);
    assert_eq!(checks.hanging(2).map(|health| health.status), Some(HealthStatus::Unhealthy));
    checks.begin_anew();
    assert_eq!((checks.seen(), checks.hanging(1)), (None, None));
}
