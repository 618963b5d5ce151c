//! Snapshots: what comes back, what is marked as removed, and that none is forgotten that is there.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::intent::IntentId;
use podsteward_domain::snapshot::{Provider, Snapshot, Source};

use super::bring_within;
use crate::fixtures::{Home, at, key};
use crate::{Access, Durability, Error, SnapshotFilter, Store, StoredSnapshot};

fn snapshot(name: &str, object: &str, second: u32) -> Snapshot {
    Snapshot {
        name: name.to_owned(),
        key: key(object),
        source: Source { path: "/srv/data".to_owned(), volume: None },
        provider: Provider::Btrfs,
        location: format!("/srv/.podsteward-snapshots/{name}/data"),
        bytes: 4_096,
        taken: at(second),
        keep_until: at(second).after(Duration::from_hours(7 * 24)),
        intent: IntentId(3),
        action: Action::DriftReconciliation,
    }
}

fn names(store: &Store, filter: &SnapshotFilter) -> Vec<String> {
    let found = store.snapshots(filter).unwrap();
    found.into_iter().map(|stored| stored.snapshot.name).collect()
}

#[test]
fn snapshots_are_listed_the_latest_first_and_by_object() {
    let home = Home::new();
    for (name, object, second) in
        [("b", "container/web", 2), ("c", "container/db", 3), ("a", "container/web", 1)]
    {
        home.store.put_snapshot(&snapshot(name, object, second)).unwrap();
    }
    assert_eq!(names(&home.store, &SnapshotFilter::default()), ["c", "b", "a"]);
    let web = SnapshotFilter { key: Some(key("container/web")), ..SnapshotFilter::default() };
    assert_eq!(names(&home.store, &web), ["b", "a"]);
    let stored = StoredSnapshot { snapshot: snapshot("a", "container/web", 1), removed_ms: None };
    assert_eq!(home.store.snapshot("a").unwrap(), Some(stored));
    assert_eq!(home.store.snapshot("z").unwrap(), None);
}

#[test]
fn a_removed_snapshot_is_remembered_and_removed_once() {
    let home = Home::new();
    for name in ["a", "b"] {
        home.store.put_snapshot(&snapshot(name, "container/web", 1)).unwrap();
    }
    assert!(home.store.mark_removed("a", at(9)).unwrap());
    assert!(!home.store.mark_removed("a", at(10)).unwrap());
    assert!(!home.store.mark_removed("z", at(10)).unwrap());
    assert_eq!(home.store.snapshot("a").unwrap().unwrap().removed_ms, Some(at(9).wall_ms));
    assert_eq!(names(&home.store, &SnapshotFilter::default()), ["b"]);
    assert_eq!(names(&home.store, &SnapshotFilter { removed: true, key: None }), ["b", "a"]);
}

#[test]
fn a_name_belongs_to_one_snapshot_for_ever() {
    let home = Home::new();
    let first = snapshot("a", "container/web", 1);
    home.store.put_snapshot(&first).unwrap();
    home.store.put_snapshot(&first).unwrap();
    let other = home.store.put_snapshot(&snapshot("a", "container/db", 1));
    assert_eq!(other.unwrap_err().to_string(), "there is already another 'a'");
    assert_eq!(home.store.snapshot("a").unwrap().unwrap().snapshot, first);
    home.store.mark_removed("a", at(9)).unwrap();
    assert!(matches!(home.store.put_snapshot(&first), Err(Error::NameTaken(name)) if name == "a"));
}

#[test]
fn the_oldest_of_those_that_are_gone_are_forgotten_and_none_that_is_there() {
    let home = Home::new();
    for (second, name) in (0..).zip(["a", "b", "c", "d", "e"]) {
        home.store.put_snapshot(&snapshot(name, "container/web", second)).unwrap();
    }
    for name in ["b", "c", "d"] {
        home.store.mark_removed(name, at(9)).unwrap();
    }
    home.store.write("test", Durability::Normal, |sqlite| bring_within(sqlite, 1)).unwrap();
    assert_eq!(names(&home.store, &SnapshotFilter { removed: true, key: None }), ["e", "d", "a"]);
}

#[test]
fn snapshots_are_read_without_a_controller() {
    let home = Home::new();
    home.store.put_snapshot(&snapshot("a", "container/web", 1)).unwrap();
    let Home { dir, lock, store } = home;
    drop((store, lock));
    let reader = Store::open(dir.path(), Access::ReadOnly).unwrap();
    assert_eq!(names(&reader, &SnapshotFilter::default()), ["a"]);
    assert!(matches!(reader.mark_removed("a", at(9)), Err(Error::ReadOnly)));
}
