//! Looking ahead: what is foreseen from which past, and in which words.
//!
//! Owns the cases. The past is text: day by day what is used, in percent of 1 TB, with what happened in between.

mod contest;
mod past;
mod series;

use std::time::Duration;

use expect_test::{Expect, expect};
use podsteward_domain::forecast::{
    Forecast, Goal, Growth, History, Outlook, Point, SCORED_AFTER, accuracy, finding, fit, score,
};
use podsteward_domain::score::Score;
use podsteward_domain::time::Moment;
use podsteward_specs::disk::Forecast as Policy;
use proptest::prelude::*;

use self::past::{Past, TOTAL, goal, now, told};

const POLICY: Policy = Policy {
    lookback: Duration::from_hours(7 * 24),
    horizon: Duration::from_hours(14 * 24),
    min_confidence: 6000,
};

/// What is foreseen from a past.
#[expect(clippy::needless_pass_by_value, reason = "an expectation is written where it is used")]
fn check(past: &str, expect: Expect) {
    let forecast = fit(&Past::of(past).history, &goal(), now());
    expect.assert_eq(&told(&forecast, &POLICY));
}

#[test]
fn even_growth_is_foreseen_with_its_interval() {
    check(
        "60 +2 +2 +2 +2 +2 +2 +2",
        expect![[r#"
        grows by 2.00 % a day (2.00 % to 2.00 %), sure to 0.90
        critical: at the present rate (18.6 GiB a day) it reaches 85 % in 6d (6d to 6d), sure to 0.90"#]],
    );
    check("20 +1 +1 +1 +1 +1 +1 +1", expect!["grows by 1.00 % a day (1.00 % to 1.00 %), sure to 0.90"]);
    check("70 -1 -1 -1 -1 -1 -1 -1", expect!["steady: -1.00 % a day"]);
}

#[test]
fn uneven_growth_has_a_wider_interval_and_is_less_sure() {
    check(
        "60 +4 +1 +3 +0 +2 +3 +1",
        expect![[r#"
        grows by 1.80 % a day (1.54 % to 2.02 %), sure to 0.90
        critical: at the present rate (16.7 GiB a day) it reaches 85 % in 6d (5d to 7d), sure to 0.90"#]],
    );
    check("60 +4 -1 +3 -2 +2 +3 +1", expect!["grows by 1.00 % a day (0.52 % to 1.32 %), sure to 0.855"]);
}

#[test]
fn what_is_there_already_is_foreseen_for_now() {
    check(
        "72 +2 +2 +2 +2 +2 +2 +2",
        expect![[r#"
        grows by 2.00 % a day (2.00 % to 2.00 %), sure to 0.90
        critical: it is at 85 % and grows by 18.6 GiB a day, sure to 0.90"#]],
    );
}

#[test]
fn nothing_is_foreseen_from_too_little() {
    check("", expect!["unknown: nothing was measured yet"]);
    check("60 +2 last 23h", expect!["unknown: there are samples of 22h50m only, and 1d is needed"]);
    check("60 +2 +2 +2 +2 +2 +2 +2 without 0h-3h", expect!["unknown: nothing was measured for the last 3h"]);
    check(
        "60 +2 +2 +2 +2 +2 +2 +2 without 24h-72h",
        expect!["unknown: nothing was measured for 2d in between"],
    );
    check("60 +2 +2 +2 +2 +2 +2 +2 without 0h-400h", expect!["unknown: nothing was measured yet"]);
    check(
        "60 +2 +2 +2 +2 +2 +2 +2 ahead 1h",
        expect!["unknown: samples lie in the future: the clock was put back"],
    );
    check(
        "60 +2 +2 without 2h-8h without 9h-15h without 16h-22h without 23h-29h without 30h-36h",
        expect!["unknown: only 19 of the last 49 hours were measured"],
    );
}

#[test]
fn a_sample_of_a_clock_that_was_plainly_wrong_is_none() {
    check(
        "20 +1 +1 +1 +1 +1 +1 +1 ahead 500h",
        expect!["grows by 1.00 % a day (1.00 % to 1.00 %), sure to 0.90"],
    );
}

#[test]
fn a_night_without_samples_is_borne() {
    check(
        "60 +2 +2 +2 +2 +2 +2 +2 without 24h-33h without 48h-57h",
        expect![[r#"
        grows by 1.88 % a day (1.72 % to 2.00 %), sure to 0.8613
        critical: at the present rate (17.4 GiB a day) it reaches 85 % in 6d (6d to 6d), sure to 0.8613"#]],
    );
}

#[test]
fn a_day_of_samples_is_enough_to_see_growth_but_not_to_be_sure_of_it() {
    check("60 +8", expect!["grows by 8.00 % a day (8.00 % to 8.00 %), sure to 0.5935"]);
    check(
        "60 +8 +8",
        expect![[r#"
        grows by 8.00 % a day (8.00 % to 8.00 %), sure to 0.6449
        critical: at the present rate (74.5 GiB a day) it reaches 85 % in 1d4h (1d4h to 1d4h), sure to 0.6449"#]],
    );
}

#[test]
fn what_podsteward_itself_freed_changes_nothing() {
    check(
        "60 +2 +2 +2 clean 8 +2 +2 +2 +2",
        expect![[r#"
        grows by 2.00 % a day (2.00 % to 2.00 %), sure to 0.90
        warning: at the present rate (18.6 GiB a day) it reaches 85 % in 10d (10d to 10d), sure to 0.90"#]],
    );
}

#[test]
fn a_single_step_is_no_growth() {
    check("50 +0 +0 +0 step 15 +0 +0 +0 +0", expect!["steady: 0.00 % a day"]);
    check("80 +0 +0 +0 step -15 +0 +0 +0 +0", expect!["steady: 0.00 % a day"]);
    check("50 +0 step 5 +0 +0 step 5 +0 +0 +0", expect!["steady: 0.00 % a day"]);
    check(
        "50 +1 +1 +1 step 15 +1 +1 +1 +1",
        expect![[r#"
        grows by 0.99 % a day (0.99 % to 1.00 %), sure to 0.90
        warning: at the present rate (9.2 GiB a day) it reaches 85 % in 13d (13d to 13d), sure to 0.90"#]],
    );
}

#[test]
fn a_step_every_day_is_growth() {
    check(
        "50 step 2 +0 step 2 +0 step 2 +0 step 2 +0 step 2 +0 step 2 +0 step 2 +0",
        expect![[r#"
        grows by 2.00 % a day (2.00 % to 2.00 %), sure to 0.90
        warning: at the present rate (18.6 GiB a day) it reaches 85 % in 11d (11d to 11d), sure to 0.90"#]],
    );
}

#[test]
fn what_comes_and_goes_within_a_day_is_no_growth() {
    check(
        "60 up 20 6h +0 up 20 6h +0 up 20 6h +0 up 20 6h +0 up 20 6h +0 up 20 6h +0 up 20 6h +0",
        expect!["steady: 0.00 % a day"],
    );
    check(
        "60 up 20 6h +1 up 20 6h +1 up 20 6h +1 up 20 6h +1 up 20 6h +1 up 20 6h +1 up 20 6h +1",
        expect!["grows by 1.00 % a day (1.00 % to 1.00 %), sure to 0.90"],
    );
}

#[test]
fn growth_that_was_given_back_before_counts_only_above_the_level_it_had_then() {
    let rotated = "60 +4 +4 +4 +4 step -16 +4 +4 +4 +4 step -16 +4 +4 +4 +4 step -16 ";
    check(&format!("{rotated} +4 +4 +4"), expect!["steady: 3.00 % a day"]);
    check(
        &format!("{rotated} +4 +4 +4 +4 +4"),
        expect![[r#"
        grows by 3.20 % a day (2.78 % to 4.00 %), sure to 0.8992
        critical: at the present rate (29.8 GiB a day) it reaches 85 % in 1d20h (1d11h to 2d), sure to 0.8992"#]],
    );
}

#[test]
fn growth_after_a_cleanup_by_hand_counts_from_the_former_level_on_or_after_the_lookback() {
    check("60 +3 +3 +3 +3 +3 step -20 +3 +3 +3", expect!["steady: 2.40 % a day"]);
    check(
        "60 +3 +3 step -8 +3 +3 +3 +3",
        expect![[r#"
        grows by 2.25 % a day (2.00 % to 3.00 %), sure to 0.8489
        warning: at the present rate (20.9 GiB a day) it reaches 85 % in 7d (5d to 8d), sure to 0.8489"#]],
    );
    check(
        "60 +3 +3 +3 +3 +3 step -20 +3 +3 +3 +3 +3 +3 +3 +3",
        expect![[r#"
        grows by 3.00 % a day (3.00 % to 3.00 %), sure to 0.90
        critical: at the present rate (27.9 GiB a day) it reaches 85 % in 2d (2d to 2d), sure to 0.90"#]],
    );
}

#[test]
fn growth_that_became_much_faster_is_seen_within_days() {
    check("50 +0 +0 +0 +0 +0 +0 +9", expect!["grows by 9.00 % a day (9.00 % to 9.00 %), sure to 0.5913"]);
    check(
        "50 +0 +0 +0 +0 +0 +0 +9 proven",
        expect![[r#"
        grows by 9.00 % a day (9.00 % to 9.00 %), sure to 0.6571
        critical: at the present rate (83.8 GiB a day) it reaches 85 % in 3d (3d to 3d), sure to 0.6571"#]],
    );
    check(
        "50 +1 +1 +1 +1 +9 +9 +9",
        expect![[r#"
        grows by 9.00 % a day (9.00 % to 9.00 %), sure to 0.90
        critical: at the present rate (83.8 GiB a day) it reaches 85 % in 12h (12h to 12h), sure to 0.90"#]],
    );
}

#[test]
fn earlier_errors_make_a_forecast_less_sure() {
    let mut past = Past::of("60 +2 +2 +2 +2 +2 +2 +2");
    let sure = |past: &Past| fit(&past.history, &goal(), now()).growth().map(|growth| growth.confidence);
    let unproven = sure(&past);
    past.history.errors = vec![0; 24];
    let proven = sure(&past);
    past.history.errors = vec![500; 24];
    let wrong = sure(&past);
    assert!(wrong < unproven && unproven < proven, "{wrong:?} {unproven:?} {proven:?}");
}

#[test]
fn errors_weigh_by_their_median() {
    assert_eq!(accuracy(&[]), Score::new(9000));
    assert_eq!(accuracy(&[0, 0, 9000]), Score::ONE);
    assert_eq!(accuracy(&[500]), Score::new(5000));
    // Only the newest week of looks counts.
    assert_eq!(accuracy(&[vec![9000; 500], vec![0; 168]].concat()), Score::ONE);
}

/// A forecast of now that expects so many bytes a day.
fn made(outlook: Outlook) -> Forecast {
    Forecast { at: now(), used: TOTAL / 2, lasting: TOTAL / 2, total: TOTAL, act: TOTAL, outlook }
}

fn growth(seconds: u64, confidence: u16) -> Growth {
    let slope = i64::try_from(TOTAL / 100).unwrap();
    Growth {
        slope,
        slope_low: slope,
        slope_high: slope,
        seconds,
        seconds_early: seconds / 2,
        seconds_late: seconds * 2,
        confidence: Score::new(confidence),
    }
}

#[test]
fn a_forecast_is_scored_a_day_later_by_its_share_of_the_whole() {
    let growing = made(Outlook::Growing(growth(0, 10_000)));
    let later = |length: Duration| now().after(length);
    let almost = later(SCORED_AFTER.checked_sub(Duration::from_millis(1)).unwrap());
    assert_eq!(score(&growing, TOTAL / 2, almost), None);
    assert_eq!(score(&growing, TOTAL / 100 * 51, later(SCORED_AFTER)), Some(0));
    assert_eq!(score(&growing, TOTAL / 100 * 54, later(SCORED_AFTER)), Some(300));
    assert_eq!(score(&growing, TOTAL / 100 * 50, later(SCORED_AFTER * 3)), Some(300));
    assert_eq!(score(&made(Outlook::Steady { slope: 0 }), TOTAL / 100 * 53, later(SCORED_AFTER)), Some(300));
    assert_eq!(score(&made(Outlook::Unknown { why: String::new() }), TOTAL, later(SCORED_AFTER)), None);
}

#[test]
fn a_finding_depends_on_the_time_left_and_on_how_sure_it_is() {
    let check = |days: u64, confidence, stands| {
        let forecast = made(Outlook::Growing(growth(days * 86_400 - 1, confidence)));
        finding(&forecast, &POLICY, stands).map(|(severity, _)| severity.as_str())
    };
    assert_eq!(check(7, 6000, false), Some("critical"));
    assert_eq!(check(8, 6000, false), Some("warning"));
    assert_eq!(check(14, 6000, false), Some("warning"));
    assert_eq!(check(15, 6000, false), None);
    assert_eq!(check(7, 5999, false), None);
    // What stands stays a little longer, so that it does not come and go.
    assert_eq!(check(17, 5000, true), Some("warning"));
    assert_eq!(check(18, 5000, true), None);
    assert_eq!(check(17, 4999, true), None);
}

#[test]
fn ours_has_fewer_false_alarms_and_misses_fewer_fills_than_predict_linear() {
    // Every six hours instead of every hour, so that the test takes seconds.
    let scores = contest::run(Duration::from_hours(6));
    let mut all = contest::Comparison::default();
    let mut told = String::new();
    for (kind, score) in scores {
        all += score;
        told += &contest::line(kind, &score);
    }
    told += &contest::line("all", &all);
    assert!(all.ours.false_alarms < all.theirs.false_alarms && all.ours.missed < all.theirs.missed, "{told}");
    expect![[r#"
        | bursty | 18 | 9 | 0 | 122 | 0 | 2 |
        | image pulls | 12 | 3 | 0 | 3 | 0 | 3 |
        | linear | 18 | 12 | 0 | 0 | 0 | 0 |
        | nightly temp files | 12 | 3 | 0 | 252 | 0 | 3 |
        | sawtooth | 18 | 3 | 0 | 84 | 0 | 3 |
        | slow leak | 9 | 9 | 0 | 0 | 0 | 7 |
        | step after cleanup | 12 | 9 | 0 | 0 | 0 | 0 |
        | all | 99 | 48 | 0 | 461 | 0 | 18 |
    "#]]
    .assert_eq(&told);
}

/// Samples and cleanups of any kind, in any order.
fn anything() -> impl Strategy<Value = (History, Goal)> {
    let time = prop_oneof![
        4 => (0_i64..40 * 86_400_000).prop_map(|age| now().wall_ms - age),
        1 => Just(now().wall_ms),
        1 => any::<i64>(),
    ];
    let bytes = prop_oneof![4 => 0..=TOTAL, 1 => Just(0), 1 => Just(u64::MAX), 1 => any::<u64>()];
    let point = (time.clone(), bytes.clone()).prop_map(|(wall_ms, used)| Point { wall_ms, used });
    let reclaim = (time.clone(), time, bytes.clone());
    let reclaim = reclaim.prop_map(|(from_ms, to_ms, freed)| past::reclaim(from_ms, to_ms, freed));
    let lookback = prop_oneof![Just(7 * 86_400_u64), Just(0), Just(u64::MAX), 0..100 * 86_400_u64];
    let goal = (bytes.clone(), bytes, lookback);
    let goal =
        goal.prop_map(|(act, total, lookback)| Goal { act, total, lookback: Duration::from_secs(lookback) });
    let points = proptest::collection::vec(point, 0..300);
    let reclaims = proptest::collection::vec(reclaim, 0..4);
    let errors = proptest::collection::vec(any::<u16>(), 0..8);
    (points, reclaims, errors, goal)
        .prop_map(|(points, reclaims, errors, goal)| (History { points, reclaims, errors }, goal))
}

/// A month, hour by hour, that may grow, tremble and be cleaned.
fn month() -> impl Strategy<Value = History> {
    let change = prop_oneof![8 => -2_i64..6, 1 => -200_i64..200];
    let changes = proptest::collection::vec(change, 30..600);
    changes.prop_map(|changes| {
        let mut used = 5_000_i64;
        let mut point = |(change, age): (&i64, i64)| {
            used = (used + change).clamp(0, 10_000);
            let wall_ms = now().wall_ms - age * 3_600_000;
            Point { wall_ms, used: used.unsigned_abs() * (TOTAL / 10_000) }
        };
        let ages = (0..600_i64).rev().skip(600 - changes.len());
        let points = changes.iter().zip(ages).map(&mut point).collect();
        History { points, reclaims: Vec::new(), errors: Vec::new() }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_past_has_one_answer_whatever_its_order((history, goal) in anything()) {
        let forecast = fit(&history, &goal, now());
        let mut reversed = history.clone();
        reversed.points.reverse();
        reversed.reclaims.reverse();
        prop_assert_eq!(&forecast, &fit(&history, &goal, now()));
        prop_assert_eq!(&forecast, &fit(&reversed, &goal, now()));
        prop_assert!(score(&forecast, u64::MAX, Moment::default()).is_none_or(|error| error <= 10_000));
        let _ = finding(&forecast, &POLICY, true);
    }

    #[test]
    fn growth_lies_within_its_interval(history in month()) {
        if let Some(growth) = fit(&history, &goal(), now()).growth() {
            prop_assert!(0 < growth.slope_low);
            prop_assert!(growth.slope_low <= growth.slope && growth.slope <= growth.slope_high);
            prop_assert!(growth.seconds_early <= growth.seconds && growth.seconds <= growth.seconds_late);
        }
    }

    #[test]
    fn a_filesystem_of_another_size_has_the_same_outlook(history in month(), times in 2_u64..1000) {
        let mut larger = history.clone();
        larger.points.iter_mut().for_each(|point| point.used *= times);
        let larger_goal = Goal { act: goal().act * times, total: goal().total * times, ..goal() };
        let [small, large] = [fit(&history, &goal(), now()), fit(&larger, &larger_goal, now())];
        let timeless = |forecast: &Forecast| match &forecast.outlook {
            Outlook::Growing(growth) => {
                Some((growth.seconds, growth.seconds_early, growth.seconds_late, growth.confidence))
            }
            Outlook::Unknown { .. } | Outlook::Steady { .. } => None,
        };
        prop_assert_eq!(timeless(&small), timeless(&large));
    }
}
