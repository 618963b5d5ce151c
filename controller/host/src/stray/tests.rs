//! Real processes that are ended, or rightly not.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command};

use super::{Error, end};

/// The control group of every process names this: it stands for a container that each of them runs in.
const ANY: &str = "/";

#[expect(clippy::disallowed_methods, reason = "a real process is what is ended")]
fn spawn(script: &str) -> Child {
    Command::new("sh").args(["-c", script]).spawn().unwrap()
}

#[test]
fn a_process_is_ended_with_all_that_it_began() {
    let mut parent = spawn("sleep 1000 & sleep 1000 & wait");
    let all_begun = || super::children(parent.id()).len() == 2;
    while !all_begun() {
        std::thread::yield_now();
    }
    assert_eq!(end(parent.id(), std::process::id(), ANY).unwrap(), 3);
    assert_eq!(parent.wait().unwrap().signal(), Some(9));
}

#[test]
fn what_is_not_inside_or_is_the_main_process_is_left_alone() {
    let mut other = spawn("exec sleep 1000");
    let error = end(other.id(), std::process::id(), "0123456789abcdef").unwrap_err();
    assert!(matches!(error, Error::NotInside(pid) if pid == other.id()), "{error}");
    let error = end(other.id(), other.id(), ANY).unwrap_err();
    assert!(matches!(error, Error::NotInside(_)), "{error}");
    assert!(other.try_wait().unwrap().is_none(), "it lives");
    other.kill().unwrap();
    other.wait().unwrap();
    let error = end(other.id(), std::process::id(), ANY).unwrap_err();
    assert!(matches!(error, Error::Gone { .. }), "{error}");
}
