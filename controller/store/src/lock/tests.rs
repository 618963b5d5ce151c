//! One controller at a time.

use super::{ControllerLock, Holder};

#[test]
fn a_second_controller_is_told_who_runs_and_the_end_of_the_first_frees_the_lock() {
    let dir = tempfile::tempdir().unwrap();
    let first = ControllerLock::take(dir.path()).unwrap();
    let error = ControllerLock::take(dir.path()).unwrap_err();
    let pid = std::process::id();
    let expected = format!("another controller is running with this state directory (pid {pid})");
    assert_eq!(error.to_string(), expected);
    assert_eq!(ControllerLock::holder(dir.path()), Some(Holder { pid: Some(pid) }));
    drop(first);
    assert!(!ControllerLock::is_running(dir.path()));
    ControllerLock::take(dir.path()).unwrap();
}

#[test]
fn asking_whether_a_controller_runs_creates_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let absent = dir.path().join("absent");
    assert!(!ControllerLock::is_running(&absent));
    assert!(!ControllerLock::is_running(dir.path()));
    assert!(!absent.exists() && std::fs::read_dir(dir.path()).unwrap().next().is_none());
}
