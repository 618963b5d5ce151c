//! Everything that a tree may hold is kept.

use std::fs::{File, Permissions};
use std::os::unix::fs::{FileExt, PermissionsExt};

use rustix::fs::{CWD, FileType, Mode};

use super::*;

/// A tree with one of each.
fn one_of_each(world: &World) {
    let data = world.data();
    fs::create_dir(data.join("closed")).unwrap();
    fs::write(data.join("closed/secret"), "shh").unwrap();
    fs::set_permissions(data.join("closed/secret"), Permissions::from_mode(0o4640)).unwrap();
    fs::hard_link(data.join("closed/secret"), data.join("second-name")).unwrap();
    symlink("/etc/passwd", data.join("link")).unwrap();
    symlink("nowhere", data.join("dangling")).unwrap();
    rustix::fs::mknodat(CWD, data.join("pipe"), FileType::Fifo, Mode::RWXU, 0).unwrap();
    let sparse = File::create(data.join("sparse")).unwrap();
    sparse.write_all_at(b"end", 64 << 20).unwrap();
    sparse.sync_all().unwrap();
    let _unsupported =
        rustix::fs::setxattr(data.join("a.txt"), "user.colour", b"green", rustix::fs::XattrFlags::empty());
    fs::set_permissions(data.join("closed"), Permissions::from_mode(0o500)).unwrap();
}

fn attribute(path: &Path) -> Option<Vec<u8>> {
    let mut value = [0; 16];
    let length = rustix::fs::getxattr(path, "user.colour", &mut value[..]).ok()?;
    Some(value[..length].to_vec())
}

#[tokio::test]
async fn a_tree_comes_back_as_it_was() {
    let world = World::new();
    one_of_each(&world);
    let before = fs::metadata(world.data().join("closed/secret")).unwrap();
    let colour = attribute(&world.data().join("a.txt"));
    let taken = world.taken("apply-1").await;
    fs::set_permissions(world.data().join("closed"), Permissions::from_mode(0o700)).unwrap();
    fs::remove_dir_all(world.data().join("closed")).unwrap();
    restore(&taken.location, taken.provider, &taken.source).await.unwrap();
    let data = world.data();
    let after = fs::metadata(data.join("closed/secret")).unwrap();
    assert_eq!(
        (after.mode(), after.uid(), after.gid(), after.mtime(), after.mtime_nsec()),
        (before.mode(), before.uid(), before.gid(), before.mtime(), before.mtime_nsec())
    );
    assert_eq!(fs::metadata(data.join("closed")).unwrap().mode() & 0o7777, 0o500);
    assert_eq!(after.ino(), fs::metadata(data.join("second-name")).unwrap().ino());
    assert_eq!(fs::read_link(data.join("link")).unwrap(), Path::new("/etc/passwd"));
    assert_eq!(fs::read_link(data.join("dangling")).unwrap(), Path::new("nowhere"));
    assert_eq!(attribute(&data.join("a.txt")), colour);
    let sparse = fs::metadata(data.join("sparse")).unwrap();
    assert_eq!(sparse.len(), (64 << 20) + 3);
    assert!(sparse.blocks() * 512 < 1 << 20, "{} blocks", sparse.blocks());
}

#[tokio::test]
async fn holes_do_not_count() {
    let world = World::new();
    one_of_each(&world);
    let taken = world.taken("apply-1").await;
    assert_eq!(taken.census.entries, 8);
    assert!(taken.census.bytes < 1 << 20, "{}", taken.census);
}

#[tokio::test]
async fn what_a_symlink_points_to_is_neither_read_nor_touched() {
    let world = World::new();
    let outside = world.root.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("big"), "kept").unwrap();
    symlink(&outside, world.data().join("out")).unwrap();
    let taken = world.taken("apply-1").await;
    assert!(fs::symlink_metadata(taken.location.join("out")).unwrap().is_symlink());
    restore(&taken.location, taken.provider, &taken.source).await.unwrap();
    remove(&taken.location, taken.provider).await.unwrap();
    assert_eq!(fs::read_to_string(outside.join("big")).unwrap(), "kept");
}
