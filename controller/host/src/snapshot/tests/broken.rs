//! What cannot be kept says so, and what was interrupted is begun again.

use super::*;

async fn refused(request: Request) -> String {
    take(request).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_copy_has_a_bound() {
    let world = World::new();
    world.write("big", &"x".repeat(8192));
    let request = Request { bound: 4096, ..world.request("apply-1") };
    match take(request).await {
        // The filesystem shares blocks, so that nothing is copied.
        Ok(taken) => assert_ne!(taken.provider, Provider::Copy),
        Err(error) => assert_eq!(
            error.to_string(),
            "a copy would take 8195 bytes, over the bound of 4096, and its filesystem can share no blocks"
        ),
    }
}

#[tokio::test]
async fn what_is_no_directory_is_refused() {
    let world = World::new();
    let link = world.root.path().join("link");
    symlink(world.data(), &link).unwrap();
    for source in [link, world.data().join("a.txt"), world.root.path().join("missing")] {
        let told = refused(Request { source: source.clone(), ..world.request("apply-1") }).await;
        assert_eq!(told, format!("{} is no directory", source.display()));
    }
}

#[tokio::test]
async fn a_mount_point_is_refused() {
    let world = World::new();
    let told = refused(Request { source: "/proc".into(), ..world.request("apply-1") }).await;
    assert_eq!(told, "a filesystem is mounted at /proc itself: only a directory within one can be put back");
}

#[tokio::test]
async fn another_filesystem_is_refused() {
    let world = World::new();
    let area = Path::new("/proc/self").join(AREA);
    let told = refused(Request { area: area.clone(), ..world.request("apply-1") }).await;
    assert!(told.contains("another filesystem") || told.contains("no directory"), "{told}");
}

#[tokio::test]
async fn a_directory_with_the_snapshots_of_others_is_refused() {
    let world = World::new();
    fs::create_dir_all(world.data().join("deep").join(AREA)).unwrap();
    let told = refused(world.request("apply-1")).await;
    let place = world.data().join("deep").join(AREA);
    assert_eq!(told, format!("it holds the snapshots of other directories, in {}", place.display()));
}

#[tokio::test]
async fn a_snapshot_that_lost_something_does_not_count() {
    let world = World::new();
    let taken = world.taken("apply-1").await;
    if taken.provider == Provider::Btrfs {
        return;
    }
    fs::write(taken.location.join("a.txt"), "two").unwrap();
    let error = read_back(&taken).await.unwrap_err();
    assert!(matches!(error, Error::Differs(_)), "{error}");
}

#[tokio::test]
async fn a_snapshot_between_two_changes_counts() {
    let world = World::new();
    let mut taken = world.taken("apply-1").await;
    taken.census.entries += 1;
    read_back(&taken).await.unwrap();
}

#[tokio::test]
async fn a_name_is_given_once() {
    let world = World::new();
    let taken = world.taken("apply-1").await;
    world.write("a.txt", "two");
    let error = take(world.request("apply-1")).await.unwrap_err();
    assert!(matches!(error, Error::NameTaken(_)), "{error}");
    assert_eq!(fs::read_to_string(taken.location.join("a.txt")).unwrap(), "one");
}

#[tokio::test]
async fn what_an_interrupted_snapshot_left_is_replaced() {
    let world = World::new();
    let request = world.request("apply-1");
    fs::create_dir(&request.area).unwrap();
    let draft = super::super::place::draft(&request.source, &request.area);
    fs::create_dir_all(draft.join("half")).unwrap();
    let taken = take(request).await.unwrap();
    read_back(&taken).await.unwrap();
    assert!(!draft.exists());
}

#[tokio::test]
async fn what_an_interrupted_restore_left_is_replaced() {
    let world = World::new();
    let taken = world.taken("apply-1").await;
    for left in [".data.podsteward-restoring", ".data.podsteward-replaced"] {
        fs::create_dir(world.root.path().join(left)).unwrap();
        fs::write(world.root.path().join(left).join("half"), "").unwrap();
    }
    world.write("a.txt", "damaged");
    restore(&taken.location, taken.provider, &taken.source).await.unwrap();
    assert_eq!(world.read("a.txt"), "one");
    assert_eq!(world.beside(), [AREA, "data"]);
}

#[tokio::test]
async fn a_restore_between_two_renames_goes_on() {
    let world = World::new();
    let taken = world.taken("apply-1").await;
    fs::rename(world.data(), world.root.path().join(".data.podsteward-replaced")).unwrap();
    restore(&taken.location, taken.provider, &taken.source).await.unwrap();
    assert_eq!(world.read("a.txt"), "one");
    assert_eq!(world.beside(), [AREA, "data"]);
}

#[tokio::test]
async fn nothing_but_a_snapshot_is_removed_or_put_back() {
    let world = World::new();
    let area = world.root.path().join(AREA);
    fs::create_dir_all(area.join("mine")).unwrap();
    let paths =
        [world.data(), area.clone(), area.join("mine"), area.join("autonomous-1/../../data"), "/".into()];
    for path in paths {
        assert!(matches!(remove(&path, Provider::Copy).await, Err(Error::NotASnapshot(_))), "{path:?}");
        let put_back = restore(&path, Provider::Copy, &world.data()).await;
        assert!(matches!(put_back, Err(Error::NotASnapshot(_))), "{path:?}");
    }
    assert_eq!(world.read("a.txt"), "one");
}
