//! When a filesystem is measured next.
//!
//! Owns the rule: so often that the fastest growth to reckon with cannot pass a threshold unseen. Never measures.

use std::time::Duration;

use podsteward_specs::disk::DiskPolicy;

use crate::disk::{DiskSample, Measure};

/// The longest wait: the minute by which history is kept.
pub const LONGEST: Duration = Duration::from_mins(1);
/// The shortest wait.
pub const SHORTEST: Duration = Duration::from_secs(1);
/// The growth to reckon with where none was seen: what a good disk of a home server writes, in bytes a second.
const RATE: u64 = 500_000_000;
/// Inodes that a busy program makes a second.
const INODE_RATE: u64 = 50_000;
/// While the level is over a threshold it is looked at so often, whatever the room left.
const PRESSED: Duration = Duration::from_secs(5);

/// The wait until the next measurement.
pub fn next(sample: &DiskSample, policy: &DiskPolicy) -> Duration {
    let waits = Measure::ALL.into_iter().filter_map(|measure| {
        let (gauge, thresholds) = (measure.of(sample)?, measure.thresholds(policy));
        let rate = if measure == Measure::Inodes { INODE_RATE } else { RATE };
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
