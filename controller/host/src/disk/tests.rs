//! What every filesystem tells, on whichever one the tests run.
//!
//! Owns the errors and the arithmetic of `statfs`; real filesystems of each kind are in `tests/filesystems.rs`.

use super::*;

fn stat(blocks: [u64; 3], files: [u64; 2]) -> StatVfs {
    let mut stat = rustix::fs::statvfs("/").unwrap();
    stat.f_frsize = 1000;
    [stat.f_blocks, stat.f_bfree, stat.f_bavail] = blocks;
    [stat.f_files, stat.f_ffree] = files;
    stat.f_favail = stat.f_ffree;
    stat
}

#[test]
fn what_only_root_may_use_does_not_count() {
    let stat = stat([100, 30, 20], [0, 0]);
    assert_eq!(space(&stat), Gauge { used: 70_000, total: 90_000 });
}

#[test]
fn a_filesystem_that_makes_inodes_as_it_needs_them_has_none() {
    assert_eq!(inodes(&stat([1, 1, 1], [0, 0])), None);
    assert_eq!(inodes(&stat([1, 1, 1], [50, 20])), Some(Gauge { used: 30, total: 50 }));
}

#[test]
fn a_directory_is_measured() {
    let dir = tempfile::tempdir().unwrap();
    let sample = measure(dir.path()).unwrap();
    assert!(sample.space.used > 0 && sample.space.used <= sample.space.total, "{sample:?}");
    assert!(settled(dir.path()).is_ok());
}

#[test]
fn what_cannot_be_measured_says_why() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let said = |path: &Path| measure(path).unwrap_err().to_string();
    assert_eq!(said(Path::new("relative")), "relative is not absolute");
    assert_eq!(said(Path::new("/nonexistent")), "cannot open /nonexistent");
    assert_eq!(said(file.path()), format!("cannot open {}", file.path().display()));
    assert_eq!(said(Path::new("/proc")), "the filesystem of /proc has no size");
}
