//! How many files are deleted before it is measured again.
//!
//! Owns the arithmetic by which a cleanup stops where it has done enough. Never deletes or measures. Called by the
//! executor between two measurements.

use super::inventory::FoundFile;
use super::{DiskSample, Measure};
use crate::plan::Until;

/// So much of btrfs' own records a file is thought to take: a whole node, which is more than most do.
const RECORD: u64 = 16 << 10;
/// So many files are deleted at once at least where each frees a fraction of a node.
const RECORDS_LEAST: usize = 16;

/// How many of the files to come, the oldest first, are thought to bring it to its target, and no more; at least `least`,
/// and at least one.
pub fn next(files: &[FoundFile], until: &Until, sample: &DiskSample, least: usize) -> usize {
    let missing = until.missing(sample);
    let thought = match until.measure {
        Measure::Space => reaching(files, missing),
        Measure::Inodes => usize::try_from(missing).unwrap_or(usize::MAX),
        Measure::Metadata => {
            usize::try_from(missing.div_ceil(RECORD)).unwrap_or(usize::MAX).max(RECORDS_LEAST)
        }
    };
    thought.max(least).max(1).min(files.len())
}

/// How many of the first files take so much together.
fn reaching(files: &[FoundFile], bytes: u64) -> usize {
    let mut taken = 0_u64;
    let before = files.iter().take_while(|file| {
        let goes_on = taken < bytes;
        taken = taken.saturating_add(file.size);
        goes_on
    });
    before.count()
}

/// The least number of files of the batch after one: where that one freed nothing, because somebody holds its files open or
/// a snapshot has them, looking at each one by itself would take for ever.
pub fn least_after(least: usize, freed: bool) -> usize {
    if freed { 1 } else { least.saturating_mul(2) }
}

#[cfg(test)]
mod tests;
