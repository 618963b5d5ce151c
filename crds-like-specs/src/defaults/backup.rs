//! What holds where a `BackupCheck` is silent, each value with its why.
//!
//! Owns the values. Called by validation.

use std::time::Duration;

use crate::quantity::Bytes;

/// An empty file is what a program leaves behind that could open its target and write nothing.
pub const MIN_SIZE: Bytes = Bytes(1);

/// Listing the archives of a repository over a network takes some seconds; a minute is a repository that does not answer.
pub const TIMEOUT: Duration = Duration::from_mins(1);

/// Whoever needs longer proves it another way: one that never ends would be found out only after that time.
pub const TIMEOUT_MAX: Duration = Duration::from_hours(1);

/// Shorter ages come and go between two looks.
pub const MAX_AGE_MIN: Duration = Duration::from_secs(10);

/// A monthly test may be late by some days.
pub const RESTORE_MAX_AGE: Duration = Duration::from_hours(35 * 24);
