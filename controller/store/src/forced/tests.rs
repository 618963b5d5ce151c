//! Words to act now.

use podsteward_domain::standing::Forced;

use crate::fixtures::{Home, at, key};

fn word(by: &str, second: u32) -> Forced {
    Forced { by: by.to_owned(), at: at(second) }
}

#[test]
fn the_latest_word_about_an_object_is_the_one_that_stands() {
    let home = Home::new();
    let web = key("container/web");
    assert_eq!(home.store.standing(&web).unwrap().forced, None);
    home.store.force(&web, &word("alice", 1)).unwrap();
    home.store.force(&key("container/db"), &word("bob", 2)).unwrap();
    home.store.force(&web, &word("carol", 3)).unwrap();
    assert_eq!(home.store.standing(&web).unwrap().forced, Some(word("carol", 3)));
    assert_eq!(home.store.forced().unwrap().len(), 2);
}

#[test]
fn maintenance_deletes_a_word_after_an_hour_and_no_sooner() {
    let home = Home::new();
    let web = key("container/web");
    home.store.force(&web, &word("alice", 10)).unwrap();
    home.store.maintain(at(3_610)).unwrap();
    assert_eq!(home.store.forced().unwrap().len(), 1);
    home.store.maintain(at(3_611)).unwrap();
    assert!(home.store.forced().unwrap().is_empty());
}
