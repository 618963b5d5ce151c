//! Signals: every number keeps its name, and names are read as people write them.

use super::{name, parse};

#[test]
fn every_number_is_read_back_from_its_name() {
    for number in 1..=64 {
        assert_eq!(parse(&name(number)), Some(number), "{}", name(number));
    }
}

#[test]
fn names_are_read_with_and_without_prefix_in_any_case() {
    for text in ["SIGTERM", "TERM", "term", "15", "SigTerm"] {
        assert_eq!(parse(text), Some(15), "{text}");
    }
    assert_eq!(parse("RTMAX-1"), Some(63));
}

#[test]
fn what_is_no_signal_is_refused() {
    for text in ["", "0", "65", "-1", "SIG", "SIGNOPE", "RTMIN+31", "RTMAX-40", "RTMIN+x", "15s"] {
        assert_eq!(parse(text), None, "{text}");
    }
}
