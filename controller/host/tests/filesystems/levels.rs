//! A filesystem that takes nothing any more is measured as full.
//!
//! Owns the proof for each measure on each kind of filesystem.

use std::fs;

use podsteward_domain::disk::{DiskSample, Gauge};
use podsteward_host::disk::{measure, settled};
use rustix::fs::statvfs;

use super::stage::Stage;

const MIB: u64 = 1 << 20;
/// From here on a filesystem is as good as full, in basis points.
const FULL: u16 = 9_500;

fn level(stage: &Stage) -> DiskSample {
    settled(stage.dir()).unwrap()
}

fn share(gauge: Option<Gauge>) -> u16 {
    gauge.expect("this filesystem has such a gauge").share()
}

/// The share that `statvfs` says a user can still have, in basis points.
fn promised(stage: &Stage) -> u64 {
    let stat = statvfs(stage.dir()).unwrap();
    stat.f_bavail * 10_000 / stat.f_blocks
}

#[test]
#[ignore = "needs the filesystems of the lab"]
fn records_of_btrfs_are_full_when_no_file_can_be_made_although_statvfs_promises_space() {
    let stage = Stage::on("btrfs");
    let files = stage.fill("large", 1_000_000);
    for number in (0..files).step_by(2) {
        fs::remove_file(stage.path(&format!("large{number}"))).unwrap();
    }
    let before = level(&stage);
    assert!(share(before.metadata) < 5_000, "{before:?}");
    stage.fill("small", 2_000);
    assert!(fs::write(stage.path("more"), "x").is_err());
    let after = level(&stage);
    assert!(share(after.metadata) >= FULL, "{after:?}");
    assert!(promised(&stage) > 4_000 && after.space.share() < 6_000, "{after:?}");
    // The level follows what is deleted, so that a cleanup sees what it achieved.
    for number in 0..4_000 {
        fs::remove_file(stage.path(&format!("small{number}"))).unwrap();
    }
    let cleaned = level(&stage);
    assert!(share(cleaned.metadata) < 8_000, "{cleaned:?}");
    fs::write(stage.path("more"), "x").unwrap();
}

#[test]
#[ignore = "needs the filesystems of the lab"]
fn records_of_a_btrfs_that_is_full_of_data_are_not_full() {
    let stage = Stage::on("btrfs");
    stage.fill("large", 1_000_000);
    let sample = level(&stage);
    assert!(sample.space.share() >= FULL && share(sample.metadata) < 5_000, "{sample:?}");
    assert_eq!(sample.inodes, None);
}

#[test]
#[ignore = "needs the filesystems of the lab"]
fn space_of_a_btrfs_that_nothing_was_written_to_is_all_that_data_can_get() {
    let stage = Stage::on("btrfs");
    let sample = level(&stage);
    let stat = statvfs(stage.dir()).unwrap();
    assert_eq!(sample.space.total - sample.space.used, stat.f_bavail * stat.f_frsize);
    assert!(sample.space.share() < 500, "{sample:?}");
}

#[test]
#[ignore = "needs the filesystems of the lab"]
fn a_btrfs_with_its_records_among_the_data_is_full_of_either() {
    for bytes in [1_000_000, 2_000] {
        let stage = Stage::on("mixed");
        stage.fill("file", bytes);
        let sample = level(&stage);
        assert!(sample.space.share() >= FULL && sample.metadata.is_none(), "{bytes}: {sample:?}");
    }
}

#[test]
#[ignore = "needs the filesystems of the lab"]
fn ext4_and_tmpfs_are_full_when_they_take_no_more() {
    for kind in ["ext4", "tmpfs"] {
        let stage = Stage::on(kind);
        assert!(level(&stage).space.share() < 2_000, "{kind}: {:?}", level(&stage));
        stage.fill("file", 100_000);
        let sample = level(&stage);
        assert!(sample.space.share() >= 9_900 && sample.metadata.is_none(), "{kind}: {sample:?}");
    }
}

#[test]
#[ignore = "needs the filesystems of the lab"]
fn ext4_without_inodes_is_full_of_them_and_not_of_data() {
    let stage = Stage::on("ext4");
    let files = stage.fill("empty", 0);
    let sample = level(&stage);
    let inodes = sample.inodes.unwrap();
    assert!(files > 1_000 && inodes.share() == 10_000 && inodes.total > files as u64, "{files}: {sample:?}");
    assert!(sample.space.share() < 5_000, "{sample:?}");
}

#[test]
#[ignore = "needs the filesystems of the lab"]
fn what_was_deleted_has_come_free_once_it_settled() {
    for kind in ["btrfs", "ext4", "tmpfs"] {
        let stage = Stage::on(kind);
        let empty = level(&stage).space.used;
        let file = stage.path("file");
        fs::write(&file, vec![b'x'; 10 * 1_048_576]).unwrap();
        // What a btrfs has only promised to write counts at once.
        let unwritten = measure(stage.dir()).unwrap().space.used;
        let written = level(&stage).space.used;
        fs::remove_file(file).unwrap();
        let deleted = level(&stage).space.used;
        assert!(written >= empty + 10 * MIB && deleted < empty + MIB, "{kind}: {empty} {written} {deleted}");
        assert!(unwritten >= empty + 10 * MIB, "{kind}: {empty} {unwritten}");
    }
}
