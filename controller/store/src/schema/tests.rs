//! The versions: what an older store holds is still there, and still read.

use std::path::Path;

use podsteward_domain::action::Action;
use podsteward_domain::admit::{Admission, GateFacts};
use podsteward_domain::decision::Gate;
use podsteward_domain::intent::{IntentId, IntentState, Outcome};
use podsteward_domain::switch::SwitchState;

use super::MIGRATIONS;
use crate::fixtures::{at, close, closing, decision, key, log, pause};
use crate::{Access, ControllerLock, Durability, LoggedOutcome, Opening, Store};

mod second;
mod third;

/// What the first version wrote: a closed start, a plan in progress with its lease, a counted withholding, one that
/// was only told, and a memory.
const FIRST: &str = r#"
INSERT INTO intents (id, key, open, state, draft) VALUES
    (1, 'container/db', 0, '{"state":"closed","outcome":"success","detail":"verified"}', '{}'),
    (2, 'container/web', 1,
     '{"state":"stabilising","since":{"wall_ms":1790000011000,"boot_ms":11000,"boot_id":"00000000000000000000000000000001"},"baseline":{"container":"abc","started_ms":5}}',
     '{"key":"container/web","action":"start","shape":{"shape":"start"},"document":"{}","facts":"f1","image_id":null,"mends":[],"touches":{"objects":["container/web"],"containers":["web"],"images":[],"volumes":[]},"expectation":{"state":"running","stabilise":{"secs":10,"nanos":0}},"begun":{"wall_ms":1790000010000,"boot_ms":10000,"boot_id":"00000000000000000000000000000001"}}');
INSERT INTO leases VALUES (2, 'object', 'container/web', 1), (2, 'container', 'web', 1);
INSERT INTO decisions (at, last, last_ms, count, target, action, trigger, reason, verdict, gates, withheld_by, intent, outcome, detail, duration_ms) VALUES
    ('{"wall_ms":1,"boot_ms":1,"boot_id":"1"}', '{"wall_ms":1,"boot_ms":1,"boot_id":"1"}', 1, 1, 'container/db', 'start', 'not_running', 'it should run and does not', 'declared', '[{"gate":"switch","result":"pass"}]', NULL, 1, 'success', 'verified', 10000),
    ('{"wall_ms":2,"boot_ms":2,"boot_id":"1"}', '{"wall_ms":2,"boot_ms":2,"boot_id":"1"}', 2, 1, 'container/web', 'start', 'not_running', 'it should run and does not', 'declared', '[{"gate":"one-in-flight","result":"pass"}]', NULL, 2, NULL, '', NULL),
    ('{"wall_ms":3,"boot_ms":3,"boot_id":"1"}', '{"wall_ms":4,"boot_ms":4,"boot_id":"1"}', 4, 7, 'container/old', 'apply', 'edited', 'its document changed', 'declared', '[{"gate":"pause","result":"hold","detail":"moving","until":null}]', 'pause', NULL, 'withheld', 'moving', NULL),
    ('{"wall_ms":5,"boot_ms":5,"boot_id":"1"}', '{"wall_ms":5,"boot_ms":5,"boot_id":"1"}', 5, 1, 'container/told', 'apply', 'drift', 'it differs', 'alert-only', '[]', NULL, NULL, NULL, '', NULL);
INSERT INTO memory VALUES ('container/web', 1, '{}');
"#;

/// Leaves a store behind as the first version did.
fn first(dir: &Path) -> ControllerLock {
    let lock = ControllerLock::take(dir).unwrap();
    drop(Store::open_with(dir, Access::Controller(&lock), &MIGRATIONS[..1]).unwrap());
    let sqlite = rusqlite::Connection::open(dir.join("podsteward.db")).unwrap();
    sqlite.execute_batch(FIRST).unwrap();
    lock
}

/// The same, opened by a starting controller.
fn from_first(dir: &Path) -> (ControllerLock, Store) {
    let lock = first(dir);
    let store = Store::open(dir, Access::Controller(&lock)).unwrap();
    (lock, store)
}

#[test]
fn a_store_of_the_first_version_is_brought_forward_with_a_copy_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, store) = from_first(dir.path());
    let backup = dir.path().join("podsteward.db.version-1");
    assert_eq!(store.opening(), &Opening::Migrated { from: 1, backup: backup.clone() });
    assert_eq!(store.memories().unwrap().len(), 1);
    let copy = rusqlite::Connection::open(&backup).unwrap();
    let count = |sql: &str| copy.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((count("PRAGMA user_version"), count("SELECT count(*) FROM decisions")), (1, 4));
}

#[test]
fn the_log_of_the_first_version_is_still_read() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, store) = from_first(dir.path());
    let told: Vec<String> = log(&store)
        .iter()
        .map(|entry| {
            let outcome = entry.outcome.map_or("in progress", LoggedOutcome::as_str);
            let gate = entry.withheld_by.map_or("-", Gate::as_str);
            let plain = entry.decision.judgement.is_none() && entry.report.is_none() && !entry.rolled_back;
            format!("{} {outcome} {gate} {}x {plain}", entry.decision.target, entry.count)
        })
        .collect();
    let expected = [
        "container/told withheld - 1x true",
        "container/old withheld pause 7x true",
        "container/web in progress - 1x true",
        "container/db success - 1x true",
    ];
    assert_eq!(told, expected);
    assert_eq!(store.decision_counts(None).unwrap().iter().map(|count| count.rows).sum::<u64>(), 4);
}

#[test]
fn a_plan_that_the_first_version_began_is_finished_by_this_one() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, store) = from_first(dir.path());
    let intent = store.intent(&key("container/web")).unwrap().unwrap();
    assert_eq!((intent.id, intent.judgement.as_ref(), intent.approval), (IntentId(2), None, None));
    let IntentState::Stabilising { baseline, .. } = &intent.state else { panic!("{:?}", intent.state) };
    assert_eq!((baseline.started_ms, baseline.health), (Some(5), None));
    let mut held = Vec::new();
    let judge = |facts: &GateFacts| {
        held = facts.leases.iter().map(|lease| (lease.intent, lease.action)).collect();
        Admission::Withhold(decision("container/x", None), None)
    };
    store.admit(at(20), Durability::Normal, &key("container/x"), judge).unwrap();
    assert_eq!(held, [(intent.id, Action::Start)]);
    close(&store, &intent, &closing(Outcome::Success, "verified", 30)).unwrap();
    let entry = &log(&store)[3];
    assert_eq!((entry.intent, entry.outcome), (Some(intent.id), Some(LoggedOutcome::Success)));
}

#[test]
fn a_command_stops_and_resumes_a_controller_of_the_first_version() {
    let dir = tempfile::tempdir().unwrap();
    let _lock = first(dir.path());
    let cli = Store::open(dir.path(), Access::Cli).unwrap();
    assert_eq!(cli.opening(), &Opening::SwitchOnly { found: 1 });
    cli.set_switch(SwitchState::Stopped, Some(&pause("night")), at(6)).unwrap();
    let switch = cli.set_switch(SwitchState::Running, None, at(60)).unwrap();
    assert_eq!(switch.state, SwitchState::Running);
}
