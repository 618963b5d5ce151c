//! The order of a walk, and what ends it.
//!
//! Owns these cases; what a walk must not enter is proven where it is used. Never leaves its own directories.

use std::fs;

use super::*;

fn walked(root: &Path, bounds: Bounds) -> (Vec<String>, Unseen) {
    let mut seen = Vec::new();
    let root = Root::open(root).unwrap();
    let unseen = walk(&root, bounds, &mut |file| {
        seen.push(file.directory.join(file.name).to_str().unwrap().to_owned());
    });
    (seen, unseen)
}

fn tree(files: &[&str]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in files {
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }
    dir
}

const EVERYTHING: Bounds = Bounds { depth: usize::MAX, entries: u64::MAX, time: Duration::from_mins(1) };

#[test]
fn what_is_near_the_root_comes_first() {
    let dir = tree(&["a/b/c/file", "file", "a/file", "a/b/file"]);
    let (seen, unseen) = walked(dir.path(), EVERYTHING);
    assert_eq!(seen, ["file", "a/file", "a/b/file", "a/b/c/file"]);
    assert_eq!(unseen, Unseen::default());
}

#[test]
fn a_walk_goes_no_deeper_than_it_is_told() {
    let dir = tree(&["file", "a/file", "a/b/file"]);
    let (seen, unseen) = walked(dir.path(), Bounds { depth: 1, ..EVERYTHING });
    assert_eq!(seen, ["file", "a/file"]);
    assert!(!unseen.bounded);
}

#[test]
fn a_walk_that_ends_at_a_bound_says_so() {
    let dir = tree(&["a", "b", "c"]);
    assert_eq!(walked(dir.path(), Bounds { entries: 3, ..EVERYTHING }).1, Unseen::default());
    assert!(walked(dir.path(), Bounds { entries: 2, ..EVERYTHING }).1.bounded);
    assert!(walked(dir.path(), Bounds { time: Duration::ZERO, ..EVERYTHING }).1.bounded);
}
