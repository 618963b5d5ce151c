//! Tracks and breakers: what is kept, forgotten and closed by hand.

use podsteward_domain::action::Action;
use podsteward_domain::track::{Overall, Track};

use super::{put, put_overall};
use crate::Durability;
use crate::fixtures::{Home, at, controller, key, tripped};

const RESTART: Action = Action::ServiceRestart;
const DRIFT: Action = Action::DriftReconciliation;

fn failing() -> Overall {
    Overall {
        failing: vec![key("container/a"), key("container/b")],
        opened: Some(at(4)),
        ..Overall::default()
    }
}

/// Two pairs with an open breaker, one without, and an action with an open breaker anywhere.
fn filled() -> Home {
    let home = Home::new();
    let well = Track { failures: 1, ended: Some(at(2)), ..Track::default() };
    home.store
        .write("test", Durability::Normal, |sqlite| {
            put(sqlite, &key("container/b"), RESTART, &tripped())?;
            put(sqlite, &key("container/a"), RESTART, &tripped())?;
            put(sqlite, &key("container/a"), DRIFT, &well)?;
            put_overall(sqlite, DRIFT, &Overall::default())?;
            put_overall(sqlite, RESTART, &failing())
        })
        .unwrap();
    home
}

fn told(home: &Home) -> Vec<String> {
    let tracks = home.store.tracks().unwrap().into_iter().map(|(key, action, track)| {
        format!("{key} {action}: {} failures, open {}", track.failures, track.opened.is_some())
    });
    let overall = home.store.overall().unwrap().into_iter().map(|(action, overall)| {
        format!("{action}: {} failing, open {}", overall.failing.len(), overall.opened.is_some())
    });
    tracks.chain(overall).collect()
}

#[test]
fn tracks_come_back_after_a_restart_by_object_and_action() {
    let Home { dir, lock, store } = filled();
    drop((store, lock));
    let (lock, store) = controller(dir.path());
    let home = Home { dir, lock, store };
    let expected = [
        "container/a service-restart: 3 failures, open true",
        "container/a drift-reconciliation: 1 failures, open false",
        "container/b service-restart: 3 failures, open true",
        "service-restart: 2 failing, open true",
        "drift-reconciliation: 0 failing, open false",
    ];
    assert_eq!(told(&home), expected);
    assert_eq!(home.store.tracks().unwrap()[0].2, tripped());
    assert_eq!(home.store.overall().unwrap()[&RESTART], failing());
}

#[test]
fn forgetting_an_object_closes_its_breakers_and_leaves_when_it_was_tried_and_others_alone() {
    let home = filled();
    let a = key("container/a");
    assert!(home.store.forget_tracks(&a).unwrap());
    let expected = [
        "container/a service-restart: 0 failures, open false",
        "container/a drift-reconciliation: 0 failures, open false",
        "container/b service-restart: 3 failures, open true",
        "service-restart: 1 failing, open true",
        "drift-reconciliation: 0 failing, open false",
    ];
    assert_eq!(told(&home), expected);
    assert_eq!(home.store.tracks().unwrap()[0].2, tripped().forgotten());
    assert_eq!(home.store.tracks().unwrap()[0].2.ended, Some(at(3)));
    assert_eq!(home.store.overall().unwrap()[&RESTART].failing, [key("container/b")]);
    assert!(!home.store.forget_tracks(&a).unwrap(), "there is nothing left to forget");
    assert!(!home.store.forget_tracks(&key("container/never")).unwrap());
}

#[test]
fn closing_the_breakers_by_hand_closes_all_and_tells_how_many_were_open() {
    let home = filled();
    assert_eq!(home.store.close_breakers().unwrap(), 3);
    let expected = [
        "container/a service-restart: 0 failures, open false",
        "container/a drift-reconciliation: 0 failures, open false",
        "container/b service-restart: 0 failures, open false",
        "service-restart: 0 failing, open false",
        "drift-reconciliation: 0 failing, open false",
    ];
    assert_eq!(told(&home), expected);
    assert_eq!(home.store.tracks().unwrap()[0].2, Track { failures: 0, opened: None, ..tripped() });
    assert_eq!(home.store.close_breakers().unwrap(), 0);
}

#[test]
fn the_end_of_a_pause_forgets_only_what_keeps_a_breaker_open() {
    let home = filled();
    let before = told(&home);
    home.store
        .write("test", Durability::Normal, |sqlite| {
            put(sqlite, &key("container/c"), DRIFT, &Track { failures: 2, ..Track::default() })
        })
        .unwrap();
    assert!(!home.store.begin_anew(&key("container/c"), true).unwrap(), "it only ended a pause");
    assert!(home.store.begin_anew(&key("container/c"), false).unwrap());
    assert!(home.store.begin_anew(&key("container/a"), true).unwrap(), "its breaker was open");
    assert_ne!(told(&home), before);
}
