//! What is deleted when the files are not any more what they were when they were found.
//!
//! Owns these races. Never deletes outside of its own directories.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::super::tests::{OLD, YOUNG, select, tree, write};
use super::super::{Limits, find};
use super::*;

fn named(path: &str) -> Vec<FoundFile> {
    vec![FoundFile { path: path.to_owned(), size: 0 }]
}

/// What keeps the file of this path below a root.
fn kept(root: &Path, path: &str) -> String {
    let deleted = delete(&select(root, "**"), &named(path)).unwrap();
    assert_eq!((deleted.count, deleted.bytes), (0, 0));
    deleted.kept.join(", ")
}

#[test]
fn what_was_found_is_deleted_and_nothing_else() {
    let dir = tree(&[("a", OLD), ("below/b", OLD), ("young", YOUNG)]);
    let selection = select(dir.path(), "**");
    let found = find(&selection, Limits::default()).unwrap();
    let deleted = delete(&selection, &found.files).unwrap();
    assert_eq!(deleted, Deleted { count: 2, bytes: 8192, kept: vec![] });
    assert!(dir.path().join("young").exists() && dir.path().join("below").is_dir());
    assert!(!dir.path().join("a").exists() && !dir.path().join("below/b").exists());
}

#[test]
fn a_file_with_further_names_frees_nothing() {
    let dir = tree(&[("a", OLD)]);
    fs::hard_link(dir.path().join("a"), dir.path().join("b")).unwrap();
    let selection = select(dir.path(), "**");
    assert_eq!(delete(&selection, &named("a")).unwrap().bytes, 0);
    assert_eq!(delete(&selection, &named("b")).unwrap().bytes, 4096);
}

#[test]
fn a_file_that_is_gone_already_is_neither_deleted_nor_kept() {
    let dir = tree(&[]);
    for path in ["gone", "below/gone"] {
        assert_eq!(delete(&select(dir.path(), "**"), &named(path)).unwrap(), Deleted::default());
    }
}

#[test]
fn a_directory_that_became_a_symlink_leads_nowhere() {
    let elsewhere = tree(&[("a", OLD)]);
    let dir = tree(&[("below/a", OLD)]);
    let found = find(&select(dir.path(), "**"), Limits::default()).unwrap();
    fs::remove_dir_all(dir.path().join("below")).unwrap();
    symlink(elsewhere.path(), dir.path().join("below")).unwrap();
    let deleted = delete(&select(dir.path(), "**"), &found.files).unwrap();
    assert_eq!(deleted.kept, ["below/a: its directory is none any more"]);
    assert!(elsewhere.path().join("a").exists());
}

#[test]
fn a_root_that_became_a_symlink_leads_nowhere() {
    let elsewhere = tree(&[("a", OLD)]);
    let dir = tree(&[("root/a", OLD)]);
    let root = dir.path().join("root");
    fs::remove_dir_all(&root).unwrap();
    symlink(elsewhere.path(), &root).unwrap();
    assert!(matches!(delete(&select(&root, "**"), &named("a")), Err(Error::Symlink(_))));
    assert!(elsewhere.path().join("a").exists());
}

#[test]
fn what_is_no_regular_file_any_more_stays() {
    let dir = tree(&[("other", OLD), ("directory/x", YOUNG)]);
    symlink(dir.path().join("other"), dir.path().join("link")).unwrap();
    for path in ["link", "directory"] {
        assert_eq!(kept(dir.path(), path), format!("{path}: it is no regular file any more"));
    }
    assert!(dir.path().join("other").exists());
}

#[test]
fn what_was_changed_meanwhile_stays() {
    let dir = tree(&[("a", OLD)]);
    write(&dir.path().join("a"), YOUNG);
    assert_eq!(kept(dir.path(), "a"), "a: it was changed meanwhile");
}

#[test]
fn a_path_that_leads_out_of_the_root_leads_nowhere() {
    let dir = tree(&[("outside", OLD), ("root/a", OLD)]);
    let root = dir.path().join("root");
    let outside = dir.path().join("outside");
    for path in ["../outside", "..", "/", outside.to_str().unwrap()] {
        assert_ne!(kept(&root, path), "");
    }
    assert!(outside.exists());
}

#[test]
fn what_does_not_match_stays() {
    let dir = tree(&[("a.txt", OLD)]);
    let deleted = delete(&select(dir.path(), "*.log"), &named("a.txt")).unwrap();
    assert_eq!(deleted.kept, ["a.txt: it does not match the glob"]);
}

/// Somebody exchanges a directory for a symlink to elsewhere, over and over, while files in it are deleted.
#[test]
fn nothing_elsewhere_is_deleted_however_fast_a_directory_is_swapped() {
    let elsewhere = tree(&[("a", OLD)]);
    let dir = tree(&[]);
    let (below, link) = (dir.path().join("below"), dir.path().join("link"));
    fs::create_dir(&below).unwrap();
    symlink(elsewhere.path(), &link).unwrap();
    let over = AtomicBool::new(false);
    let (mut deleted, mut stayed) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                renameat_with(CWD, &below, CWD, &link, RenameFlags::EXCHANGE).unwrap();
            }
        });
        let real = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|data| data.is_dir());
        // Until both have happened often: the directory was there, and the symlink was.
        for _ in 0..1_000_000 {
            if deleted >= 100 && stayed >= 100 {
                break;
            }
            // The file is written under either name, wherever the directory is at the moment.
            for path in [&below, &link] {
                if real(path) {
                    let file = fs::File::create(path.join("a")).unwrap();
                    file.set_modified(std::time::UNIX_EPOCH).unwrap();
                }
            }
            let outcome = delete(&select(dir.path(), "**"), &named("below/a")).unwrap();
            deleted += outcome.count;
            stayed += outcome.kept.len();
            assert!(fs::metadata(elsewhere.path().join("a")).is_ok());
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(deleted >= 100 && stayed >= 100, "{deleted} deleted, {stayed} stayed");
}
