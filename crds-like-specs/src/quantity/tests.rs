//! Quantities: what is read, what is refused, and that printing and reading are inverse.

use std::fmt::Display;
use std::str::FromStr;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::{Bytes, Error, MilliCpu};

fn check<T: FromStr<Err = Error> + Display>(texts: &[&str], expected: &Expect) {
    let lines = texts.iter().map(|text| match text.parse::<T>() {
        Ok(amount) => format!("{text} = {amount}\n"),
        Err(error) => format!("{error}\n"),
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn bytes_are_read_in_binary_and_decimal_units() {
    check::<Bytes>(
        &["0", "1048576", "256Mi", "1.5Gi", "1.50Gi", "500M", "1k", "2T", "3Pi", "007Ki"],
        &expect![[r"
            0 = 0
            1048576 = 1Mi
            256Mi = 256Mi
            1.5Gi = 1536Mi
            1.50Gi = 1536Mi
            500M = 500000000
            1k = 1000
            2T = 1953125000Ki
            3Pi = 3Pi
            007Ki = 7Ki
        "]],
    );
}

#[test]
fn bytes_that_are_no_whole_bytes_are_refused_with_what_is_allowed() {
    check::<Bytes>(
        &[
            "",
            "100m",
            "1.3Ki",
            "1 Gi",
            "1K",
            "1g",
            "-1",
            "+1",
            ".5Gi",
            "1.Gi",
            "1.2.3",
            "Mi",
            "1e3",
            "20000Pi",
            "99999999999999999999999999999999999999999",
            "0.0000000000000000000000000000000000000001",
            "1é",
        ],
        &expect![[r"
            '' is not an amount (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '100m' is in thousandths of a byte: write M or Mi for megabytes (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '1.3Ki' does not come to a whole number of bytes (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '1 Gi' is not an amount (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '1K' is not an amount (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '1g' is not an amount (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '-1' is not an amount (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '+1' is not an amount (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '.5Gi' is not an amount (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '1.Gi' is not an amount (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '1.2.3' is not an amount (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            'Mi' is not an amount (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '1e3' is not an amount (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '20000Pi' is too much (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '99999999999999999999999999999999999999999' is too much (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '0.0000000000000000000000000000000000000001' does not come to a whole number of bytes (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
            '1é' is not an amount (bytes such as 256Mi, 1.5Gi, 500M or 1048576)
        "]],
    );
}

#[test]
fn cpu_is_read_in_cores_and_thousandths() {
    check::<MilliCpu>(
        &["2", "0.5", "500m", "1500m", "0.001"],
        &expect![[r"
        2 = 2
        0.5 = 500m
        500m = 500m
        1500m = 1500m
        0.001 = 1m
    "]],
    );
}

#[test]
fn cpu_that_is_no_whole_thousandth_is_refused_with_what_is_allowed() {
    check::<MilliCpu>(
        &["", "0.0005", "0.5m", "1M", "two", "-1", "99999999999999999999"],
        &expect![[r"
        '' is not an amount (cores such as 2, 0.5 or 500m)
        '0.0005' does not come to a whole number of thousandths of a core (cores such as 2, 0.5 or 500m)
        '0.5m' does not come to a whole number of thousandths of a core (cores such as 2, 0.5 or 500m)
        '1M' is not an amount (cores such as 2, 0.5 or 500m)
        'two' is not an amount (cores such as 2, 0.5 or 500m)
        '-1' is not an amount (cores such as 2, 0.5 or 500m)
        '99999999999999999999' is too much (cores such as 2, 0.5 or 500m)
    "]],
    );
}

proptest! {
    #[test]
    fn printing_and_reading_are_inverse(number in any::<u64>()) {
        prop_assert_eq!(Bytes(number).to_string().parse(), Ok(Bytes(number)));
        prop_assert_eq!(MilliCpu(number).to_string().parse(), Ok(MilliCpu(number)));
    }

    #[test]
    fn any_text_is_answered_without_a_panic(text in ".*") {
        let _ = text.parse::<Bytes>();
        let _ = text.parse::<MilliCpu>();
    }
}
