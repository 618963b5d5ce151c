//! Running other programs and sending signals.
//!
//! Owns every fork of the crate. Never decides what the outcome means.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};

/// What a program said and how it ended.
#[derive(Debug, Clone)]
pub struct Output {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Output {
    /// Standard output, if the program ended with 0.
    pub fn ok(self) -> Result<String> {
        ensure!(
            self.code == Some(0),
            "exit {:?}\nstdout: {}\nstderr: {}",
            self.code,
            self.stdout,
            self.stderr
        );
        Ok(self.stdout)
    }
}

/// A command that takes no input.
#[expect(clippy::disallowed_methods, reason = "the harness runs the real programs")]
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    command
}

/// Runs a command to its end and keeps what it said.
pub fn run(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("running {command:?}"))?;
    Ok(Output {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Runs a command with both its outputs in a file, so that a service it leaves behind holds no pipe open.
pub fn run_into(command: &mut Command, log: &Path) -> Result<()> {
    let file = File::options().create(true).append(true).open(log)?;
    let status = command.stdout(file.try_clone()?).stderr(file).status()?;
    ensure!(status.success(), "{command:?}: {status}, see {}", log.display());
    Ok(())
}

/// Starts a command with standard error appended to a file and standard output dropped.
pub fn spawn_into(command: &mut Command, log: &Path) -> Result<Child> {
    let file = File::options().create(true).append(true).open(log)?;
    let child = command.stdout(file.try_clone()?).stderr(file).spawn();
    child.with_context(|| format!("starting {command:?}"))
}

/// Sends a signal.
pub fn signal(pid: i32, signal: Signal) -> Result<()> {
    let pid = Pid::from_raw(pid).context("a process has a number above zero")?;
    kill_process(pid, signal).with_context(|| format!("sending {signal:?} to {pid:?}"))
}

/// Whether a child has ended.
pub fn ended(child: &mut Child) -> Result<Option<ExitStatus>> {
    Ok(child.try_wait()?)
}
