//! The size of a journal made of files, and a program that stands for systemd's.
//!
//! Owns both. Never touches the journal of this machine.

use std::os::unix::fs::PermissionsExt;

use super::*;

#[test]
fn the_journal_is_the_sum_of_its_files() {
    let dir = tempfile::tempdir().unwrap();
    let machine = dir.path().join("log/0123");
    fs::create_dir_all(&machine).unwrap();
    for (name, bytes) in [("system.journal", 4096), ("system@1.journal~", 8192), ("notes", 4096)] {
        fs::write(machine.join(name), vec![1; bytes]).unwrap();
    }
    let directories = [dir.path().join("log"), dir.path().join("run")];
    assert_eq!(size_of(&directories), Some(12288));
}

#[test]
fn no_file_is_no_journal() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("machine")).unwrap();
    assert_eq!(size_of(&[dir.path().to_owned(), dir.path().join("none")]), None);
}

/// Runs a script in place of the program.
async fn with(script: &str) -> (Result<(), Error>, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("journalctl");
    fs::write(&program, format!("#!/bin/sh\ncd {}\n{script}\n", dir.path().display())).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    (run(program.as_os_str(), 1_000_000).await, dir)
}

#[tokio::test]
async fn the_program_is_told_how_many_bytes_stay() {
    let (result, dir) = with("printf %s \"$*\" >told").await;
    assert!(result.is_ok());
    assert_eq!(fs::read_to_string(dir.path().join("told")).unwrap(), "--quiet --vacuum-size=1000000");
}

#[tokio::test]
async fn a_refusal_is_told_in_its_own_words() {
    let (result, _dir) = with("echo 'Access denied' >&2; echo more >&2; exit 1").await;
    assert_eq!(result.unwrap_err().to_string(), "journalctl failed: Access denied");
}

#[tokio::test]
async fn a_program_that_is_missing_is_not_installed() {
    let error = run(OsStr::new("/nonexistent/journalctl"), 1).await.unwrap_err();
    assert_eq!(error.to_string(), "journalctl is not installed");
}
