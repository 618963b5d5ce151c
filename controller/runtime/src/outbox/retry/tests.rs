//! The delays, as a table.

use std::time::Duration;

use super::{Pace, wait};

#[test]
fn the_wait_doubles_from_five_seconds_to_five_minutes_less_up_to_a_tenth() {
    let wholes = [5, 10, 20, 40, 80, 160, 300, 300, 300];
    for seed in 0..50 {
        for (failures, whole) in (1..).zip(wholes) {
            let (whole, wait) = (Duration::from_secs(whole), wait(Pace::Usual, failures, seed));
            assert!((whole.mul_f64(0.9)..=whole).contains(&wait), "after {failures}: {wait:?}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_wait_and_another_seed_another() {
    assert_eq!(wait(Pace::Usual, 3, 1), wait(Pace::Usual, 3, 1));
    assert_ne!(wait(Pace::Usual, 3, 1), wait(Pace::Usual, 3, 2));
}

#[test]
fn what_a_person_must_mend_waits_five_minutes_from_the_first() {
    for failures in [1, 2, 20] {
        let wait = wait(Pace::Slow, failures, 7);
        assert!((270..=300).contains(&wait.as_secs()), "{wait:?}");
    }
}

#[test]
fn what_is_hardly_ever_taken_waits_an_hour() {
    assert!((3_240..=3_600).contains(&wait(Pace::Rare, 1, 7).as_secs()));
}

#[test]
fn what_a_receiver_asks_for_holds_but_none_is_asked_ever_faster_or_left_for_longer_than_an_hour() {
    let asked = |secs| Pace::NotBefore(Duration::from_secs(secs));
    assert_eq!(wait(asked(120), 1, 7), Duration::from_mins(2));
    assert_eq!(wait(asked(86_400), 1, 7), Duration::from_hours(1));
    assert_eq!(wait(asked(1), 1, 7), Duration::from_secs(1));
    assert_eq!(wait(asked(0), 1, 7), Duration::from_secs(1));
    assert_eq!(wait(asked(0), 4, 7), Duration::from_secs(8));
    assert_eq!(wait(asked(0), 40, 7), Duration::from_mins(1));
}

#[test]
fn no_number_of_failures_overflows() {
    assert_eq!(wait(Pace::Usual, u32::MAX, 7), wait(Pace::Usual, 33, 7));
    assert_eq!(wait(Pace::Usual, 0, 7), wait(Pace::Usual, 1, 7));
}
