//! What was mounted and is away, and what was moved.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use podsteward_host::disk::Filesystem;

use super::{Mounts, Seen};

/// Each mount point is that of a filesystem of its own.
fn follow(mounts: &mut Mounts, path: &str, point: &str) -> Option<String> {
    on(mounts, path, (point, u64::try_from(point.len()).unwrap()))
}

fn on(mounts: &mut Mounts, path: &str, (point, device): (&str, u64)) -> Option<String> {
    let seen = Seen { point: PathBuf::from(point), filesystem: Some(Filesystem::Device(device)) };
    mounts.follow(path.as_ref(), seen).err().map(|error| error.to_string())
}

#[test]
fn of_two_mounts_of_one_filesystem_either_may_go() {
    let mut mounts = Mounts::default();
    assert_eq!(
        on(&mut mounts, "/srv/data", ("/srv/data", 7)),
        None,
        "a directory that is mounted onto itself"
    );
    assert_eq!(on(&mut mounts, "/srv/data", ("/srv", 7)), None);
    assert!(on(&mut mounts, "/srv/data", ("/", 1)).is_some(), "and then the filesystem is away");
}

#[test]
fn what_is_mounted_no_more_is_away_until_it_is_back() {
    let mut mounts = Mounts::default();
    assert_eq!(follow(&mut mounts, "/srv/data", "/srv"), None);
    let away = "nothing is mounted at /srv any more (where that is meant, remove its DiskPolicy and declare it again)";
    assert_eq!(follow(&mut mounts, "/srv/data", "/").as_deref(), Some(away));
    assert_eq!(follow(&mut mounts, "/srv/data", "/").as_deref(), Some(away), "it stays so");
    assert_eq!(follow(&mut mounts, "/srv/data", "/srv"), None);
    assert_eq!(follow(&mut mounts, "/srv/data", "/srv/data"), None, "one was mounted on top");
    assert!(follow(&mut mounts, "/srv/data", "/srv").is_some());
}

#[test]
fn another_life_of_the_controller_knows_what_was_mounted() {
    let mut mounts = Mounts::default();
    follow(&mut mounts, "/srv", "/srv");
    follow(&mut mounts, "/", "/");
    let all = mounts.of(&BTreeSet::from(["/".into(), "/srv".into()]));
    assert_eq!(all, BTreeMap::from([("/".into(), "/".into()), ("/srv".into(), "/srv".into())]));
    let mut next = Mounts::default();
    next.remember(&all);
    assert!(follow(&mut next, "/srv", "/").is_some());
    assert_eq!(follow(&mut next, "/", "/"), None);
    assert_eq!(next.of(&BTreeSet::new()), BTreeMap::new());
    assert_eq!(follow(&mut next, "/srv", "/"), None, "it was watched no more, and may lie elsewhere now");
}

#[test]
fn what_was_seen_since_counts_for_more_than_what_is_remembered() {
    let mut mounts = Mounts::default();
    follow(&mut mounts, "/srv", "/");
    mounts.remember(&BTreeMap::from([("/srv".into(), "/srv".into())]));
    assert_eq!(follow(&mut mounts, "/srv", "/"), None);
}
