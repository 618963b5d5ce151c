//! Bounds: the latest rows stay, and what is open always does.

use podsteward_domain::approval::ApprovalState;
use podsteward_domain::decision::Gate;
use podsteward_domain::finding::{Finding, FindingKind};
use podsteward_domain::intent::{JournalEntry, Outcome, StepEvent};
use podsteward_domain::time::Moment;

use super::{BOUNDS, DECISIONS, Decisions, bring_within, keep};
use crate::fixtures::{Home, ask, at, begin, close, closing, decision, key, log, notification};
use crate::{Durability, Tombstone};

/// Every bound at once, brought down to two rows.
fn keep_two(home: &Home) {
    let bounds = BOUNDS.map(|(sql, _)| (sql, 2));
    home.store.write("test", Durability::Normal, |sqlite| bring_within(sqlite, &bounds)).unwrap();
}

#[test]
fn the_latest_tombstones_stay() {
    let home = Home::new();
    for (number, name) in ["a", "b", "c"].iter().enumerate() {
        let target = format!("container/{name}");
        let second = u32::try_from(number).unwrap();
        let tombstone = Tombstone { canonical: String::new(), at: at(second) };
        home.store.put_tombstone(&key(&target), &tombstone).unwrap();
    }
    keep_two(&home);
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
        close(&home.store, &intent, &closing(Outcome::Success, "", 12)).unwrap();
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
    home.store.maintain(at(60)).unwrap();
    assert_eq!(home.store.data_version().unwrap(), version);
    let database = std::fs::read(home.dir.path().join("podsteward.db")).unwrap();
    assert!(database.windows(10).any(|window| window == b"last-event"));
}

/// What the clock says so many days later.
fn days_later(days: i64) -> Moment {
    Moment { wall_ms: at(0).wall_ms + days * 86_400_000, ..at(0) }
}

/// Keeps the log as it is kept, but for the counts: two decisions, and one of them whole.
fn keep_log(home: &Home, now: Moment) {
    let decisions = Decisions { kept: 2, whole: 1, ..DECISIONS };
    home.store.write("test", Durability::Normal, |sqlite| keep(sqlite, &decisions, now)).unwrap();
}

/// The log, the oldest first: each object with how many gates it still has.
fn kept(home: &Home) -> Vec<String> {
    let entries = log(&home.store).into_iter().rev();
    entries.map(|entry| format!("{} {}", entry.decision.target.name, entry.decision.gates.len())).collect()
}

/// One decision a day, withheld by the first of its two gates.
fn withhold(home: &Home, names: &[&str]) {
    for (day, name) in (0..).zip(names) {
        let held = decision(&format!("container/{name}"), Some((Gate::Hold, "held")));
        home.store.record_decision(&held, None, days_later(day)).unwrap();
    }
}

#[test]
fn decisions_are_kept_for_ninety_days() {
    let home = Home::new();
    withhold(&home, &["a", "b", "c", "d"]);
    keep_log(&home, days_later(90));
    assert_eq!(kept(&home), ["a 1", "b 1", "c 1", "d 2"]);
    keep_log(&home, days_later(91));
    assert_eq!(kept(&home), ["b 1", "c 1", "d 2"]);
}

#[test]
fn a_clock_that_jumps_deletes_and_empties_nothing_of_the_latest() {
    let home = Home::new();
    withhold(&home, &["a", "b", "c"]);
    keep_log(&home, days_later(4_000));
    assert_eq!(kept(&home), ["b 1", "c 2"]);
    keep_log(&home, days_later(-4_000));
    assert_eq!(kept(&home), ["b 1", "c 2"]);
}

#[test]
fn after_a_week_a_decision_keeps_only_the_gate_that_withheld_it() {
    let home = Home::new();
    withhold(&home, &["a", "b", "c"]);
    keep_log(&home, days_later(7));
    assert_eq!(kept(&home), ["a 2", "b 2", "c 2"]);
    keep_log(&home, days_later(8));
    assert_eq!(kept(&home), ["a 1", "b 2", "c 2"]);
    let entry = log(&home.store).pop().unwrap();
    assert_eq!(entry.decision.withheld_by().map(|result| result.gate), Some(Gate::Hold));
    assert_eq!((entry.withheld_by, entry.detail.as_str()), (Some(Gate::Hold), "held"));
}

#[test]
fn a_decision_that_no_gate_withheld_keeps_no_gate_after_a_week() {
    let home = Home::new();
    begin(&home.store, "container/a", "a");
    withhold(&home, &["b"]);
    keep_log(&home, days_later(30));
    assert_eq!(kept(&home), ["a 0", "b 2"]);
}

#[test]
fn an_old_decision_that_is_made_again_is_whole_again() {
    let home = Home::new();
    withhold(&home, &["a", "b"]);
    keep_log(&home, days_later(30));
    assert_eq!(kept(&home), ["a 1", "b 2"]);
    let held = decision("container/a", Some((Gate::Hold, "held")));
    home.store.record_decision(&held, None, days_later(31)).unwrap();
    assert_eq!(kept(&home), ["a 2", "b 2"]);
    keep_log(&home, days_later(60));
    assert_eq!(kept(&home), ["a 1", "b 2"]);
}

#[test]
fn what_is_in_progress_or_waits_for_an_answer_stays() {
    let home = Home::new();
    begin(&home.store, "container/begun", "begun");
    ask(&home.store, "container/asked");
    withhold(&home, &["a", "b", "c"]);
    keep_log(&home, days_later(4_000));
    assert_eq!(kept(&home), ["begun 0", "asked 1", "b 1", "c 2"]);
}

#[test]
fn so_many_decisions_are_deleted_at_a_time() {
    let home = Home::new();
    withhold(&home, &["a", "b", "c", "d"]);
    let decisions = Decisions { kept: 0, at_once: 1, ..DECISIONS };
    for left in [3, 2] {
        home.store
            .write("test", Durability::Normal, |sqlite| keep(sqlite, &decisions, days_later(4_000)))
            .unwrap();
        assert_eq!(log(&home.store).len(), left);
    }
}

#[test]
fn ended_approvals_and_settled_notifications_go_and_what_waits_stays() {
    let home = Home::new();
    let waits = ask(&home.store, "container/waits");
    for number in 0..3 {
        let asked = ask(&home.store, &format!("container/c{number}"));
        home.store.end_approvals(&[(asked.id, ApprovalState::Expired)], at(30)).unwrap();
    }
    for entry in home.store.undelivered(10).unwrap() {
        home.store.settle(entry.id).unwrap();
    }
    keep_two(&home);
    let states: Vec<_> = home.store.approvals(false, 10).unwrap();
    assert_eq!((states.len(), &states[0]), (3, &waits));
    assert_eq!(home.store.recent(10).unwrap().len(), 2);
}

#[test]
fn an_outbox_that_nobody_empties_is_bounded_with_its_deliveries() {
    let home = Home::new();
    let all = ["a", "b", "c"].map(notification);
    home.store.tell(&all, at(1)).unwrap();
    for entry in home.store.undelivered(10).unwrap() {
        home.store.begin_delivery(&[entry.id], "phone", at(2)).unwrap();
    }
    keep_two(&home);
    let left = home.store.undelivered(10).unwrap();
    assert_eq!(left.iter().map(|entry| entry.notification.title.as_str()).collect::<Vec<_>>(), ["b", "c"]);
    let sql = "SELECT count(*) FROM deliveries";
    let deliveries: i64 = home.store.read(|sqlite| Ok(sqlite.query_row(sql, [], |row| row.get(0))?)).unwrap();
    assert_eq!(deliveries, 2);
}
