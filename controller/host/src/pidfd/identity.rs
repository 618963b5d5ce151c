//! Whether a pid still means the process it was given for.
//!
//! Owns the comparison of `/proc` with what the engine says of a container. Never opens a pidfd: the caller holds one
//! already, so that the pid cannot change its meaning while it is looked at.

use podsteward_domain::time::Moment;
use procfs::ProcError;
use procfs::process::Stat;

use super::Error;

/// How much later than its container's start a process may have started: clocks are read at different times.
const LATER_MS: i64 = 2_000;
/// How much earlier: the process is made first, then the network is set up, and only then the container counts as
/// started.
const EARLIER_MS: i64 = 300_000;

/// What the engine says of the container whose main process it is.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// The container's id.
    pub container: &'a str,
    /// The container's start, in milliseconds since 1970.
    pub started_ms: Option<i64>,
}

/// Checks that the process belongs to the container: by its control group where that names the container, else by
/// its start.
pub(crate) fn check(pid: u32, identity: &Identity<'_>, now: Moment) -> Result<(), Error> {
    let stat = stat(pid).map_err(|_| Error::NotVisible(pid))?;
    if is_in_cgroup_of(pid, identity.container) {
        return Ok(());
    }
    let Some(container_ms) = identity.started_ms else { return Ok(()) };
    compare(pid, started_ms(&stat, now), container_ms)
}

fn compare(pid: u32, process_ms: i64, container_ms: i64) -> Result<(), Error> {
    let allowed = container_ms.saturating_sub(EARLIER_MS)..=container_ms.saturating_add(LATER_MS);
    if allowed.contains(&process_ms) {
        Ok(())
    } else {
        Err(Error::StartDiffers { pid, process_ms, container_ms })
    }
}

/// What `/proc` says of a process.
pub(super) fn stat(pid: u32) -> Result<Stat, ProcError> {
    let pid = i32::try_from(pid).map_err(|_| ProcError::NotFound(None))?;
    procfs::process::Process::new(pid)?.stat()
}

/// The start of a process by the wall clock of now. It is kept in boot time, so a wall clock that was set since the
/// container's start moves it.
fn started_ms(stat: &Stat, now: Moment) -> i64 {
    let since_boot_ms = stat.starttime.saturating_mul(1000) / procfs::ticks_per_second();
    let age_ms = i64::try_from(now.boot_ms.saturating_sub(since_boot_ms)).unwrap_or(i64::MAX);
    now.wall_ms.saturating_sub(age_ms)
}

fn is_in_cgroup_of(pid: u32, container: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/cgroup")).is_ok_and(|groups| names(&groups, container))
}

/// Whether a control group carries the container's id, as Podman's do. Rootless on cgroup v1 there are none.
pub(crate) fn names(groups: &str, container: &str) -> bool {
    !container.is_empty() && groups.contains(container)
}

#[cfg(test)]
mod tests;
