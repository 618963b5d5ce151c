//! Intents: their life, and what they leave behind.

use podsteward_domain::intent::{Baseline, IntentId, IntentState, Outcome};

use crate::fixtures::{Home, at, begin, close, closing, controller, key};
use crate::{Durability, Error};

#[test]
fn an_open_intent_comes_back_after_a_restart_where_it_stood() {
    let home = Home::new();
    let intent = begin(&home.store, "container/web", "web");
    let baseline = Baseline { container: Some("abc".to_owned()), started_ms: Some(1), ..Baseline::default() };
    let stabilising = IntentState::Stabilising { since: at(12), baseline };
    home.store.advance(intent.id, &IntentState::Acting, Durability::Full).unwrap();
    home.store.advance(intent.id, &stabilising, Durability::Full).unwrap();
    let Home { dir, lock, store } = home;
    drop((store, lock));
    let (_lock, store) = controller(dir.path());
    let expected = podsteward_domain::intent::Intent { state: stabilising, ..intent };
    assert_eq!(store.intent(&key("container/web")).unwrap(), Some(expected.clone()));
    assert_eq!(store.open_intents().unwrap(), [expected]);
}

#[test]
fn a_closed_intent_frees_what_it_held_and_its_number_is_not_used_again() {
    let home = Home::new();
    let first = begin(&home.store, "container/web", "web");
    close(&home.store, &first, &closing(Outcome::Success, "verified", 11)).unwrap();
    assert_eq!(home.store.intent(&key("container/web")).unwrap(), None);
    let second = begin(&home.store, "container/web", "web");
    assert!(second.id > first.id);
}

#[test]
fn a_step_that_the_life_of_an_intent_does_not_have_is_refused() {
    let home = Home::new();
    let intent = begin(&home.store, "container/web", "web");
    let refused = home.store.advance(intent.id, &IntentState::Verified, Durability::Normal);
    assert_eq!(refused.unwrap_err().to_string(), "intent 1 cannot go from begun to verified");
    assert_eq!(home.store.intent(&intent.key).unwrap().unwrap().state, IntentState::Begun);
}

#[test]
fn an_intent_is_closed_by_its_whole_end_alone() {
    let home = Home::new();
    let intent = begin(&home.store, "container/web", "web");
    let closed = IntentState::Closed { outcome: Outcome::Success, detail: String::new() };
    let refused = home.store.advance(intent.id, &closed, Durability::Normal);
    assert_eq!(refused.unwrap_err().to_string(), "intent 1 cannot go from begun to closed");
    assert_eq!(home.store.open_intents().unwrap(), [intent]);
}

#[test]
fn an_intent_that_is_closed_or_unknown_goes_nowhere() {
    let home = Home::new();
    let intent = begin(&home.store, "container/web", "web");
    close(&home.store, &intent, &closing(Outcome::Success, "verified", 11)).unwrap();
    for id in [intent.id, IntentId(77)] {
        let refused = home.store.advance(id, &IntentState::Acting, Durability::Normal);
        assert!(matches!(refused, Err(Error::NotOpen(refused)) if refused == id));
    }
}
