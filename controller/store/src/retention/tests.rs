//! Bounds: the latest rows stay, and what is open always does.

use podsteward_domain::decision::Gate;
use podsteward_domain::finding::{Finding, FindingKind};
use podsteward_domain::intent::{IntentState, JournalEntry, Outcome, StepEvent};

use super::{BOUNDS, bring_within};
use crate::fixtures::{Home, at, begin, decision, key};
use crate::{DecisionFilter, Durability, Tombstone};

/// Every bound at once, brought down to two rows.
fn keep_two(home: &Home) {
    let bounds = BOUNDS.map(|(sql, _)| (sql, 2));
    home.store.write("test", Durability::Normal, |sqlite| bring_within(sqlite, &bounds)).unwrap();
}

#[test]
fn the_latest_decisions_and_tombstones_stay() {
    let home = Home::new();
    for (number, name) in ["a", "b", "c"].iter().enumerate() {
        let target = format!("container/{name}");
        let second = u32::try_from(number).unwrap();
        home.store.record_decision(&decision(&target, Some((Gate::Hold, ""))), at(second)).unwrap();
        let tombstone = Tombstone { canonical: String::new(), at: at(second) };
        home.store.put_tombstone(&key(&target), &tombstone).unwrap();
    }
    keep_two(&home);
    let decisions = home.store.decisions(&DecisionFilter::default()).unwrap();
    assert_eq!(decisions.len(), 2);
    assert!(decisions.iter().all(|entry| entry.decision.target != key("container/a")));
    let tombstones = home.store.tombstones().unwrap();
    assert_eq!(tombstones.into_keys().collect::<Vec<_>>(), [key("container/b"), key("container/c")]);
}

#[test]
fn closed_incidents_go_and_open_ones_stay() {
    let home = Home::new();
    let web = key("container/web");
    let finding = |kind| Finding::new(kind, &web, "");
    home.store.sync_incidents(&web, &[finding(FindingKind::Missing)], at(0)).unwrap();
    for second in 1..5 {
        home.store
            .sync_incidents(&web, &[finding(FindingKind::Missing), finding(FindingKind::Drift)], at(second))
            .unwrap();
        home.store.sync_incidents(&web, &[finding(FindingKind::Missing)], at(second)).unwrap();
    }
    keep_two(&home);
    assert_eq!(home.store.incidents(&web, 100).unwrap().len(), 3);
    assert_eq!(home.store.open_incidents().unwrap()[0].kind, FindingKind::Missing);
}

#[test]
fn closed_intents_go_with_their_journal_and_open_ones_stay() {
    let home = Home::new();
    let open = begin(&home.store, "container/open", "open");
    let mut closed = Vec::new();
    for _ in 0..3 {
        let intent = begin(&home.store, "container/web", "web");
        let (noun, text) = ("start-container".to_owned(), "start container web".to_owned());
        let line =
            JournalEntry { intent: intent.id, step: 0, noun, text, event: StepEvent::Done, at: at(11) };
        home.store.append(&line, Durability::Normal).unwrap();
        let done = IntentState::Closed { outcome: Outcome::Success, detail: String::new() };
        home.store.advance(intent.id, &done, at(12), Durability::Normal).unwrap();
        closed.push(intent.id);
    }
    keep_two(&home);
    let lines = |id| home.store.journal(id).unwrap().len();
    assert_eq!(closed.into_iter().map(lines).collect::<Vec<_>>(), [0, 1, 1]);
    assert_eq!(home.store.open_intents().unwrap(), [open]);
}

#[test]
fn maintenance_moves_the_log_into_the_database_and_is_no_write_of_somebody_else() {
    let home = Home::new();
    home.store.put_meta("last-event", "1").unwrap();
    let version = home.store.data_version().unwrap();
    home.store.maintain().unwrap();
    assert_eq!(home.store.data_version().unwrap(), version);
    let database = std::fs::read(home.dir.path().join("podsteward.db")).unwrap();
    assert!(database.windows(10).any(|window| window == b"last-event"));
}
