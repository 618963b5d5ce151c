//! The globs: what each matches below its root.

use super::glob;

/// Which of the paths a glob matches.
fn matched(pattern: &str) -> Vec<&'static str> {
    let paths = ["a.log", "b.LOG", ".log", "c.log.1", "d/a.log", "d/e/a.log", "d/e/f"];
    let matcher = glob(pattern).unwrap();
    paths.into_iter().filter(|path| matcher.is_match(path)).collect()
}

#[test]
fn a_star_stays_within_a_name_and_two_go_over_directories() {
    assert_eq!(matched("*.log"), ["a.log", ".log"]);
    assert_eq!(matched("?.log"), ["a.log"]);
    assert_eq!(matched("**/*.log"), ["a.log", ".log", "d/a.log", "d/e/a.log"]);
    assert_eq!(matched("d/*"), ["d/a.log"]);
    assert_eq!(matched("d/**"), ["d/a.log", "d/e/a.log", "d/e/f"]);
    assert_eq!(matched("[ab].{log,LOG}"), ["a.log", "b.LOG"]);
}
