//! Vanished documents: what is kept, and that nothing is written in vain.

use std::collections::BTreeMap;

use super::Vanished;
use crate::fixtures::{Home, at, key};

#[test]
fn vanished_documents_are_replaced_as_a_whole() {
    let home = Home::new();
    let once = Vanished { since: at(1), reads: 1 };
    let both = BTreeMap::from([(key("container/a"), once), (key("container/b"), once)]);
    assert!(home.store.replace_vanished(&both).unwrap());
    assert_eq!(home.store.vanished().unwrap(), both);
    let left = BTreeMap::from([(key("container/b"), Vanished { since: at(1), reads: 2 })]);
    assert!(home.store.replace_vanished(&left).unwrap());
    assert_eq!(home.store.vanished().unwrap(), left);
}

#[test]
fn the_same_vanished_documents_again_write_nothing() {
    let home = Home::new();
    let vanished = BTreeMap::from([(key("container/a"), Vanished { since: at(1), reads: 1 })]);
    home.store.replace_vanished(&vanished).unwrap();
    assert!(!home.store.replace_vanished(&vanished).unwrap());
}
