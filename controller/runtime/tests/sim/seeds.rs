//! Running seeds: one story each, on as many threads as there are processors.
//!
//! Owns the story that every seed tells, and what is printed of one that fails.

use std::fmt::Write as _;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::converged::quarantined;
use crate::judged;
use crate::run::Run;

/// So many lines of the trace are printed of a seed that fails.
const TAIL: usize = 40;
/// How long a host that is as declared is watched.
const QUIET: Duration = Duration::from_mins(10);

/// What tells two runs apart: the hash of the trace and its length.
pub(crate) type Fingerprint = (u64, u64);

/// Runs seeds and answers what is to be said about those that failed.
pub(crate) fn run_seeds(seeds: Range<u64>, verbose: bool) -> Vec<String> {
    let next = AtomicU64::new(seeds.start);
    let failures = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    if let Err(failure) = run_seed(seed, verbose) {
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    failures.into_inner().unwrap()
}

/// Runs one seed on a runtime of its own, whose clock stands still unless everything waits.
pub(crate) fn run_seed(seed: u64, verbose: bool) -> Result<Fingerprint, String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let story = || runtime.block_on(tell(seed, verbose));
    catch_unwind(AssertUnwindSafe(story))
        .unwrap_or_else(|_| Err(format!("seed {seed} panicked\n{}", replay(seed))))
}

fn replay(seed: u64) -> String {
    format!("replay: SIM_SEED={seed} cargo test -p podsteward-runtime --test sim every_invariant\n")
}

async fn tell(seed: u64, verbose: bool) -> Result<Fingerprint, String> {
    let mut run = Run::new(seed, verbose);
    let told = story(&mut run).await;
    told.map(|()| run.host.trace.fingerprint()).map_err(|wrong| {
        let mut text = format!("seed {seed}: {wrong}\n");
        let _ = write!(text, "{}{}", run.host.trace.tail(TAIL), replay(seed));
        text
    })
}

/// Faults, calm, quiet, a deletion, the end.
async fn story(run: &mut Run) -> Result<(), String> {
    run.start();
    run.go_through_faults().await?;
    run.calm();
    run.converge(false).await?;
    for key in run.running.as_ref().map(quarantined).unwrap_or_default() {
        run.retry(&key);
    }
    run.converge(true).await?;
    run.stays_quiet(QUIET).await?;
    run.delete_one();
    run.converge(true).await?;
    run.is_told().await?;
    run.is_kept()?;
    judged::log::silent(&run.host.store)
        .or_else(|| judged::log::untold(&run.host.store))
        .map_or(Ok(()), Err)?;
    if let Some(running) = run.running.take() {
        running.drain().await;
    }
    run.sound()
}
