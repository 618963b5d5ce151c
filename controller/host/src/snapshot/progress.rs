//! How far a piece of work on a disk has come, and when it is given up.
//!
//! Owns the patience: a copy may be long, but a disk that answers nothing for minutes may never answer again, and a container
//! is down meanwhile. Never ends a call of the kernel: work that is given up stops at its next step, and what it was meant for
//! has not begun.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Error;

/// So long nothing may move: what was copied is written to a slow disk in one call, which tells no steps.
pub(super) const STILL_MAX: Duration = Duration::from_mins(5);
/// So long it may take altogether.
const LENGTH_MAX: Duration = Duration::from_mins(30);
/// How often is looked.
const LOOK: Duration = Duration::from_secs(1);

/// How far it has come.
#[derive(Debug, Default)]
pub(super) struct Progress {
    steps: AtomicU64,
    given_up: AtomicBool,
}

impl Progress {
    /// One step further: an entry, or a piece of a file. An error: it was given up meanwhile.
    pub(super) fn step(&self, at: &Path) -> Result<(), Error> {
        self.steps.fetch_add(1, Ordering::Relaxed);
        if self.given_up.load(Ordering::Relaxed) { Err(Error::GivenUp(at.to_owned())) } else { Ok(()) }
    }
}

/// Carries out what waits for a disk without holding anybody else up. `still_max`: how long it may tell no step.
pub(super) async fn blocking<T: Send + 'static>(
    still_max: Duration,
    work: impl FnOnce(&Progress) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let progress = Arc::new(Progress::default());
    let told = Arc::clone(&progress);
    let mut working = tokio::task::spawn_blocking(move || work(&told));
    let begun = Instant::now();
    let (mut steps, mut moved) = (0, begun);
    loop {
        tokio::select! {
            biased;
            ended = &mut working => return ended.map_err(|error| Error::Ended(error.to_string()))?,
            () = sleep(LOOK) => {}
        }
        let now = progress.steps.load(Ordering::Relaxed);
        if now != steps {
            (steps, moved) = (now, Instant::now());
        }
        let error = if moved.elapsed() >= still_max {
            Error::Still(moved.elapsed())
        } else if begun.elapsed() >= LENGTH_MAX {
            Error::TooLong(begun.elapsed())
        } else {
            continue;
        };
        progress.given_up.store(true, Ordering::Relaxed);
        return Err(error);
    }
}

/// The same for work that tells no steps.
pub(super) async fn silent<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    blocking(LENGTH_MAX, |_| work()).await
}

#[cfg(test)]
mod tests;
