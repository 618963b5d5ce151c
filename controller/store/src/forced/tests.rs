//! Words to act now.

use podsteward_domain::action::Action;
use podsteward_domain::standing::Forced;

use crate::fixtures::{Home, at, key};

const RESTART: Action = Action::ServiceRestart;
const DRIFT: Action = Action::DriftReconciliation;

fn word(by: &str, second: u32) -> Forced {
    Forced { by: by.to_owned(), at: at(second) }
}

#[test]
fn the_latest_word_about_an_action_on_an_object_is_the_one_that_stands() {
    let home = Home::new();
    let web = key("container/web");
    assert!(home.store.standing(&web).unwrap().forced.is_empty());
    home.store.force(&web, RESTART, &word("alice", 1)).unwrap();
    home.store.force(&key("container/db"), RESTART, &word("bob", 2)).unwrap();
    home.store.force(&web, RESTART, &word("carol", 3)).unwrap();
    home.store.force(&web, DRIFT, &word("dave", 4)).unwrap();
    let words = [(RESTART, word("carol", 3)), (DRIFT, word("dave", 4))];
    assert_eq!(home.store.standing(&web).unwrap().forced, words.into());
    assert_eq!(home.store.forced().unwrap().len(), 2);
}

#[test]
fn maintenance_deletes_a_word_after_an_hour_and_no_sooner() {
    let home = Home::new();
    let web = key("container/web");
    home.store.force(&web, RESTART, &word("alice", 10)).unwrap();
    home.store.force(&web, DRIFT, &word("alice", 11)).unwrap();
    home.store.maintain(at(3_610)).unwrap();
    assert_eq!(home.store.forced().unwrap()[&web].len(), 2);
    home.store.maintain(at(3_611)).unwrap();
    assert_eq!(home.store.forced().unwrap()[&web].len(), 1);
    home.store.maintain(at(3_612)).unwrap();
    assert!(home.store.forced().unwrap().is_empty());
}
