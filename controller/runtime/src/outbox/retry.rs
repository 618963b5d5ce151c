//! How long a failed delivery waits.
//!
//! Owns the delays. Never reads a clock and draws nothing at random: the jitter follows from what is delivered, so that
//! a run of the simulation repeats. Used by the rounds.

use std::time::Duration;

/// The wait after the first failure: long enough for a receiver to restart.
const FIRST: Duration = Duration::from_secs(5);
/// The longest wait that is not asked for: short enough that what is mended is soon used.
const MOST: Duration = Duration::from_mins(5);
/// A receiver that says how long to wait is believed, down to this part of the usual wait: none is asked ever faster.
const ASKED_SHARE: u32 = 5;
/// The longest wait: that a receiver may ask for, and of what it will hardly ever take.
const ASKED_MOST: Duration = Duration::from_hours(1);

/// How soon trying again makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Soon at first, then ever more slowly.
    Usual,
    /// Slowly from the first.
    Slow,
    /// Hardly ever.
    Rare,
    /// After so much time, which the receiver asks for.
    NotBefore(Duration),
}

/// How long to wait after so many failures in a row. The seed takes up to a tenth off, so that what failed together is
/// not tried together.
pub(super) fn wait(pace: Pace, failures: u32, seed: u64) -> Duration {
    match pace {
        Pace::Usual => jittered(doubled(failures), seed),
        Pace::Slow => jittered(MOST, seed),
        Pace::Rare => jittered(ASKED_MOST, seed),
        Pace::NotBefore(asked) => asked.min(ASKED_MOST).max(doubled(failures) / ASKED_SHARE),
    }
}

fn doubled(failures: u32) -> Duration {
    let times = 1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
    FIRST.saturating_mul(times).min(MOST)
}

fn jittered(delay: Duration, seed: u64) -> Duration {
    let share = fastrand::Rng::with_seed(seed).f64() / 10.0;
    let delay = delay.saturating_sub(delay.mul_f64(share));
    Duration::from_millis(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
