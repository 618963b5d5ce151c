//! The decision log: what is kept, counted and asked for.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::decision::Gate;
use podsteward_domain::intent::{IntentState, Outcome};

use crate::fixtures::{Home, at, begin, decision, key};
use crate::{DecisionFilter, Durability, LoggedDecision};

fn all(home: &Home) -> Vec<LoggedDecision> {
    home.store.decisions(&DecisionFilter::default()).unwrap()
}

#[test]
fn the_same_withholding_again_is_counted_with_its_latest_words() {
    let home = Home::new();
    let web = |detail| decision("container/web", Some((Gate::Hold, detail)));
    let first = home.store.record_decision(&web("10 min left"), at(1)).unwrap();
    let second = home.store.record_decision(&web("9 min left"), at(61)).unwrap();
    assert_eq!(first, second);
    let log = all(&home);
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].count, log[0].at, log[0].last), (2, at(1), at(61)));
    assert_eq!((log[0].detail.as_str(), &log[0].decision), ("9 min left", &web("9 min left")));
}

#[test]
fn another_gate_or_an_execution_in_between_begins_a_new_entry() {
    let home = Home::new();
    let held = decision("container/web", Some((Gate::Hold, "held")));
    let paused = decision("container/web", Some((Gate::Pause, "paused")));
    for one in [&held, &paused, &held] {
        home.store.record_decision(one, at(1)).unwrap();
    }
    let intent = begin(&home.store, "container/web", "web");
    home.store.record_decision(&held, at(20)).unwrap();
    let log = all(&home);
    assert_eq!(log.iter().map(|entry| entry.count).collect::<Vec<_>>(), [1; 5]);
    assert_eq!(log[1].intent, Some(intent.id));
}

#[test]
fn a_closed_intent_completes_its_decision() {
    let home = Home::new();
    let intent = begin(&home.store, "container/web", "web");
    let closed = IntentState::Closed { outcome: Outcome::RolledBack, detail: "it exited with 1".to_owned() };
    home.store.advance(intent.id, &IntentState::Acting, at(11), Durability::Normal).unwrap();
    home.store.advance(intent.id, &closed, at(25), Durability::Normal).unwrap();
    let entry = all(&home).remove(0);
    assert_eq!((entry.outcome, entry.withheld_by), (Some(Outcome::RolledBack), None));
    assert_eq!((entry.detail.as_str(), entry.duration), ("it exited with 1", Some(Duration::from_secs(15))));
}

#[test]
fn the_filter_asks_by_object_action_time_and_number() {
    let home = Home::new();
    for (target, second) in [("container/a", 1), ("container/b", 2), ("container/c", 3)] {
        home.store.record_decision(&decision(target, Some((Gate::Hold, ""))), at(second)).unwrap();
    }
    let check = |filter: DecisionFilter, expected: &[&str]| {
        let found = home.store.decisions(&filter).unwrap();
        let targets: Vec<String> = found.iter().map(|entry| entry.decision.target.to_string()).collect();
        assert_eq!(targets, expected);
    };
    let any = DecisionFilter::default;
    check(any(), &["container/c", "container/b", "container/a"]);
    check(DecisionFilter { target: Some(key("container/b")), ..any() }, &["container/b"]);
    check(DecisionFilter { action: Some(Action::Apply), ..any() }, &[]);
    check(DecisionFilter { since_ms: Some(at(2).wall_ms), ..any() }, &["container/c", "container/b"]);
    check(DecisionFilter { limit: 1, ..any() }, &["container/c"]);
}
