//! Durations: what is read, what is refused, and that printing and reading are inverse.

use std::time::Duration;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{parse, print};

fn check(texts: &[&str], expected: &Expect) {
    let lines = texts.iter().map(|text| match parse(text) {
        Ok(duration) => format!("{text} = {} ms\n", duration.as_millis()),
        Err(error) => format!("{error}\n"),
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn a_chain_of_units_is_read_largest_first() {
    check(
        &["30s", "5m", "1h30m", "7d", "500ms", "1d2h3m4s5ms", "0s"],
        &expect![[r"
        30s = 30000 ms
        5m = 300000 ms
        1h30m = 5400000 ms
        7d = 604800000 ms
        500ms = 500 ms
        1d2h3m4s5ms = 93784005 ms
        0s = 0 ms
    "]],
    );
}

#[test]
fn everything_else_is_refused_with_what_is_allowed() {
    check(
        &[
            "",
            "30",
            "1.5",
            "1.5h",
            "m",
            "5min",
            "30m1h",
            "5m5m",
            " 5m",
            "-5m",
            "5M",
            "5é",
            "99999999999999999999s",
            "36501d",
        ],
        &expect![[r"
            '' is not a duration (a duration such as 30s, 5m, 1h30m, 7d or 500ms)
            '30' has no unit (a duration such as 30s, 5m, 1h30m, 7d or 500ms)
            '1.5' has no unit (a duration such as 30s, 5m, 1h30m, 7d or 500ms)
            '1.5h' is not a duration (a duration such as 30s, 5m, 1h30m, 7d or 500ms)
            'm' is not a duration (a duration such as 30s, 5m, 1h30m, 7d or 500ms)
            '5min' is not a duration (a duration such as 30s, 5m, 1h30m, 7d or 500ms)
            '30m1h' is not a duration (a duration such as 30s, 5m, 1h30m, 7d or 500ms)
            '5m5m' is not a duration (a duration such as 30s, 5m, 1h30m, 7d or 500ms)
            ' 5m' is not a duration (a duration such as 30s, 5m, 1h30m, 7d or 500ms)
            '-5m' is not a duration (a duration such as 30s, 5m, 1h30m, 7d or 500ms)
            '5M' is not a duration (a duration such as 30s, 5m, 1h30m, 7d or 500ms)
            '5é' is not a duration (a duration such as 30s, 5m, 1h30m, 7d or 500ms)
            '99999999999999999999s' is too long (at most 36500d)
            '36501d' is too long (at most 36500d)
        "]],
    );
}

proptest! {
    #[test]
    fn printing_and_reading_are_inverse(millis in 0..=36_500 * 86_400_000u64) {
        let duration = Duration::from_millis(millis);
        prop_assert_eq!(parse(&print(duration)), Ok(duration));
    }

    #[test]
    fn any_text_is_answered_without_a_panic(text in ".*") {
        let _ = parse(&text);
    }
}
