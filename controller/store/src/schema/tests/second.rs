//! A store that the second version left behind: it knew nothing of disks.

use std::path::{Path, PathBuf};

use podsteward_domain::action::Action;
use podsteward_domain::approval::ApprovalState;
use podsteward_domain::intent::{IntentState, Outcome};
use podsteward_domain::plan::Shape;
use podsteward_domain::switch::SwitchState;

use crate::fixtures::{at, close, closing, key, log};
use crate::schema::MIGRATIONS;
use crate::{Access, ControllerLock, LoggedOutcome, Opening, SnapshotFilter, Store};

/// Leaves a store behind as the second version did.
fn second(dir: &Path) -> ControllerLock {
    let lock = ControllerLock::take(dir).unwrap();
    drop(Store::open_with(dir, Access::Controller(&lock), &MIGRATIONS[..2]).unwrap());
    let sqlite = rusqlite::Connection::open(dir.join("podsteward.db")).unwrap();
    sqlite.execute_batch(include_str!("second.sql")).unwrap();
    lock
}

/// The same, opened by a starting controller.
fn from_second(dir: &Path) -> (ControllerLock, Store) {
    let lock = second(dir);
    let store = Store::open(dir, Access::Controller(&lock)).unwrap();
    (lock, store)
}

fn backup(dir: &Path) -> PathBuf {
    dir.join("podsteward.db.version-2")
}

#[test]
fn a_store_of_the_second_version_is_brought_forward_with_a_copy_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, store) = from_second(dir.path());
    let backup = backup(dir.path());
    assert_eq!(store.opening(), &Opening::Migrated { from: 2, backup: backup.clone() });
    let copy = rusqlite::Connection::open(&backup).unwrap();
    let count = |sql: &str| copy.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((count("PRAGMA user_version"), count("SELECT count(*) FROM decisions")), (2, 4));
    assert_eq!(count("SELECT count(*) FROM sqlite_schema WHERE name = 'samples'"), 0);
}

#[test]
fn what_the_second_version_knew_is_still_known() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, store) = from_second(dir.path());
    let outcomes: Vec<_> = log(&store)
        .iter()
        .map(|entry| entry.outcome.map_or("in progress", LoggedOutcome::as_str).to_owned())
        .collect();
    assert_eq!(outcomes, ["withheld", "queued", "in progress", "success"]);
    let ended = &log(&store)[3];
    assert_eq!((ended.report.is_some(), ended.snapshot.as_deref()), (true, None));
    assert_eq!(store.tracks().unwrap()[0].0, key("container/db"));
    assert_eq!(store.overall().unwrap().len(), 1);
    assert_eq!(store.memories().unwrap().len(), 1);
    assert_eq!(store.undelivered_count().unwrap(), 2);
    let approvals = store.open_approvals().unwrap();
    assert_eq!((approvals.len(), &approvals[0].state), (1, &ApprovalState::Pending));
    let switch = store.switch().unwrap();
    assert_eq!((switch.state, switch.objects.len()), (SwitchState::Running, 1));
}

#[test]
fn a_plan_that_the_second_version_began_is_finished_by_this_one() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, store) = from_second(dir.path());
    let intent = store.intent(&key("container/web")).unwrap().unwrap();
    assert!(matches!(intent.shape, Shape::Recreate { was_running: true, .. }), "{:?}", intent.shape);
    assert!(matches!(intent.state, IntentState::Stabilising { .. }), "{:?}", intent.state);
    assert_eq!(intent.action, Action::Start);
    close(&store, &intent, &closing(Outcome::Success, "verified", 30)).unwrap();
    assert_eq!(log(&store)[2].outcome, Some(LoggedOutcome::Success));
    assert!(store.open_intents().unwrap().is_empty());
}

#[test]
fn a_store_of_the_second_version_has_empty_histories_and_room_for_new_ones() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, store) = from_second(dir.path());
    let root = key("disk/root");
    assert_eq!(store.last_sample(&root).unwrap(), None);
    assert_eq!(store.latest_forecast(&root).unwrap(), None);
    assert!(store.reclaims(&root, 0).unwrap().is_empty());
    assert!(store.image_uses().unwrap().is_empty());
    assert!(store.snapshots(&SnapshotFilter::default()).unwrap().is_empty());
    assert!(store.put_restore_request("a", "alice", at(1)).unwrap());
}

#[test]
fn a_command_leaves_a_store_of_the_second_version_to_the_controller() {
    let dir = tempfile::tempdir().unwrap();
    let _lock = second(dir.path());
    let reader = Store::open(dir.path(), Access::ReadOnly).unwrap();
    assert_eq!(reader.opening(), &Opening::SwitchOnly { found: 2 });
    let refused = reader.latest_forecast(&key("disk/root")).unwrap_err();
    assert!(refused.to_string().contains("start this version's controller once"), "{refused}");
    assert!(!backup(dir.path()).exists());
}
