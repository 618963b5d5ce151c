//! How soon a filesystem is looked at again.

use std::time::Duration;

use podsteward_specs::document::Document;
use podsteward_specs::load::{SourceFile, load};

use super::next;
use crate::disk::{DiskSample, Gauge};

const GB: u64 = 1_000_000_000;

fn policy() -> Document {
    let text =
        "apiVersion: podsteward.dev/v1alpha1\nkind: DiskPolicy\nmetadata: {name: data}\nspec: {path: /srv}\n";
    let file = SourceFile { path: "disk.yaml".to_owned(), bytes: text.into() };
    load(&[file]).files[0].documents[0].clone()
}

fn sample(used: u64, total: u64) -> DiskSample {
    DiskSample { space: Gauge { used: used * GB, total: total * GB }, inodes: None, metadata: None }
}

#[test]
fn a_large_disk_far_from_its_threshold_is_looked_at_by_the_minute_and_a_small_one_by_the_second() {
    let policy = policy();
    let wait = |used, total| next(&sample(used, total), None, policy.disk().unwrap()).as_secs();
    assert_eq!([wait(100, 1000), wait(835, 1000), wait(84, 100), wait(1, 2)], [60, 30, 2, 1]);
}

#[test]
fn over_its_threshold_a_disk_is_looked_at_every_few_seconds_however_large() {
    let policy = policy();
    assert_eq!(next(&sample(860, 1000), None, policy.disk().unwrap()), Duration::from_secs(5));
}

#[test]
fn growth_that_is_faster_than_reckoned_with_is_looked_at_sooner() {
    let policy = policy();
    let before = sample(100, 1000);
    let wait =
        |ago| next(&sample(400, 1000), Some((&before, Duration::from_secs(ago))), policy.disk().unwrap());
    assert_eq!(wait(60), Duration::from_secs(45), "5 GB a second were seen, 10 are reckoned with");
    assert_eq!(wait(6000), Duration::from_mins(1));
}
