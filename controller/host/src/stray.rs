//! The end of a command that outlived its time inside a container.
//!
//! Owns the proof that a process runs inside the container that is meant, and its end with all that it began. Never touches
//! the container's main process. Called by the runtime after a command's deadline, since Podman has no verb for it.

use std::io;
use std::os::fd::OwnedFd;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::pidfd::identity;

/// Ends a process inside a container, whose main process is `main`, and all that descends from it. Answers how many.
pub fn end(pid: u32, main: u32, container: &str) -> Result<usize, Error> {
    if pid == main {
        return Err(Error::NotInside(pid));
    }
    // What was looked at is what is ended: the descriptor is there before the look.
    let held = hold(pid)?;
    if !is_inside(pid, main, container) {
        return Err(Error::NotInside(pid));
    }
    let mut family = vec![(pid, held)];
    let mut next = 0;
    while let Some((parent, _)) = family.get(next) {
        let children = children(*parent).into_iter().filter(|child| *child != main);
        let held = children.filter_map(|child| Some((child, hold(child).ok()?)));
        let inside: Vec<_> = held.filter(|(child, _)| is_inside(*child, main, container)).collect();
        family.extend(inside);
        next += 1;
    }
    let ended = family.iter().filter(|(_, held)| pidfd_send_signal(held, Signal::KILL).is_ok());
    Ok(ended.count())
}

fn hold(pid: u32) -> Result<OwnedFd, Error> {
    let raw = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(Error::NotInside(pid))?;
    pidfd_open(raw, PidfdFlags::empty()).map_err(|errno| Error::Gone { pid, source: errno.into() })
}

/// By its control group where that names the container; else it shares the main process's own pid namespace.
fn is_inside(pid: u32, main: u32, container: &str) -> bool {
    let groups = std::fs::read_to_string(format!("/proc/{pid}/cgroup"));
    if groups.is_ok_and(|groups| identity::names(&groups, container)) {
        return true;
    }
    let namespace = |who: &str| std::fs::read_link(format!("/proc/{who}/ns/pid")).ok();
    let theirs = namespace(&pid.to_string());
    theirs.is_some() && theirs == namespace(&main.to_string()) && theirs != namespace("self")
}

fn children(pid: u32) -> Vec<u32> {
    let told = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    told.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}

/// Why a process was not ended.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not a process of the container, or that cannot be told.
    #[error("process {0} is not known to run inside the container")]
    NotInside(u32),
    /// There is no such process.
    #[error("process {pid} is not there")]
    Gone {
        /// The process.
        pid: u32,
        /// The kernel's answer.
        source: io::Error,
    },
}

#[cfg(test)]
mod tests;
