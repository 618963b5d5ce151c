//! Snapshots on the filesystem that the tests run on, whatever it is; btrfs and ext4 are proven end to end.

mod broken;
mod tree;

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use podsteward_domain::snapshot::{AREA, Provider};
use tempfile::TempDir;

use super::{Error, Request, Taken, read_back, remove, restore, take};

/// More than any of these directories holds.
const BOUND: u64 = 1 << 30;

/// A directory with data, and a place beside it.
struct World {
    root: TempDir,
}

impl World {
    fn new() -> Self {
        let world = Self { root: TempDir::new().unwrap() };
        fs::create_dir(world.data()).unwrap();
        world.write("a.txt", "one");
        world
    }

    fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.data().join(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.data().join(name)).unwrap()
    }

    fn request(&self, name: &str) -> Request {
        let area = self.root.path().join(AREA);
        Request { source: self.data(), area, name: format!("autonomous-{name}"), bound: BOUND }
    }

    async fn taken(&self, name: &str) -> Taken {
        let taken = take(self.request(name)).await.unwrap();
        read_back(&taken).await.unwrap();
        taken
    }

    /// What lies beside the directory.
    fn beside(&self) -> Vec<String> {
        let entries = fs::read_dir(self.root.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[tokio::test]
async fn what_was_damaged_is_put_back() {
    let world = World::new();
    let taken = world.taken("apply-1").await;
    world.write("a.txt", "damaged");
    world.write("b.txt", "more");
    restore(&taken.location, taken.provider, &taken.source).await.unwrap();
    assert_eq!(world.read("a.txt"), "one");
    assert!(!world.data().join("b.txt").exists());
    assert_eq!(world.beside(), [AREA, "data"]);
}

#[tokio::test]
async fn a_directory_that_is_gone_is_put_back() {
    let world = World::new();
    let taken = world.taken("apply-1").await;
    fs::remove_dir_all(world.data()).unwrap();
    restore(&taken.location, taken.provider, &taken.source).await.unwrap();
    assert_eq!(world.read("a.txt"), "one");
}

#[tokio::test]
async fn it_is_put_back_as_often_as_asked() {
    let world = World::new();
    let taken = world.taken("apply-1").await;
    for _ in 0..3 {
        world.write("a.txt", "damaged");
        restore(&taken.location, taken.provider, &taken.source).await.unwrap();
        assert_eq!(world.read("a.txt"), "one");
    }
}

#[tokio::test]
async fn each_snapshot_holds_its_own_time() {
    let world = World::new();
    let first = world.taken("apply-1").await;
    world.write("a.txt", "two");
    let second = world.taken("apply-2").await;
    restore(&first.location, first.provider, &first.source).await.unwrap();
    assert_eq!(world.read("a.txt"), "one");
    restore(&second.location, second.provider, &second.source).await.unwrap();
    assert_eq!(world.read("a.txt"), "two");
}

#[tokio::test]
async fn nobody_else_may_look_into_the_place_of_snapshots() {
    let world = World::new();
    world.taken("apply-1").await;
    let mode = fs::metadata(world.root.path().join(AREA)).unwrap().mode();
    assert_eq!(mode & 0o7777, 0o700);
}

#[tokio::test]
async fn the_last_snapshot_takes_its_place_with_it() {
    let world = World::new();
    let first = world.taken("apply-1").await;
    let second = world.taken("apply-2").await;
    remove(&first.location, first.provider).await.unwrap();
    assert_eq!(world.beside(), [AREA, "data"]);
    remove(&second.location, second.provider).await.unwrap();
    assert_eq!(world.beside(), ["data"]);
    remove(&second.location, second.provider).await.unwrap();
}
