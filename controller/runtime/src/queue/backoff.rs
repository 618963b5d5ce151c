//! How long a failing key waits.
//!
//! Owns the growth of the delay (crate `backoff`, wrapped here alone so that it can be replaced) and its jitter,
//! which is seeded so that a run of the simulation repeats. Never reads a clock. Used by the queue's core.

use std::time::Duration;

use ::backoff::Clock;
use ::backoff::backoff::Backoff as _;
use ::backoff::exponential::ExponentialBackoff;
use tokio::time::Instant;

/// The bounds of the delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The delay after the first failure.
    pub first: Duration,
    /// The longest delay.
    pub most: Duration,
}

impl Default for Bounds {
    /// One second is short enough for a passing fault; five minutes keep a lasting one from costing the host.
    fn default() -> Self {
        Self { first: Duration::from_secs(1), most: Duration::from_mins(5) }
    }
}

/// The back-off of one key that fails.
#[derive(Debug)]
pub struct Backoff {
    policy: ExponentialBackoff<Held>,
    until: Instant,
}

impl Backoff {
    /// A key that has not failed yet.
    pub fn new(bounds: Bounds, now: Instant) -> Self {
        let held = Held(now.into_std());
        let policy = ExponentialBackoff {
            current_interval: bounds.first,
            initial_interval: bounds.first,
            // The crate draws its jitter from the thread's generator, which cannot be seeded.
            randomization_factor: 0.0,
            multiplier: 2.0,
            max_interval: bounds.most,
            start_time: held.now(),
            max_elapsed_time: None,
            clock: held,
        };
        Self { policy, until: now }
    }

    /// Counts a failure and says how long to wait: the delay plus up to a tenth, so that keys that failed
    /// together are not tried together.
    pub fn fail(&mut self, now: Instant, random: &mut fastrand::Rng) -> Duration {
        let most = self.policy.max_interval;
        let delay = self.policy.next_backoff().unwrap_or(most);
        let jitter = delay.mul_f64(random.f64() / 10.0);
        let delay = whole_millis(delay.saturating_add(jitter)).min(most);
        self.until = now + delay;
        delay
    }

    /// When the wait is over.
    pub fn until(&self) -> Instant {
        self.until
    }
}

fn whole_millis(delay: Duration) -> Duration {
    Duration::from_millis(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX))
}

/// A clock that stands still: nothing in the policy depends on the time, because it never gives up.
#[derive(Debug, Clone, Copy)]
struct Held(std::time::Instant);

impl Clock for Held {
    fn now(&self) -> std::time::Instant {
        self.0
    }
}

#[cfg(test)]
mod tests;
