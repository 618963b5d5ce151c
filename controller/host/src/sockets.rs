//! On which TCP ports a container listens: the kernel's own table.
//!
//! Owns the reading of `/proc/PID/net/tcp` and `tcp6`, which belong to the network namespace of the process. Never connects
//! to anything. Called by the runtime for probes of containers into whose network the host has no way.

use std::net::{IpAddr, SocketAddr};

use podsteward_domain::time::Moment;
use procfs::ProcError;
use procfs::net::{TcpNetEntry, TcpState};
use procfs::process::Process;

use crate::pidfd::{Identity, identity};

/// Who can reach a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listening {
    /// Nobody listens there.
    No,
    /// Only the container itself: it listens on the loopback address.
    ToItself,
    /// Others, too.
    ToOthers,
}

/// Who can reach a TCP port of the container whose main process this is.
pub fn listening(pid: u32, identity: &Identity<'_>, now: Moment, port: u16) -> Result<Listening, Error> {
    identity::check(pid, identity, now).map_err(|_| Error::NotIts(pid))?;
    let number = i32::try_from(pid).map_err(|_| Error::NotIts(pid))?;
    let process = Process::new(number).map_err(|source| Error::Unreadable { pid, source })?;
    let four = process.tcp().map_err(|source| Error::Unreadable { pid, source })?;
    // A kernel without IPv6 has no such table.
    let six = process.tcp6().unwrap_or_default();
    let reach = four.iter().chain(&six).filter_map(|entry| reach(entry, port)).max();
    Ok(reach.unwrap_or(Listening::No))
}

fn reach(entry: &TcpNetEntry, port: u16) -> Option<Listening> {
    let here = entry.state == TcpState::Listen && entry.local_address.port() == port;
    here.then(|| if is_loopback(entry.local_address) { Listening::ToItself } else { Listening::ToOthers })
}

fn is_loopback(address: SocketAddr) -> bool {
    match address.ip() {
        IpAddr::V4(ip) => ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback()),
    }
}

/// Why the table is not known.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The process is another one by now, or is not visible here.
    #[error("process {0} is not the container's, or not visible here")]
    NotIts(u32),
    /// The table cannot be read.
    #[error("cannot read the sockets of process {pid}")]
    Unreadable {
        /// The process.
        pid: u32,
        /// Why.
        source: ProcError,
    },
}

#[cfg(test)]
mod tests;
