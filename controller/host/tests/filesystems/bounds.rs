//! Where a filesystem ends, and that nothing is found or deleted beyond.
//!
//! Owns the proof for bind mounts and subvolumes, whose devices say the opposite of what they are.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use podsteward_domain::disk::inventory::FoundFile;
use podsteward_host::disk::{largest_directories, mount_of, same_filesystem};
use podsteward_host::files::{Found, Limits, Named, Selection, delete, find, refusal};

use super::stage::Stage;

/// Nothing is named.
static NOTHING: Named = Named::none();

/// Everything below a directory.
fn everything(root: &Path) -> Selection<'_> {
    Selection { root, glob: "**", older_than: Duration::ZERO, now_wall_ms: i64::MAX, named: &NOTHING }
}

fn found(root: &Path) -> Found {
    find(&everything(root), Limits::default()).unwrap()
}

fn paths(found: &Found) -> Vec<&str> {
    let mut paths: Vec<&str> = found.files.iter().map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    paths
}

/// What keeps a file from being deleted.
fn kept(root: &Path, path: &str) -> Vec<String> {
    delete(&everything(root), &[FoundFile { path: path.to_owned(), size: 0 }]).unwrap().kept
}

#[expect(
    clippy::disallowed_methods,
    reason = "only root may ask the kernel for a subvolume without its program"
)]
fn subvolume(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(
        Command::new("btrfs").args(["--quiet", "subvolume", "create"]).arg(path).status().unwrap().success()
    );
}

#[test]
#[ignore = "needs the filesystems of the lab"]
fn a_bind_mount_of_the_same_filesystem_is_not_entered() {
    for kind in ["btrfs", "ext4", "tmpfs"] {
        let mut stage = Stage::on(kind);
        stage.file("root/own");
        let protected = stage.file("protected/file");
        fs::create_dir(stage.path("root/mounted")).unwrap();
        stage.bind(&stage.path("protected"), &stage.path("root/mounted"));
        let root = stage.path("root");
        let found = found(&root);
        assert_eq!((paths(&found), found.elsewhere), (vec!["own"], 1), "{kind}");
        let reason = "mounted/file: it lies on another mount or in another subvolume";
        assert_eq!(kept(&root, "mounted/file"), [reason], "{kind}");
        assert!(protected.exists() && same_filesystem(&protected, &root.join("mounted")).unwrap(), "{kind}");
    }
}

#[test]
#[ignore = "needs the filesystems of the lab"]
fn what_is_kept_out_is_refused_under_another_name_too() {
    let mut stage = Stage::on("btrfs");
    let kept = stage.file("storage/graph/file").parent().unwrap().to_owned();
    for (from, verb) in [("storage/graph", "is"), ("storage", "holds")] {
        let root = stage.path(&format!("again/{verb}"));
        fs::create_dir_all(&root).unwrap();
        assert_eq!(refusal(&root, std::slice::from_ref(&kept)), None);
        stage.bind(&stage.path(from), &root);
        let said = format!("{} {verb} {}, which podsteward or Podman needs", root.display(), kept.display());
        assert_eq!(refusal(&root, std::slice::from_ref(&kept)), Some(said));
    }
}

#[test]
#[ignore = "needs the filesystems of the lab"]
fn a_file_that_is_mounted_over_another_is_not_deleted() {
    let mut stage = Stage::on("ext4");
    let (origin, over) = (stage.file("origin"), stage.file("root/over"));
    stage.bind(&origin, &over);
    let root = stage.path("root");
    let found = found(&root);
    assert_eq!((paths(&found), found.elsewhere), (vec![], 1));
    assert_eq!(kept(&root, "over"), ["over: it lies on another mount or in another subvolume"]);
    assert!(origin.exists());
}

#[test]
#[ignore = "needs the filesystems of the lab"]
fn a_subvolume_is_the_same_filesystem_but_is_not_entered() {
    let stage = Stage::on("btrfs");
    let own = stage.file("root/own");
    subvolume(&stage.path("root/subvolume"));
    let inner = stage.file("root/subvolume/file");
    assert!(same_filesystem(&own, &inner).unwrap());
    let root = stage.path("root");
    let found = found(&root);
    assert_eq!((paths(&found), found.elsewhere), (vec!["own"], 1));
    let reason = "subvolume/file: it lies on another mount or in another subvolume";
    assert_eq!(kept(&root, "subvolume/file"), [reason]);
    // A subvolume that is named itself is a root like any other.
    assert_eq!(paths(&super::bounds::found(&stage.path("root/subvolume"))), ["file"]);
    assert_eq!(mount_of(&inner).unwrap(), mount_of(&own).unwrap());
}

#[test]
#[ignore = "needs the filesystems of the lab"]
fn filesystems_are_told_apart_and_named() {
    let stages = ["btrfs", "mixed", "ext4", "tmpfs"].map(Stage::on);
    for (place, stage) in stages.iter().enumerate() {
        for (other, against) in stages.iter().enumerate() {
            assert_eq!(
                same_filesystem(stage.dir(), against.dir()).unwrap(),
                place == other,
                "{place} {other}"
            );
        }
        assert_eq!(mount_of(stage.dir()).unwrap().mount_point, stage.dir().parent().unwrap());
    }
    let types = stages.each_ref().map(|stage| mount_of(stage.dir()).unwrap().fs_type);
    assert_eq!(types, ["btrfs", "btrfs", "ext4", "tmpfs"]);
    assert!(mount_of(stages[2].dir()).unwrap().source.starts_with("/dev/loop"));
}

#[test]
#[ignore = "needs the filesystems of the lab"]
fn the_largest_directories_are_those_of_the_filesystem() {
    let mut stage = Stage::on("ext4");
    for (path, bytes) in [("large/below/deep/file", 9_000_000), ("small/file", 3_000_000)] {
        fs::write(stage.file(path), vec![1; bytes]).unwrap();
    }
    fs::create_dir(stage.path("mounted")).unwrap();
    stage.bind(&stage.path("large"), &stage.path("mounted"));
    let largest = largest_directories(&stage.path("small"), 2, Duration::from_mins(1)).unwrap();
    let paths: Vec<_> = largest.largest.iter().map(|(path, _)| path.clone()).collect();
    assert_eq!(paths, [stage.path("large/below"), stage.path("small")]);
    assert!((9_000_000..9_100_000).contains(&largest.largest[0].1), "{largest:?}");
}
