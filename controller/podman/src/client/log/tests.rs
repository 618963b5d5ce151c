//! The frames of a log, in whatever pieces they come.

use super::*;

/// A line of each stream and an empty frame.
const LOG: &[u8] =
    b"\x01\0\0\0\0\0\0\x04out\n\x02\0\0\0\0\0\0\x04err\n\x01\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\x05last\n";

fn lines(pieces: impl Iterator<Item = &'static [u8]>) -> Vec<String> {
    let mut frames = Frames::default();
    pieces.for_each(|piece| frames.push(piece).unwrap());
    frames.tail.lines(9)
}

#[test]
fn frames_may_be_cut_anywhere() {
    for size in 1..=LOG.len() {
        assert_eq!(lines(LOG.chunks(size)), ["out", "err", "last"], "pieces of {size}");
    }
}

#[test]
fn a_frame_that_promises_gigabytes_costs_nothing() {
    assert_eq!(lines([&b"\x01\0\0\0\xff\xff\xff\xffa\n"[..]].into_iter()), ["a"]);
}

#[test]
fn what_is_not_in_frames_is_no_log() {
    let error = Frames::default().push(b"plain text\n").unwrap_err();
    assert!(matches!(error, Failure::Shape(_)), "{error:?}");
}
