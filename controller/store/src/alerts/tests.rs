//! Alerts in the store: one transaction, the latest word, and bounds.

use std::collections::BTreeMap;

use podsteward_domain::admit::IntentDraft;
use podsteward_domain::alert::{Answers, Episode};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::notification;

use super::*;
use crate::fixtures::{admit, at, controller, draft, key};

fn alert(fingerprint: &str, starts_ms: i64, resolved: bool, heard: u32) -> Alert {
    let labels = BTreeMap::from([("alertname".to_owned(), "Slow".to_owned())]);
    let episode = Episode { fingerprint: fingerprint.to_owned(), starts_ms };
    Alert { episode, labels, summary: String::new(), resolved, first: at(1), heard: at(heard) }
}

fn receive(store: &Store, alerts: &[Alert]) -> Kept {
    let finding = Finding::new(FindingKind::Alert, &key("container/web"), "alert Slow fires");
    let received = Received { alerts, findings: &[finding], proven: false };
    let tell = |incident: &Incident| {
        let finding = Finding::new(incident.kind, &incident.target, incident.message.clone());
        Some(notification::finding(&finding))
    };
    store.receive_alerts(&received, at(20), tell).unwrap()
}

fn open(store: &Store) -> Vec<(String, i64)> {
    let open = store.open_alerts().unwrap().into_iter();
    open.map(|alert| (alert.episode.fingerprint, alert.episode.starts_ms)).collect()
}

#[test]
fn what_comes_in_is_kept_with_the_incident_that_it_opens_and_told_once() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, store) = controller(dir.path());
    let first = receive(&store, &[alert("a", 5, false, 10)]);
    let again = receive(&store, &[alert("a", 5, false, 15)]);
    assert_eq!((first.incidents[0].1, again.incidents[0].1), (true, false));
    assert_eq!(first.incidents[0].0.id, again.incidents[0].0.id);
    assert_eq!(store.undelivered_count().unwrap(), 1);
    assert_eq!(store.open_alerts().unwrap(), [alert("a", 5, false, 15)]);
}

#[test]
fn the_latest_word_on_an_occurrence_counts_and_another_one_ends_it() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, store) = controller(dir.path());
    receive(&store, &[alert("a", 5, false, 10), alert("b", 5, false, 10)]);
    receive(&store, &[alert("a", 5, true, 12), alert("b", 9, false, 12)]);
    assert_eq!(open(&store), [("b".to_owned(), 9)]);
    receive(&store, &[alert("a", 5, false, 13)]);
    assert_eq!(open(&store), [("a".to_owned(), 5), ("b".to_owned(), 9)]);
}

#[test]
fn a_failed_write_keeps_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, store) = controller(dir.path());
    let reader = Store::open(dir.path(), crate::Access::ReadOnly).unwrap();
    let received = Received { alerts: &[alert("a", 5, false, 10)], findings: &[], proven: true };
    assert!(reader.receive_alerts(&received, at(20), |_| None).is_err());
    assert_eq!((open(&store), store.alert_path_proven().unwrap()), (Vec::new(), None));
    store.receive_alerts(&received, at(20), |_| None).unwrap();
    assert_eq!(store.alert_path_proven().unwrap(), Some(at(20)));
}

#[test]
fn whoever_sends_takes_no_more_room_than_this() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, store) = controller(dir.path());
    let many = |resolved: bool, count: u32| -> Vec<Alert> {
        (0..count).map(|at| alert(&format!("{resolved}{at}"), 5, resolved, at)).collect()
    };
    receive(&store, &many(false, OPEN_KEPT + 3));
    let forgotten = store.forgotten_alerts().unwrap();
    assert_eq!(forgotten.iter().filter(|alert| !alert.resolved).count(), 3);
    receive(&store, &many(true, OVER_KEPT + 3));
    let open = open(&store);
    assert_eq!((open.len(), open[0].0.as_str()), (2_000, "false3"));
    let over = store.read(|sqlite| {
        row::first(sqlite, "SELECT count(*) FROM alerts WHERE resolved = 1", [], |row| {
            Ok(row.get::<_, u32>(0)?)
        })
    });
    assert_eq!(over.unwrap(), Some(OVER_KEPT));
}

#[test]
fn one_that_nobody_spoke_of_for_a_month_is_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, store) = controller(dir.path());
    receive(&store, &[alert("a", 5, false, 10)]);
    let month = |days: u64| at(10).after(Duration::from_hours(days * 24));
    store.maintain(month(30)).unwrap();
    assert_eq!(open(&store).len(), 1);
    assert_eq!(store.forgotten_alerts().unwrap(), []);
    store.maintain(month(31)).unwrap();
    assert_eq!(open(&store).len(), 0);
    assert_eq!(store.forgotten_alerts().unwrap(), [alert("a", 5, false, 10)]);
    receive(&store, &[alert("a", 5, true, 40)]);
    assert_eq!(store.forgotten_alerts().unwrap(), [], "somebody spoke of it again");
}

#[test]
fn a_plan_because_of_alerts_is_remembered_with_them() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, store) = controller(dir.path());
    let episodes = vec![alert("a", 5, false, 10).episode];
    let answers = Answers { route: key("alertroute/slow"), episodes: episodes.clone() };
    let draft = IntentDraft { answers: Some(answers), ..draft("container/web", &["web"], &[]) };
    let intent = admit(&store, draft).unwrap();
    let answered = store.standing(&key("container/web")).unwrap().answered;
    assert_eq!(
        (answered[0].intent, &answered[0].episodes, answered[0].at),
        (intent.id, &episodes, intent.begun)
    );
    assert_eq!(store.alert_answers().unwrap(), [(key("container/web"), answered[0].clone())]);
    assert_eq!(store.standing(&key("container/db")).unwrap().answered, []);
}
