//! Watching processes through the kernel.
//!
//! Owns pidfds and the proof that a pid still means the process it was given for. Never judges an end: by hand or by
//! itself is for the domain to tell. Called by the runtime for the main process of every owned container.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use podsteward_domain::time::Moment;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

pub(crate) mod identity;

pub use identity::Identity;

/// The watcher of processes.
///
/// A pid that does not exist here is an end only where the engine's pids are this process's, too: in a container of
/// its own, podsteward sees other numbers. That is known from [`shares_pids`] or from the first watched process.
#[derive(Debug)]
pub struct Pidfds {
    visible: AtomicBool,
}

impl Pidfds {
    /// A watcher. `visible`: the engine's pids are known to be the ones of this process's namespace.
    pub fn new(visible: bool) -> Self {
        Self { visible: AtomicBool::new(visible) }
    }

    /// Watches a process; of one that has ended already, the end is there at once.
    ///
    /// # Errors
    /// Each error means that the kernel cannot serve for this process and that events and relist have to.
    pub fn watch(&self, pid: u32, identity: &Identity<'_>, now: Moment) -> Result<Process, Error> {
        let Some(fd) = self.open(pid)? else { return Ok(Process { pid, fd: None }) };
        let seen = identity::check(pid, identity, now);
        if seen.is_err() && is_readable(&fd).map_err(Error::Watch)? {
            return Ok(Process { pid, fd: None });
        }
        seen?;
        // A process that was only believed proves nothing about the others.
        self.visible.fetch_or(identity.started_ms.is_some(), Ordering::Relaxed);
        Ok(Process { pid, fd: Some(register(fd).map_err(Error::Watch)?) })
    }

    /// The pidfd, or `None` when there is no such process any more.
    fn open(&self, pid: u32) -> Result<Option<OwnedFd>, Error> {
        let raw = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(Error::NotAPid(pid))?;
        match pidfd_open(raw, PidfdFlags::empty()) {
            Ok(fd) => Ok(Some(fd)),
            Err(Errno::SRCH) if self.visible.load(Ordering::Relaxed) => Ok(None),
            Err(Errno::SRCH) => Err(Error::NotVisible(pid)),
            Err(errno) => Err(Error::Open { pid, source: errno.into() }),
        }
    }
}

/// A watched process. Dropping it ends the watch.
#[derive(Debug)]
pub struct Process {
    pid: u32,
    /// `None`: it had ended before it could be watched.
    fd: Option<AsyncFd<OwnedFd>>,
}

impl Process {
    /// Its pid.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Waits for its end. Safe to drop and to call again.
    pub async fn ended(&self) -> Result<(), Error> {
        let Some(fd) = &self.fd else { return Ok(()) };
        fd.readable().await.map(drop).map_err(Error::Watch)
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> Result<bool, Error> {
        let Some(fd) = &self.fd else { return Ok(true) };
        is_readable(fd.get_ref()).map_err(Error::Watch)
    }
}

/// Why a process cannot be watched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No process has this number.
    #[error("{0} is not a pid")]
    NotAPid(u32),
    /// It is not known whether the engine's pids mean anything here, or `/proc` hides the process.
    #[error("process {0} is not visible here")]
    NotVisible(u32),
    /// The pid means another process than the one it was given for, or the clock was set in between.
    #[error("process {pid} started at {process_ms} ms, the container at {container_ms} ms since 1970")]
    StartDiffers {
        /// The pid.
        pid: u32,
        /// The process's start.
        process_ms: i64,
        /// The container's start.
        container_ms: i64,
    },
    /// The kernel refused a pidfd.
    #[error("cannot open a pidfd of process {pid}")]
    Open {
        /// The pid.
        pid: u32,
        /// The kernel's answer.
        source: io::Error,
    },
    /// The pidfd cannot be waited on.
    #[error("cannot wait on a pidfd")]
    Watch(#[source] io::Error),
}

/// Whether a process exists here and has not ended. One that ended and was not reaped by its parent has ended.
pub fn is_alive(pid: u32) -> bool {
    identity::stat(pid).is_ok_and(|stat| !matches!(stat.state, 'Z' | 'X'))
}

/// Whether the process that serves a unix socket sees the same pids as this one. Where that cannot be told: no.
pub async fn shares_pids(socket: &Path) -> bool {
    let Ok(stream) = tokio::net::UnixStream::connect(socket).await else { return false };
    let peer = stream.peer_cred().ok().and_then(|cred| cred.pid()).filter(|pid| *pid > 0);
    let namespace = |who: &str| std::fs::read_link(format!("/proc/{who}/ns/pid")).ok();
    let theirs = peer.and_then(|pid| namespace(&pid.to_string()));
    theirs.is_some() && theirs == namespace("self")
}

#[expect(
    deprecated,
    reason = "its successor is unsafe for types that may close the descriptor; OwnedFd cannot"
)]
fn register(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(fd, Interest::READABLE)
}

/// A pidfd is readable exactly when its process has ended.
fn is_readable(fd: &OwnedFd) -> io::Result<bool> {
    let mut fds = [PollFd::new(fd, PollFlags::IN)];
    Ok(poll(&mut fds, Some(&Timespec::default()))? > 0)
}

#[cfg(test)]
mod tests;
