//! The moment at which a container's process has run its first line.
//!
//! Owns a named pipe that is mounted into each measured container; the container writes one line into it. So every
//! way of starting is measured at the same place, and nobody has to poll.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use podsteward_e2e::process;
use podsteward_e2e::wait::Stopwatch;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Where the pipe is inside a container.
const INSIDE: &str = "/started";

/// What a measured container runs.
const SCRIPT: &str = "echo >/started; exec sleep inf";

/// The pipe.
#[derive(Debug)]
pub(crate) struct Started {
    path: PathBuf,
    file: File,
}

impl Started {
    /// Makes the pipe and holds it open, so that no writer ever waits.
    pub(crate) fn new(dir: &Path) -> Result<Self> {
        let path = dir.join("started");
        if !path.exists() {
            process::run(process::command("mkfifo").arg(&path))?.ok()?;
        }
        let file = File::options().read(true).write(true).open(&path)?;
        Ok(Self { path, file })
    }

    /// Reads `count` lines and answers with the time since `watch` was started.
    pub(crate) fn wait(&mut self, count: usize, watch: Stopwatch) -> Result<Duration> {
        let mut seen = 0;
        let mut buffer = [0; 64];
        let limit = Timespec { tv_sec: 60, tv_nsec: 0 };
        while seen < count {
            let mut ready = [PollFd::new(&self.file, PollFlags::IN)];
            if poll(&mut ready, Some(&limit))? == 0 {
                bail!("{seen} of {count} containers started within 60 s");
            }
            seen += self.file.read(&mut buffer)?;
        }
        Ok(watch.elapsed())
    }

    /// Starts one container by `start`: how long that took to end, and how long the first line took.
    pub(crate) fn beside(
        &mut self,
        start: impl FnOnce() -> Result<()> + Send,
    ) -> Result<(Duration, Duration)> {
        let watch = Stopwatch::start();
        thread::scope(|scope| {
            let call = scope.spawn(|| start().map(|()| watch.elapsed()));
            let line = self.wait(1, watch)?;
            let ended = call.join().map_err(|_| anyhow!("the start panicked"))??;
            Ok((ended, line))
        })
    }

    /// The lines of a manifest's `spec` for a measured container.
    pub(crate) fn spec(&self) -> String {
        let path = self.path.display();
        format!(
            "command: [sh, -c, \"{SCRIPT}\"]\nmounts: [{{type: bind, source: {path}, target: {INSIDE}}}]\n\
             networks: [{{name: bench}}]"
        )
    }

    /// The same for `podman run`.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mount = format!("{}:{INSIDE}", self.path.display());
        ["--network", "bench", "--volume", &mount, podsteward_e2e::manifest::IMAGE, "sh", "-c", SCRIPT]
            .map(str::to_owned)
            .to_vec()
    }
}

/// The middle of the values.
pub(crate) fn median(mut values: Vec<Duration>) -> Result<Duration> {
    values.sort();
    values.get(values.len() / 2).copied().context("nothing was measured")
}

/// Makes sure that the network of the measured containers is there.
pub(crate) fn network(lab: &podsteward_e2e::lab::Lab) -> Result<()> {
    fs::create_dir_all(lab.manifests())?;
    if lab.podman(&["network", "exists", "bench"])?.ok().is_ok() {
        return Ok(());
    }
    lab.podman(&["network", "create", "bench"])?.ok().map(drop)
}
