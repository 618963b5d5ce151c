//! Which lines are left of a log.

use super::*;

fn lines(parts: &[&[u8]], lines_max: usize) -> Vec<String> {
    let mut tail = Tail::default();
    for part in parts {
        tail.push(part);
    }
    tail.lines(lines_max)
}

#[test]
fn the_last_lines_are_kept_the_newest_last() {
    assert_eq!(lines(&[b"a\nb\n", b"c\n"], 2), ["b", "c"]);
    assert_eq!(lines(&[b"a\nb\n"], 9), ["a", "b"]);
    assert_eq!(lines(&[b"a\n"], 0), Vec::<String>::new());
    assert_eq!(lines(&[], 9), Vec::<String>::new());
}

#[test]
fn a_line_may_come_in_parts_be_empty_or_have_no_end() {
    assert_eq!(lines(&[b"long ", b"line\n", b"\n", b"open"], 9), ["long line", "", "open"]);
}

#[test]
fn what_is_no_text_is_shown_as_far_as_it_is() {
    assert_eq!(lines(&[b"\xffbad\r\n"], 9), ["\u{fffd}bad"]);
}

#[test]
fn a_long_log_is_cut_at_a_line() {
    let row = [b"x".repeat(999), b"\n".to_vec()].concat();
    let kept = lines(&[row.as_slice()].repeat(1000), 1000);
    assert_eq!(kept.len(), BYTES_MAX / 1000);
    assert!(kept.iter().all(|line| line.len() == 999));
}

#[test]
fn of_one_endless_line_the_end_is_kept() {
    let kept = lines(&[&b"x".repeat(3 * BYTES_MAX), b"end\n"], 9);
    assert_eq!(kept.len(), 1);
    assert!(kept[0].ends_with("xend") && kept[0].len() < BYTES_MAX);
}
