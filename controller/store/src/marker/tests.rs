//! The pause marker.

use std::collections::BTreeMap;

use podsteward_domain::switch::{Switch, SwitchState};

use super::{read, write};
use crate::fixtures::{key, pause};

#[test]
fn a_marker_comes_back_as_it_was_and_running_removes_it() {
    let dir = tempfile::tempdir().unwrap();
    let objects = BTreeMap::from([(key("container/web"), pause("moving"))]);
    let switch = Switch { state: SwitchState::Stopped, pause: Some(pause("night")), objects };
    write(dir.path(), &switch).unwrap();
    assert_eq!(read(dir.path()), switch);
    write(dir.path(), &Switch::default()).unwrap();
    assert!(std::fs::read_dir(dir.path()).unwrap().next().is_none());
    assert_eq!(read(dir.path()), Switch::default());
}

#[test]
fn a_marker_that_says_nothing_means_paused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("paused"), "").unwrap();
    assert_eq!(read(dir.path()), Switch { state: SwitchState::Paused, ..Switch::default() });
}

#[test]
fn removing_a_marker_that_is_not_there_is_no_error() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &Switch::default()).unwrap();
}
