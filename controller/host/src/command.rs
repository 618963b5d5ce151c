//! Programs that somebody allowed podsteward to run: for the proof of a backup, for a step of a playbook.
//!
//! Owns one run: without a shell, with a deadline after which all that it began is ended. Never decides whether it may be
//! run, or what its end means. Called by the runtime, which asks both of the domain.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;
use tokio::time::timeout;

/// So much of the end of what a program prints is kept.
const KEPT_BYTES: usize = 16 << 10;

/// So much of the environment programs get: what they cannot do without.
const ENVIRONMENT: [&str; 6] = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ"];

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The status that it ended with; `None`: a signal ended it.
    pub code: Option<i32>,
    /// The end of what it printed.
    pub output: String,
    /// The end of what it complained about.
    pub complaint: String,
}

/// Why a program did not come to an end of its own.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No program is named.
    #[error("no program is named")]
    NoProgram,
    /// It cannot be run.
    #[error("{program} cannot be run")]
    Run {
        /// The program.
        program: String,
        /// The kernel's answer.
        source: io::Error,
    },
    /// It did not end in time, and was ended.
    #[error("{program} did not end within {secs} s", secs = .deadline.as_secs_f64())]
    TimedOut {
        /// The program.
        program: String,
        /// How long it had.
        deadline: Duration,
    },
}

/// Runs a program with its arguments. It reads nothing, and stands in the root directory.
///
/// # Errors
/// It cannot be run, or did not end in time, and with it all that it began.
pub async fn run(argv: &[String], deadline: Duration) -> Result<Ended, Error> {
    let (program, arguments) = argv.split_first().ok_or(Error::NoProgram)?;
    let failed = |source| Error::Run { program: program.clone(), source };
    let mut command = Command::new(program);
    command.args(arguments).current_dir("/").process_group(0).kill_on_drop(true);
    // What podsteward was given is its own: secrets, and the socket of the service manager.
    command.env_clear();
    command.envs(ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    let mut group = Group(child.id());
    let (output, complaint) = (child.stdout.take(), child.stderr.take());
    let ending = async { tokio::join!(tail(output), tail(complaint), child.wait()) };
    let ended = timeout(deadline, ending).await;
    let (output, complaint, status) =
        ended.map_err(|_| Error::TimedOut { program: program.clone(), deadline })?;
    let status = status.map_err(failed)?;
    group.0 = None;
    Ok(Ended { code: status.code(), output, complaint })
}

/// The process group of a program that has not ended, which ends with this. Nobody else's can have its number: it is not
/// given away again before the program was waited for, or while anything of its group lives.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        let leader = self.0.and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
        if let Some(leader) = leader {
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

/// Reads to the end, and keeps the end.
async fn tail(pipe: Option<impl AsyncRead + Unpin>) -> String {
    let mut kept = Vec::new();
    let Some(mut pipe) = pipe else { return String::new() };
    let mut buffer = vec![0; KEPT_BYTES];
    while let Ok(count) = pipe.read(&mut buffer).await {
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else { break };
        kept.extend_from_slice(read);
        let over = kept.len().saturating_sub(KEPT_BYTES);
        kept.drain(..over);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
mod tests;
