//! What holds where a `DiskPolicy` is silent, each value with its why.
//!
//! Owns the values. Called by validation.

use std::time::Duration;

use crate::disk::{CleanupStep, Forecast, Thresholds};
use crate::quantity::Bytes;

const DAY: Duration = Duration::from_hours(24);

/// A quarter free is enough for most filesystems to stay fast; at 85 % a disk that fills by the hour still leaves time to
/// clean it, and 15 points below it is cleaned far enough not to be there again by tomorrow. At 95 % root's own reserve
/// begins on ext4, and btrfs finds no room for new chunks. Inodes end as abruptly as bytes do.
pub const THRESHOLDS: Thresholds = Thresholds { warn: 7500, act: 8500, target: 7000, critical: 9500 };

/// A week holds every job that runs weekly, so that its growth is no surprise; two weeks are time to buy a disk; a fit
/// that explains less than six tenths of what was seen is a guess.
pub const FORECAST: Forecast =
    Forecast { lookback: DAY.saturating_mul(7), horizon: DAY.saturating_mul(14), min_confidence: 6000 };

/// No forecast is made of less than a day's samples, so looking back less far would never find anything.
pub const LOOKBACK_MIN: Duration = DAY;

/// Without a word from the user only that goes which nobody can name any more, or which the next build makes again.
pub const CLEANUP: [CleanupStep; 2] = [CleanupStep::PruneDanglingImages, CleanupStep::PruneBuildCache];

/// A week, so that damage that is noticed only after a weekend away can still be undone.
pub const SNAPSHOT_RETENTION: Duration = DAY.saturating_mul(7);

/// What ran within a month may be the monthly job's, and pulling it again may not be possible when it is needed.
pub const UNUSED_FOR: Duration = DAY.saturating_mul(30);

/// The newest image of each repository stays, so that a service that was taken down can come back without a network.
pub const KEEP_LAST: u32 = 1;

/// A day, so that whoever wants to know why a container ended finds it and its log the next morning.
pub const EXITED_FOR: Duration = DAY;

/// A log of this size holds weeks of a calm container; one that is larger is noise, or the very thing that fills the disk.
pub const LOG_OVER: Bytes = Bytes(100 << 20);

/// Enough of the journal to look back over some days on most hosts.
pub const JOURNAL_KEEP: Bytes = Bytes(500 << 20);
