//! Which directories count for what.
//!
//! Owns these trees. Never looks outside of its own directories.

use std::fs;

use super::*;

fn tree(files: &[(&str, usize)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, blocks) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, vec![1; blocks * 4096]).unwrap();
    }
    dir
}

fn largest(top: &Path, max: usize) -> Vec<(String, u64)> {
    let found = largest_below(top, max, Duration::from_mins(1)).unwrap();
    assert!(found.complete);
    let name = |path: PathBuf| path.strip_prefix(top).unwrap().display().to_string();
    found.largest.into_iter().map(|(path, bytes)| (name(path), bytes / 4096)).collect()
}

#[test]
fn the_largest_directory_comes_first_and_nothing_counts_twice() {
    let dir = tree(&[("top", 1), ("a/file", 2), ("a/b/c/file", 3), ("a/b/c/d/e/file", 4), ("x/y/file", 5)]);
    let all = [("a/b/c", 7), ("x/y", 5), ("a", 2), ("", 1)].map(|(name, blocks)| (name.to_owned(), blocks));
    assert_eq!(largest(dir.path(), 10), all);
    assert_eq!(largest(dir.path(), 2), all[..2]);
}

#[test]
fn a_file_with_two_names_counts_once() {
    let dir = tree(&[("a/file", 2)]);
    fs::hard_link(dir.path().join("a/file"), dir.path().join("a/again")).unwrap();
    assert_eq!(largest(dir.path(), 10), [("a".to_owned(), 2)]);
}

#[test]
fn a_directory_is_as_large_as_all_below_it() {
    let dir = tree(&[("other", 1), ("a/file", 2), ("a/b/c/d/e/file", 3)]);
    let size = |below: &str, time| directory_size(&dir.path().join(below), time);
    assert_eq!(size("a", Duration::from_mins(1)).unwrap(), Some(5 * 4096));
    assert_eq!(size("a", Duration::ZERO).unwrap(), None);
    assert!(size("none", Duration::from_mins(1)).is_err());
}

#[test]
fn what_was_not_looked_at_is_admitted() {
    let dir = tree(&[("a/file", 2)]);
    assert!(!largest_below(dir.path(), 10, Duration::ZERO).unwrap().complete);
}
