//! The journal of systemd.
//!
//! Owns its size and the one way to make it smaller, systemd's own program: deleting its files by hand would take them
//! from under the daemon. Never decides how much stays. Called by the runtime.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

/// Where it lies: on the disk, or in memory where nobody made the first one.
pub const DIRECTORIES: [&str; 2] = ["/var/log/journal", "/run/log/journal"];
/// The program.
const JOURNALCTL: &str = "journalctl";
/// How long it may take. It only deletes files.
const DEADLINE: Duration = Duration::from_mins(1);

/// Why the journal does not get smaller.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no systemd, or none of its programs here.
    #[error("{JOURNALCTL} is not installed")]
    NotInstalled,
    /// The program cannot be run.
    #[error("cannot run {JOURNALCTL}")]
    Run(#[source] io::Error),
    /// It said no.
    #[error("{JOURNALCTL} failed: {0}")]
    Failed(String),
    /// It did not end in time.
    #[error("{JOURNALCTL} did not end within a minute")]
    TimedOut,
}

/// The bytes that the journal takes on the disk, or `None` where there is none.
pub fn size() -> Option<u64> {
    size_of(&DIRECTORIES.map(PathBuf::from))
}

/// Makes the journal smaller, down to `keep` bytes. The files that it writes to at the moment stay, however large.
pub async fn vacuum(keep: u64) -> Result<(), Error> {
    run(OsStr::new(JOURNALCTL), keep).await
}

/// Each host that ever wrote there has a directory of its own.
fn size_of(directories: &[PathBuf]) -> Option<u64> {
    let machines: Vec<PathBuf> =
        directories.iter().filter_map(|directory| entries(directory)).flatten().collect();
    let files = machines.iter().filter_map(|machine| entries(machine)).flatten();
    let mut sizes =
        files.filter(|file| is_journal(file)).filter_map(|file| fs::symlink_metadata(file).ok()).peekable();
    sizes.peek()?;
    Some(sizes.map(|file| file.blocks().saturating_mul(512)).sum())
}

fn entries(directory: &Path) -> Option<impl Iterator<Item = PathBuf>> {
    Some(fs::read_dir(directory).ok()?.flatten().map(|entry| entry.path()))
}

/// One that was not closed in order ends with a tilde.
fn is_journal(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "journal" || extension == "journal~")
}

async fn run(program: &OsStr, keep: u64) -> Result<(), Error> {
    let mut command = Command::new(program);
    command.arg("--quiet").arg(format!("--vacuum-size={keep}"));
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(DEADLINE, command.output()).await.map_err(|_| Error::TimedOut)?;
    let output = output.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::NotInstalled,
        _ => Error::Run(error),
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::Failed(said.lines().next().unwrap_or("it did not say why").trim().to_owned()))
}

#[cfg(test)]
mod tests;
