//! Windows: when they are open and when they open next, over midnight and over a clock that is set.

use expect_test::{Expect, expect};
use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZoneDatabase;

use super::{Day, Window};

fn window(days: &[i8], from: (i8, i8), to: (i8, i8)) -> Window {
    Window {
        zone: TimeZoneDatabase::bundled().get("Europe/Berlin").unwrap(),
        days: days.iter().map(|day| Day(*day)).collect(),
        from: Time::constant(from.0, from.1, 0, 0),
        to: Time::constant(to.0, to.1, 0, 0),
    }
}

/// Tells of each time in UTC whether the window is open, and in Berlin's time when it opens next.
fn check(window: &Window, times: &[&str], expected: &Expect) {
    let tell = |time: &&str| {
        let now: Timestamp = time.parse().unwrap();
        let state = match window.opens(now.as_millisecond()) {
            _ if window.is_open(now.as_millisecond()) => "open".to_owned(),
            Some(opens) => {
                let opens = Timestamp::from_millisecond(opens).unwrap().to_zoned(window.zone.clone());
                format!("opens {}", opens.strftime("%a %Y-%m-%d %H:%M %:z"))
            }
            None => "never opens".to_owned(),
        };
        format!("{}: {state}\n", now.to_zoned(window.zone.clone()).strftime("%a %m-%d %H:%M:%S %:z"))
    };
    expected.assert_eq(&times.iter().map(tell).collect::<String>());
}

