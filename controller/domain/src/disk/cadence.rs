//! When a filesystem is measured next.
//!
//! Owns the rule: so often that the fastest growth to reckon with cannot pass a threshold unseen. Never measures.

use std::time::Duration;

use podsteward_specs::disk::DiskPolicy;

use crate::disk::{DiskSample, Gauge, Measure};

/// The longest wait: the minute by which history is kept.
pub const LONGEST: Duration = Duration::from_mins(1);
/// The shortest wait.
pub const SHORTEST: Duration = Duration::from_secs(1);
/// The growth to reckon with unless a faster one was seen: what a good disk of a home server writes, in bytes a second.
const RATE: u64 = 500_000_000;
/// Inodes that a busy program makes a second.
const INODE_RATE: u64 = 50_000;
/// Growth may be so many times as fast as it was seen.
const SPURT: u64 = 2;
/// While the level is over a threshold it is looked at so often, whatever the room left.
const PRESSED: Duration = Duration::from_secs(5);

/// The wait until the next measurement, by the room that is left and the growth since the one before, so long ago.
pub fn next(sample: &DiskSample, before: Option<(&DiskSample, Duration)>, policy: &DiskPolicy) -> Duration {
    let waits = Measure::ALL.into_iter().filter_map(|measure| {
        let (gauge, thresholds) = (measure.of(sample)?, measure.thresholds(policy));
        let usual = if measure == Measure::Inodes { INODE_RATE } else { RATE };
        let rate = usual.max(before.map_or(0, |before| seen(measure, gauge, before)).saturating_mul(SPURT));
        let over = gauge.share() >= thresholds.act;
        let threshold = if over { crate::score::ONE } else { thresholds.act };
        let room = u128::from(gauge.total) * u128::from(threshold) / u128::from(crate::score::ONE);
        let room = room.saturating_sub(u128::from(gauge.used));
        let seconds = u64::try_from(room / u128::from(rate)).unwrap_or(u64::MAX);
        let wait = Duration::from_secs(seconds);
        Some(if over { wait.min(PRESSED) } else { wait })
    });
    waits.min().unwrap_or(LONGEST).clamp(SHORTEST, LONGEST)
}

/// How fast a measure grew, by the second.
fn seen(measure: Measure, present: Gauge, (before, ago): (&DiskSample, Duration)) -> u64 {
    let grown = measure.of(before).map_or(0, |before| present.used.saturating_sub(before.used));
    let rate = u128::from(grown).saturating_mul(1000).checked_div(ago.as_millis()).unwrap_or_default();
    u64::try_from(rate).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
