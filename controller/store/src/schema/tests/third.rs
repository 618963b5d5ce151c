//! A store that the third version left behind: it knew nothing of alerts, drills, reports and backups.

use podsteward_domain::switch::SwitchState;

use crate::fixtures::{at, key, pause};
use crate::schema::MIGRATIONS;
use crate::{Access, ControllerLock, Opening, Received, Store};

#[test]
fn a_store_of_the_third_version_is_brought_forward_and_takes_alerts() {
    let dir = tempfile::tempdir().unwrap();
    let lock = ControllerLock::take(dir.path()).unwrap();
    let old = Store::open_with(dir.path(), Access::Controller(&lock), &MIGRATIONS[..3]).unwrap();
    old.set_switch(SwitchState::Paused, Some(&pause("night")), at(5)).unwrap();
    old.put_tombstone(&key("container/web"), &crate::Tombstone { canonical: "{}".to_owned(), at: at(6) })
        .unwrap();
    drop(old);
    let store = Store::open(dir.path(), Access::Controller(&lock)).unwrap();
    let backup = dir.path().join("podsteward.db.version-3");
    assert_eq!(store.opening(), &Opening::Migrated { from: 3, backup });
    assert_eq!(store.switch().unwrap().state, SwitchState::Paused);
    let received = Received { alerts: &[], findings: &[], proven: true };
    store.receive_alerts(&received, at(9), |_| None).unwrap();
    assert_eq!((store.alert_path_proven().unwrap(), store.open_alerts().unwrap()), (Some(at(9)), Vec::new()));
    assert_eq!(store.undelivered_count().unwrap(), 0);
}
