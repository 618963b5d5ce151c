//! What is found below a directory, and what is not.
//!
//! Owns the trees that the tests of this module share. Never looks outside of its own directories.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, UNIX_EPOCH};

use tempfile::TempDir;

use super::*;

/// Now, in seconds since 1970.
pub(super) const NOW: u64 = 1_000_000;
/// Older than this is old.
pub(super) const AGE: u64 = 1_000;
/// When old files were changed.
pub(super) const OLD: u64 = NOW - AGE;
/// When young files were changed.
pub(super) const YOUNG: u64 = NOW - AGE + 1;

/// A directory with these files, each with when it was changed.
pub(super) fn tree(files: &[(&str, u64)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, changed) in files {
        write(&dir.path().join(path), *changed);
    }
    dir
}

/// Writes a file of one block that was changed then.
pub(super) fn write(path: &Path, changed: u64) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, [1; 4096]).unwrap();
    fs::File::open(path).unwrap().set_modified(UNIX_EPOCH + Duration::from_secs(changed)).unwrap();
}

/// Nothing is named.
static NOTHING: Named = Named::none();

/// The old files below a directory that match.
pub(super) fn select<'a>(root: &'a Path, glob: &'a str) -> Selection<'a> {
    let now_wall_ms = i64::try_from(NOW * 1000).unwrap();
    Selection { root, glob, older_than: Duration::from_secs(AGE), now_wall_ms, named: &NOTHING }
}

fn all(root: &Path, glob: &str) -> Found {
    find(&select(root, glob), Limits::default()).unwrap()
}

fn paths(found: &Found) -> Vec<&str> {
    found.files.iter().map(|file| file.path.as_str()).collect()
}

#[test]
fn nothing_of_a_snapshot_is_found() {
    let kept =
        [".podsteward-snapshots/autonomous-apply-1/a.log", ".db.podsteward-restoring/a.log", "db/a.log"];
    let dir = tree(&kept.map(|path| (path, OLD)));
    assert_eq!(paths(&all(dir.path(), "**/*.log")), ["db/a.log"]);
}

#[test]
fn nothing_of_podmans_storage_is_found_wherever_it_lies() {
    let kept =
        ["storage/db.sql", "storage/storage.lock", "storage/volumes/db/_data/a.sql", "a.sql", "db/a.sql"];
    let dir = tree(&kept.map(|path| (path, OLD)));
    assert_eq!(paths(&all(dir.path(), "**")), ["a.sql", "db/a.sql"]);
    let inside = dir.path().join("storage/volumes/db/_data");
    let why = refusal(&inside, &[]).unwrap();
    assert!(why.ends_with("/storage/volumes/db/_data lies in the storage of Podman"), "{why}");
}

#[test]
fn only_old_files_that_match_are_found() {
    let dir = tree(&[("a.log", OLD), ("b.log", YOUNG), ("c.txt", OLD), ("deep/d.log", OLD), (".e.log", OLD)]);
    assert_eq!(paths(&all(dir.path(), "*.log")), [".e.log", "a.log"]);
    assert_eq!(paths(&all(dir.path(), "*/*.log")), ["deep/d.log"]);
    assert_eq!(paths(&all(dir.path(), "**/*.log")), [".e.log", "a.log", "deep/d.log"]);
    assert_eq!(paths(&all(dir.path(), "deep/**")), ["deep/d.log"]);
}

#[test]
fn a_file_from_the_future_is_young() {
    let dir = tree(&[("a", NOW + 1_000_000)]);
    assert_eq!(all(dir.path(), "**"), Found::default());
}

#[test]
fn no_symlink_is_followed_or_found() {
    let elsewhere = tree(&[("kept", OLD)]);
    let dir = tree(&[("a", OLD)]);
    std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("directory")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("kept"), dir.path().join("file")).unwrap();
    assert_eq!(paths(&all(dir.path(), "**")), ["a"]);
}

#[test]
fn a_root_behind_a_symlink_is_an_error() {
    let dir = tree(&[("real/below/a", OLD)]);
    std::os::unix::fs::symlink(dir.path().join("real"), dir.path().join("link")).unwrap();
    for root in ["link", "link/below"] {
        let root = dir.path().join(root);
        let error = find(&select(&root, "**"), Limits::default()).unwrap_err();
        let text = format!("{} is reached through a symlink: name the directory itself", root.display());
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn a_root_that_is_missing_relative_or_a_file_is_an_error() {
    let dir = tree(&[("a", OLD)]);
    let error = |root: &Path| find(&select(root, "**"), Limits::default()).unwrap_err().to_string();
    assert_eq!(error(Path::new("tmp")), "tmp is not absolute");
    for name in ["missing", "a"] {
        let path = dir.path().join(name);
        assert_eq!(error(&path), format!("cannot open {}", path.display()));
    }
}

#[test]
fn a_glob_that_cannot_be_read_is_an_error() {
    let dir = tree(&[]);
    let error = find(&select(dir.path(), "a[b"), Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), "the glob cannot be read");
}

#[test]
fn the_oldest_files_come_first_and_stay_when_there_are_too_many() {
    let dir = tree(&[("c", 30), ("a", 10), ("d", 40), ("b", 20)]);
    let found = find(&select(dir.path(), "*"), Limits { files: 2, ..Limits::default() }).unwrap();
    assert_eq!((paths(&found), found.truncated), (vec!["a", "b"], true));
    let found = find(&select(dir.path(), "*"), Limits { files: 4, ..Limits::default() }).unwrap();
    assert_eq!((paths(&found), found.truncated), (vec!["a", "b", "c", "d"], false));
}

#[test]
fn looking_ends_after_so_many_entries_and_after_so_long() {
    let dir = tree(&[("a", OLD), ("b", OLD), ("c", OLD)]);
    let found = find(&select(dir.path(), "*"), Limits { entries: 2, ..Limits::default() }).unwrap();
    assert_eq!((found.files.len(), found.truncated), (2, true));
    let found = find(&select(dir.path(), "*"), Limits { time: Duration::ZERO, ..Limits::default() }).unwrap();
    assert_eq!((found.files.len(), found.truncated), (0, true));
}

#[test]
fn a_name_that_nobody_can_read_is_counted_and_stays() {
    let dir = tree(&[("a", OLD)]);
    write(&dir.path().join(std::ffi::OsStr::from_bytes(b"\xff")), OLD);
    let found = all(dir.path(), "*");
    assert_eq!((paths(&found), found.not_utf8), (vec!["a"], 1));
}

#[test]
fn a_file_takes_what_it_takes_on_the_disk() {
    let dir = tree(&[("full", OLD)]);
    let sparse = fs::File::create(dir.path().join("sparse")).unwrap();
    sparse.set_len(1 << 30).unwrap();
    sparse.set_modified(UNIX_EPOCH).unwrap();
    let sizes: Vec<u64> = all(dir.path(), "*").files.iter().map(|file| file.size).collect();
    assert_eq!(sizes, [0, 4096]);
}

#[test]
fn a_file_with_several_names_frees_its_space_with_the_last_one() {
    let dir = tree(&[("below/a", OLD), ("below/other", OLD)]);
    let link = |from: &str, to: &str| fs::hard_link(dir.path().join(from), dir.path().join(to)).unwrap();
    link("below/a", "below/b");
    link("below/other", "outside");
    let files = all(dir.path(), "below/*").files;
    let sizes: Vec<(&str, u64)> = files.iter().map(|file| (file.path.as_str(), file.size)).collect();
    assert_eq!(sizes, [("below/a", 0), ("below/b", 4096), ("below/other", 0)]);
}
