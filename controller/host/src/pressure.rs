//! How much the host stalls, and how much memory a container uses: the kernel's own accounts.
//!
//! Owns the reading of `/proc/pressure` and of control groups, of both versions. Never judges a number: the domain does.
//! Called by the runtime, whose samples are what it is judged by. What cannot be read is an error, never a zero.

mod group;
mod stall;

use std::io;
use std::path::{Path, PathBuf};

use podsteward_domain::pressure::MemoryUse;
use podsteward_domain::pressure::host::Psi;
use podsteward_domain::time::Moment;

use crate::pidfd::{Identity, identity};

/// The kernel's accounts of pressure.
#[derive(Debug, Clone)]
pub struct Pressures {
    /// Where the kernel tells of processes; another place in tests only.
    proc: PathBuf,
}

impl Default for Pressures {
    fn default() -> Self {
        Self::below(Path::new("/proc"))
    }
}

impl Pressures {
    fn below(proc: &Path) -> Self {
        Self { proc: proc.to_owned() }
    }

    /// How much the host stalls.
    pub fn psi(&self) -> Result<Psi, Error> {
        let directory = self.proc.join("pressure");
        let read = |name: &str, whole| {
            let path = directory.join(name);
            let text = std::fs::read_to_string(&path).map_err(|source| stall::why(&path, source))?;
            stall::parse(&text, whole).ok_or(Error::Malformed(path))
        };
        // Older kernels do not tell when everything waits for the CPU: something always runs on it then.
        Ok(Psi { cpu: read("cpu", false)?, memory: read("memory", true)?, io: read("io", true)? })
    }

    /// What the container uses of its memory whose main process this is.
    pub fn container_memory(
        &self,
        pid: u32,
        identity: &Identity<'_>,
        now: Moment,
    ) -> Result<MemoryUse, Error> {
        let groups = read(&self.proc.join(pid.to_string()).join("cgroup"))?;
        if !identity::names(&groups, identity.container) {
            identity::check(pid, identity, now).map_err(|_| Error::NotIts(pid))?;
        }
        let mounts = read(&self.proc.join("self/mountinfo"))?;
        let group = group::Group::find(&groups, &mounts).ok_or(Error::NotCounted(pid))?;
        group.of_container(identity.container).memory()
    }
}

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| Error::Unreadable { path: path.to_owned(), source })
}

/// Why a pressure is not known.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The kernel does not tell how much the host stalls.
    #[error("this kernel does not tell how much the host stalls (PSI)")]
    NoPsi,
    /// A file of the kernel cannot be read; of a process, it has perhaps ended.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of the kernel does not hold what it should.
    #[error("{0} does not hold what it should")]
    Malformed(PathBuf),
    /// The process is another one by now, or is not visible here.
    #[error("process {0} is not the container's")]
    NotIts(u32),
    /// No control group that counts memory is visible for it.
    #[error("the memory of process {0} is not counted by any control group that is visible here")]
    NotCounted(u32),
}

#[cfg(test)]
mod tests;
