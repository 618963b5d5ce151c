//! When a container that ended is started again: Kubernetes' rules.
//!
//! Owns the back-off of starts and the numbers of `crash_loop`. Never starts anything.
//! Used by the gate `backoff`, the detector `crash_loop` and by learning.

use std::time::Duration;

use podsteward_specs::key::Key;
use sha2::{Digest, Sha256};

use crate::memory::Restarts;
use crate::time::Moment;

/// The wait before the second start in a row. Kubernetes: 10 s.
pub const BACKOFF_FIRST: Duration = Duration::from_secs(10);
/// The longest wait. Kubernetes: 5 m.
pub const BACKOFF_LONGEST: Duration = Duration::from_mins(5);
/// So long up, and the next end begins afresh. Kubernetes: 10 m.
pub const BACKOFF_RESET: Duration = Duration::from_mins(10);
/// So many ends within [`CRASH_LOOP_WINDOW`] are a crash loop.
pub const CRASH_LOOP_ENDS: usize = 3;
/// The window in which ends are counted.
pub const CRASH_LOOP_WINDOW: Duration = Duration::from_mins(10);
/// How much longer than computed a wait may be, in percent, so that containers do not start in step.
const JITTER_PERCENT_MAX: u64 = 10;

/// How long to wait after an end, the `streak`-th in a row (the first is 0): nothing, then 10 s doubling.
pub fn wait(key: &Key, restarts: &Restarts) -> Duration {
    let Some(doublings) = restarts.streak.checked_sub(1) else { return Duration::ZERO };
    let factor = 1u32.checked_shl(doublings.min(16)).unwrap_or(u32::MAX);
    let plain = BACKOFF_FIRST.saturating_mul(factor).min(BACKOFF_LONGEST);
    let jitter = plain.saturating_mul(jitter_percent(key, restarts.total)) / 100;
    (plain + jitter).min(BACKOFF_LONGEST)
}

/// A percentage that is the same for the same object and restart, and differs between objects.
fn jitter_percent(key: &Key, total: u64) -> u32 {
    let digest = Sha256::digest(format!("{key} {total}"));
    let percent = u64::from(digest[0]) * JITTER_PERCENT_MAX / 255;
    u32::try_from(percent).unwrap_or(0)
}

/// The restarts after one more end of the process at `at`.
#[must_use]
pub fn after_end(restarts: &Restarts, at: Moment) -> Restarts {
    let mut next = restarts.clone();
    if restarts.last_start.is_some_and(|start| at.since(start) >= BACKOFF_RESET) {
        next.streak = 0;
        next.looping = false;
    }
    next.last_exit = Some(at);
    for ends in [&mut next.recent, &mut next.by_probe] {
        ends.retain(|end| at.since(*end) < CRASH_LOOP_WINDOW);
    }
    next.recent.push(at);
    next.looping |= next.recent.len() >= CRASH_LOOP_ENDS;
    next
}

/// The restarts after podsteward ended the process at `at`, because a probe of it failed.
#[must_use]
pub fn after_end_by_probe(restarts: &Restarts, at: Moment) -> Restarts {
    let mut next = after_end(restarts, at);
    next.by_probe.push(at);
    next
}

/// The restarts after podsteward started the container again at `at`.
#[must_use]
pub fn after_start(restarts: &Restarts, at: Moment) -> Restarts {
    let mut next = restarts.clone();
    next.total += 1;
    next.streak = next.streak.saturating_add(1);
    next.last_start = Some(at);
    next
}

/// `1 restart`, `3 restarts in a row`.
pub fn in_a_row(streak: u32) -> String {
    if streak == 1 { "1 restart".to_owned() } else { format!("{streak} restarts in a row") }
}

/// What a container in a crash loop keeps doing.
pub fn habit(restarts: &Restarts) -> &'static str {
    match (restarts.by_probe.len(), restarts.recent.len()) {
        (0, _) => "it keeps ending",
        (by_probe, all) if by_probe >= all => "its probe keeps failing",
        _ => "it keeps ending, or its probe keeps failing",
    }
}

/// How long a container that keeps ending must still be up to be well again; `None`: it is.
pub fn calm_in(restarts: &Restarts, now: Moment) -> Option<Duration> {
    let latest = [restarts.last_start, restarts.last_exit].into_iter().flatten().reduce(Moment::later);
    let latest = latest.filter(|_| restarts.looping)?;
    Some(now.end_of(latest, BACKOFF_RESET)?.since(now))
}
