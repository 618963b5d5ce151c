//! How far a batch goes.
//!
//! Owns the table. Never deletes anything.

use super::*;
use crate::disk::Gauge;

fn until(measure: Measure) -> Until {
    Until { path: "/".to_owned(), measure, below: 4000 }
}

/// All three measures at so many of a thousand blocks of 4 KiB, inodes, and nodes.
fn sample(used: u64) -> DiskSample {
    let gauge = |unit: u64| Gauge { used: used * unit, total: 1000 * unit };
    DiskSample { space: gauge(4096), inodes: Some(gauge(1)), metadata: Some(gauge(RECORD)) }
}

fn files(sizes: &[u64]) -> Vec<FoundFile> {
    sizes.iter().map(|size| FoundFile { path: "a".to_owned(), size: *size }).collect()
}

#[test]
fn no_more_files_go_than_are_thought_to_be_needed() {
    let blocks = files(&[4096; 900]);
    // 902 are used, and less than 400 are wanted.
    let number = |measure| next(&blocks, &until(measure), &sample(902), 1);
    assert_eq!(Measure::ALL.map(number), [503, 503, 503]);
    let number = |measure| next(&blocks, &until(measure), &sample(400), 1);
    assert_eq!(Measure::ALL.map(number), [1, 1, RECORDS_LEAST]);
}

#[test]
fn a_file_that_takes_nothing_does_not_count_as_space() {
    let mixed = files(&[0, 1 << 20, 0, 1 << 20, 0, 1 << 20]);
    // 300 blocks and one are too many: the second of the large ones suffices.
    assert_eq!(next(&mixed, &until(Measure::Space), &sample(700), 1), 4);
}

#[test]
fn a_batch_never_goes_beyond_the_files_that_there_are() {
    assert_eq!(next(&files(&[0; 3]), &until(Measure::Space), &sample(1000), 1), 3);
    assert_eq!(next(&files(&[0; 3]), &until(Measure::Metadata), &sample(401), 1), 3);
}

#[test]
fn batches_that_free_nothing_grow_until_one_does() {
    let least = [false, false, false].iter().fold(1, |least, freed| least_after(least, *freed));
    assert_eq!((least, least_after(least, true)), (8, 1));
    assert_eq!(next(&files(&[4096; 900]), &until(Measure::Space), &sample(400), 8), 8);
}