#[test]
fn a_window_is_open_from_its_beginning_until_just_before_its_end() {
    check(
        &window(&[], (2, 0), (5, 0)),
        &["2026-01-15T00:59:59Z", "2026-01-15T01:00:00Z", "2026-01-15T03:59:59Z", "2026-01-15T04:00:00Z"],
        &expect![[r"
            Thu 01-15 01:59:59 +01:00: opens Thu 2026-01-15 02:00 +01:00
            Thu 01-15 02:00:00 +01:00: open
            Thu 01-15 04:59:59 +01:00: open
            Thu 01-15 05:00:00 +01:00: opens Fri 2026-01-16 02:00 +01:00
        "]],
    );
}

#[test]
fn a_window_over_midnight_lasts_until_the_next_day() {
    check(
        &window(&[], (22, 0), (6, 0)),
        &["2026-01-15T20:59:59Z", "2026-01-15T21:00:00Z", "2026-01-16T04:59:59Z", "2026-01-16T05:00:00Z"],
        &expect![[r"
            Thu 01-15 21:59:59 +01:00: opens Thu 2026-01-15 22:00 +01:00
            Thu 01-15 22:00:00 +01:00: open
            Fri 01-16 05:59:59 +01:00: open
            Fri 01-16 06:00:00 +01:00: opens Fri 2026-01-16 22:00 +01:00
        "]],
    );
}

#[test]
fn the_days_are_those_on_which_it_begins() {
    check(
        &window(&[4], (22, 0), (6, 0)),
        &[
            "2026-01-15T22:00:00Z",
            "2026-01-16T04:00:00Z",
            "2026-01-16T21:00:00Z",
            "2026-01-17T04:00:00Z",
            "2026-01-17T05:00:00Z",
            "2026-01-17T22:00:00Z",
        ],
        &expect![[r"
            Thu 01-15 23:00:00 +01:00: opens Fri 2026-01-16 22:00 +01:00
            Fri 01-16 05:00:00 +01:00: opens Fri 2026-01-16 22:00 +01:00
            Fri 01-16 22:00:00 +01:00: open
            Sat 01-17 05:00:00 +01:00: open
            Sat 01-17 06:00:00 +01:00: opens Fri 2026-01-23 22:00 +01:00
            Sat 01-17 23:00:00 +01:00: opens Fri 2026-01-23 22:00 +01:00
        "]],
    );
}

#[test]
fn a_window_of_one_day_opens_again_a_week_later() {
    check(
        &window(&[3], (2, 0), (5, 0)),
        &["2026-01-15T02:00:00Z", "2026-01-15T04:00:00Z", "2026-01-22T00:59:00Z"],
        &expect![[r"
            Thu 01-15 03:00:00 +01:00: open
            Thu 01-15 05:00:00 +01:00: opens Thu 2026-01-22 02:00 +01:00
            Thu 01-22 01:59:00 +01:00: opens Thu 2026-01-22 02:00 +01:00
        "]],
    );
}

#[test]
fn a_beginning_that_the_clock_skips_comes_as_much_later_as_it_was_set() {
    check(
        &window(&[], (2, 30), (5, 0)),
        &["2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z", "2026-03-29T03:00:00Z"],
        &expect![[r"
            Sun 03-29 01:59:00 +01:00: opens Sun 2026-03-29 03:30 +02:00
            Sun 03-29 03:00:00 +02:00: opens Sun 2026-03-29 03:30 +02:00
            Sun 03-29 03:30:00 +02:00: open
            Sun 03-29 05:00:00 +02:00: opens Mon 2026-03-30 02:30 +02:00
        "]],
    );
}

#[test]
fn a_window_that_the_clock_skips_from_end_to_end_is_moved_and_one_that_would_end_before_it_begins_is_left_out()
 {
    check(
        &window(&[], (2, 15), (2, 45)),
        &["2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z", "2026-03-29T01:45:00Z"],
        &expect![[r"
            Sun 03-29 03:00:00 +02:00: opens Sun 2026-03-29 03:15 +02:00
            Sun 03-29 03:15:00 +02:00: open
            Sun 03-29 03:45:00 +02:00: opens Mon 2026-03-30 02:15 +02:00
        "]],
    );
    check(
        &window(&[6], (2, 30), (3, 15)),
        &["2026-03-29T00:00:00Z", "2026-03-29T01:10:00Z"],
        &expect![[r"
        Sun 03-29 01:00:00 +01:00: opens Sun 2026-04-05 02:30 +02:00
        Sun 03-29 03:10:00 +02:00: opens Sun 2026-04-05 02:30 +02:00
    "]],
    );
}

#[test]
fn a_window_over_the_night_of_a_shorter_day_is_an_hour_shorter() {
    check(
        &window(&[5], (22, 0), (6, 0)),
        &["2026-03-28T20:59:59Z", "2026-03-28T21:00:00Z", "2026-03-29T03:59:59Z", "2026-03-29T04:00:00Z"],
        &expect![[r"
            Sat 03-28 21:59:59 +01:00: opens Sat 2026-03-28 22:00 +01:00
            Sat 03-28 22:00:00 +01:00: open
            Sun 03-29 05:59:59 +02:00: open
            Sun 03-29 06:00:00 +02:00: opens Sat 2026-04-04 22:00 +02:00
        "]],
    );
}

#[test]
fn of_a_time_that_comes_twice_the_first_counts() {
    check(
        &window(&[], (2, 30), (5, 0)),
        &[
            "2026-10-25T00:29:59Z",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:10:00Z",
            "2026-10-25T03:59:59Z",
            "2026-10-25T04:00:00Z",
        ],
        &expect![[r"
            Sun 10-25 02:29:59 +02:00: opens Sun 2026-10-25 02:30 +02:00
            Sun 10-25 02:30:00 +02:00: open
            Sun 10-25 02:10:00 +01:00: open
            Sun 10-25 04:59:59 +01:00: open
            Sun 10-25 05:00:00 +01:00: opens Mon 2026-10-26 02:30 +01:00
        "]],
    );
    check(
        &window(&[], (1, 0), (2, 30)),
        &["2026-10-25T00:29:59Z", "2026-10-25T00:30:00Z", "2026-10-25T01:10:00Z"],
        &expect![[r"
            Sun 10-25 02:29:59 +02:00: open
            Sun 10-25 02:30:00 +02:00: opens Mon 2026-10-26 01:00 +01:00
            Sun 10-25 02:10:00 +01:00: opens Mon 2026-10-26 01:00 +01:00
        "]],
    );
}

#[test]
fn every_window_is_open_when_it_said_that_it_opens_and_was_not_just_before() {
    let windows = [
        window(&[], (2, 30), (5, 0)),
        window(&[6], (2, 15), (3, 10)),
        window(&[0, 5], (23, 30), (2, 30)),
        window(&[2], (0, 0), (0, 1)),
    ];
    let start = "2026-03-20T00:00:00Z".parse::<Timestamp>().unwrap().as_millisecond();
    for window in &windows {
        for hour in 0..24 * 300 {
            let now = start + hour * 3_600_000;
            let Some(opens) = window.opens(now) else {
                assert!(window.is_open(now), "{window:?} at {now}");
                continue;
            };
            assert!(
                opens > now && window.is_open(opens) && !window.is_open(opens - 1),
                "{window:?} at {now}"
            );
        }
    }
}

#[test]
fn a_time_beyond_the_calendar_is_in_no_window() {
    let window = window(&[], (2, 0), (5, 0));
    assert!(!window.is_open(i64::MAX));
    assert_eq!(window.opens(i64::MAX), None);
}

#[test]
fn a_window_is_printed_as_it_is_written() {
    let printed = serde_json::to_string(&window(&[5, 0], (22, 0), (6, 0))).unwrap();
    expect![[r#"{"zone":"Europe/Berlin","days":["Mon","Sat"],"from":"22:00:00","to":"06:00:00"}"#]]
        .assert_eq(&printed);
}

#[test]
fn a_clock_shows_the_time_of_the_place() {
    let at = |time: &str| time.parse::<Timestamp>().unwrap().as_millisecond();
    let window = window(&[], (22, 0), (7, 0));
    assert_eq!(window.clock(at("2026-01-15T22:05:59Z")), "23:05");
    assert_eq!(window.clock(at("2026-07-15T22:05:00Z")), "00:05");
}
