//! Waiting for a state, and measuring how long it took.
//!
//! Owns the only sleep and the only clock of the crate. Waits for what *is*, never for a change, so that a state
//! reached before the wait began counts.

use std::fmt::Debug;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Time between two looks.
const PERIOD: Duration = Duration::from_millis(20);

/// How long most states may take on a busy machine before a scenario gives up.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A running stopwatch.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts it.
    #[expect(clippy::disallowed_methods, reason = "scenarios measure the real passage of time")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time from the start until a later start; none when that one was earlier.
    pub fn until(&self, later: Self) -> Option<Duration> {
        later.0.checked_duration_since(self.0)
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The wall clock, in whole seconds since 1970, as Podman tells the age of an image.
pub fn wall_seconds() -> i64 {
    rustix::time::clock_gettime(rustix::time::ClockId::Realtime).tv_sec
}

/// Looks until `look` has an answer; an error or the deadline ends the wait with the last thing seen.
pub fn wait_for<T>(what: &str, deadline: Duration, look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    poll(PERIOD, what, deadline, look)
}

/// The same, looking each millisecond, for a bench.
pub fn wait_closely<T>(what: &str, deadline: Duration, look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    poll(Duration::from_millis(1), what, deadline, look)
}

fn poll<T>(
    period: Duration,
    what: &str,
    deadline: Duration,
    mut look: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let watch = Stopwatch::start();
    loop {
        if let Some(answer) = look()? {
            return Ok(answer);
        }
        if watch.elapsed() > deadline {
            bail!("waited {deadline:?} for {what}");
        }
        thread::sleep(period);
    }
}

/// Looks until the state equals `wanted`, and says what was seen last when it never does.
pub fn wait_until<T: PartialEq + Debug>(
    what: &str,
    deadline: Duration,
    wanted: &T,
    mut look: impl FnMut() -> Result<T>,
) -> Result<()> {
    let mut last = None;
    let outcome = wait_for(what, deadline, || {
        let seen = look()?;
        let reached = (seen == *wanted).then_some(());
        last = Some(seen);
        Ok(reached)
    });
    outcome.map_err(|error| error.context(format!("wanted {wanted:?}, last seen {last:?}")))
}

/// Looks for the whole `period` and fails at once when the state is ever other than `wanted`.
pub fn stays<T: PartialEq + Debug>(
    what: &str,
    period: Duration,
    wanted: &T,
    mut look: impl FnMut() -> Result<T>,
) -> Result<()> {
    let watch = Stopwatch::start();
    while watch.elapsed() < period {
        let seen = look()?;
        if seen != *wanted {
            bail!("{what}: {wanted:?} became {seen:?} after {:?}", watch.elapsed());
        }
        thread::sleep(PERIOD);
    }
    Ok(())
}

/// Lets a measured period pass, for a bench that needs idleness and not a state.
pub fn pass(period: Duration) {
    thread::sleep(period);
}
