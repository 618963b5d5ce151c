//! The newest files of a glob, what keeps them from being seen, and the text of a metric file.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use podsteward_domain::backup::evidence::SeenFiles;
use tempfile::TempDir;

use super::{Limits, newest, text};

/// A file of so many bytes that was last written at a second.
fn file(dir: &TempDir, path: &str, size: u64, second: u64) {
    let path = dir.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = File::create(path).unwrap();
    file.set_len(size).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(second)).unwrap();
}

fn seen(dir: &TempDir, glob: &str) -> SeenFiles {
    newest(&format!("{}/{glob}", dir.path().display()), 2, Limits::default())
}

/// The names of what is seen, with the second of each.
fn names(dir: &TempDir, glob: &str) -> Vec<String> {
    let name = |path: &str| Path::new(path).strip_prefix(dir.path()).unwrap().display().to_string();
    let seen = seen(dir, glob);
    assert_eq!(seen.unseen, None);
    seen.newest.iter().map(|file| format!("{} {}", name(&file.path), file.changed_ms / 1000)).collect()
}

#[test]
fn the_newest_come_first_and_what_is_too_small_is_counted() {
    let dir = TempDir::new().unwrap();
    file(&dir, "a/1.sql", 2, 1_000);
    file(&dir, "a/2.sql", 2, 3_000);
    file(&dir, "b/3.sql", 9, 2_000);
    file(&dir, "b/empty.sql", 1, 9_000);
    file(&dir, "b/other.txt", 9, 9_000);
    assert_eq!(names(&dir, "*/*.sql"), ["a/2.sql 3000", "b/3.sql 2000", "a/1.sql 1000"]);
    assert_eq!(seen(&dir, "*/*.sql").small, 1);
    assert_eq!(names(&dir, "{a,c}/?.sql"), ["a/2.sql 3000", "a/1.sql 1000"]);
    assert_eq!(names(&dir, "a/1.sql"), ["a/1.sql 1000"]);
    assert_eq!(names(&dir, "c/*"), Vec::<String>::new(), "what is not there is no trouble");
    assert_eq!(names(&dir, "a/1.sql/*"), Vec::<String>::new());
}

#[test]
fn any_depth_is_found_where_the_glob_says_so_and_only_there() {
    let dir = TempDir::new().unwrap();
    file(&dir, "x/y/z/deep", 2, 1_000);
    file(&dir, "x/near", 2, 2_000);
    assert_eq!(names(&dir, "**/deep"), ["x/y/z/deep 1000"]);
    assert_eq!(names(&dir, "x/**"), ["x/near 2000", "x/y/z/deep 1000"]);
    assert_eq!(names(&dir, "x/*"), ["x/near 2000"]);
    assert_eq!(names(&dir, "{x/y,w}/z/*"), ["x/y/z/deep 1000"]);
}

#[test]
fn a_link_to_a_file_counts_as_the_file_and_one_to_a_directory_is_not_entered() {
    let dir = TempDir::new().unwrap();
    file(&dir, "real/1.sql", 5, 1_000);
    symlink(dir.path().join("real/1.sql"), dir.path().join("link.sql")).unwrap();
    symlink(dir.path().join("real"), dir.path().join("latest")).unwrap();
    symlink(dir.path(), dir.path().join("real/round")).unwrap();
    symlink("nowhere", dir.path().join("dangling.sql")).unwrap();
    assert_eq!(names(&dir, "*.sql"), ["link.sql 1000"]);
    assert_eq!(names(&dir, "latest/*.sql"), ["latest/1.sql 1000"]);
    assert_eq!(names(&dir, "**/1.sql"), ["real/1.sql 1000"]);
}

#[test]
fn a_directory_that_cannot_be_read_is_told_where_it_may_lead_to_more() {
    let dir = TempDir::new().unwrap();
    file(&dir, "open/1.sql", 5, 1_000);
    file(&dir, "shut/1.sql", 5, 2_000);
    let shut = dir.path().join("shut");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
    let root = fs::read_dir(&shut).is_ok();
    let all = seen(&dir, "*/*.sql");
    let of_open = seen(&dir, "o*/*.sql");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o700)).unwrap();
    // Root reads everything.
    let told = format!("{} cannot be read: Permission denied (os error 13)", shut.display());
    assert_eq!(all.unseen, (!root).then_some(told));
    assert_eq!(of_open.unseen, None);
    assert_eq!(of_open.newest.len(), 1);
}

#[test]
fn more_than_can_be_looked_at_is_told() {
    let dir = TempDir::new().unwrap();
    for name in 0..10 {
        file(&dir, &format!("{name}"), 5, 1_000);
    }
    let limits = Limits { entries: 5, ..Limits::default() };
    let seen = newest(&format!("{}/*", dir.path().display()), 1, limits);
    let told = format!("there is more below {} than can be looked at", dir.path().display());
    assert_eq!((seen.unseen, seen.newest.len()), (Some(told), 4));
}

#[test]
fn of_many_files_only_the_newest_are_told() {
    let dir = TempDir::new().unwrap();
    for second in 0..50 {
        file(&dir, &format!("{second}"), 5, second);
    }
    let seen = seen(&dir, "*");
    assert_eq!((seen.newest.len(), seen.newest[0].changed_ms), (super::NEWEST_MAX, 49_000));
}

#[test]
fn a_whole_file_is_told_however_many_are_being_written() {
    let dir = TempDir::new().unwrap();
    // Long after now: whatever is this young may be written to still.
    for second in 0..50 {
        file(&dir, &format!("pack-{second}"), 5, 10_000_000_000 + second);
    }
    file(&dir, "older", 5, 1_000);
    file(&dir, "whole", 5, 2_000);
    let seen = seen(&dir, "*");
    assert_eq!(seen.newest.len(), super::NEWEST_MAX);
    assert_eq!(seen.newest[0].changed_ms, 10_000_000_049_000);
    assert_eq!(seen.newest[super::NEWEST_MAX - 1].changed_ms, 2_000_000);
}

#[test]
fn the_text_of_a_metric_file_comes_with_its_time_and_nothing_else_is_read() {
    let dir = TempDir::new().unwrap();
    file(&dir, "m.prom", 0, 5_000);
    fs::write(dir.path().join("m.prom"), "a 1\n").unwrap();
    File::options().write(true).open(dir.path().join("m.prom")).unwrap().set_modified(UNIX_EPOCH).unwrap();
    assert_eq!(text(&dir.path().join("m.prom")).unwrap(), ("a 1\n".to_owned(), 0));
    assert!(text(dir.path()).unwrap_err().to_string().contains("no regular file"));
    assert!(text(&dir.path().join("gone")).is_err());
    file(&dir, "large", (16 << 20) + 1, 0);
    assert!(text(&dir.path().join("large")).unwrap_err().to_string().contains("too large"));
    fs::write(dir.path().join("binary"), [0xff, 0xfe]).unwrap();
    assert!(text(&dir.path().join("binary")).is_err());
}
