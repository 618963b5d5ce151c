//! Emptying logs, and what is no log.
//!
//! Owns both sides. Never empties anything but its own files.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;

use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::*;

#[test]
fn an_emptied_log_is_written_on_from_its_beginning() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ctr.log");
    let mut log = fs::OpenOptions::new().create(true).append(true).open(&path).unwrap();
    log.write_all(&[b'x'; 8192]).unwrap();
    log.sync_all().unwrap();
    assert_eq!(truncate_log(&path).unwrap(), 8192);
    log.write_all(b"next").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"next");
}

#[test]
fn only_a_regular_file_is_emptied() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("target");
    fs::write(&target, "kept").unwrap();
    let (link, pipe) = (dir.path().join("link"), dir.path().join("pipe"));
    symlink(&target, &link).unwrap();
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    for path in [link.as_path(), pipe.as_path(), dir.path()] {
        let error = truncate_log(path).unwrap_err().to_string();
        assert_eq!(error, format!("{} is no regular file", path.display()));
    }
    assert_eq!(fs::read(&target).unwrap(), b"kept");
}

#[test]
fn a_pipe_that_is_read_is_not_emptied_either() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let _reader = open(&pipe, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()).unwrap();
    assert!(matches!(truncate_log(&pipe), Err(Error::NotRegular(_))));
}

#[test]
fn a_log_that_is_gone_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(truncate_log(&dir.path().join("gone")), Err(Error::Open { .. })));
}
