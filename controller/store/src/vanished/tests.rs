//! Vanished documents: what is kept, and that nothing is written in vain.

use std::collections::BTreeMap;

use super::Vanished;
use crate::fixtures::{Home, at, key};

fn gone(reads: u32) -> Vanished {
    Vanished { since: at(1), reads, of: 6, mass: None }
}

#[test]
fn vanished_documents_are_replaced_as_a_whole() {
    let home = Home::new();
    let once = gone(1);
    let both = BTreeMap::from([(key("container/a"), once), (key("container/b"), once)]);
    assert!(home.store.replace_vanished(&both).unwrap());
    assert_eq!(home.store.vanished().unwrap(), both);
    let left = BTreeMap::from([(key("container/b"), Vanished { mass: Some((4, 6)), ..gone(2) })]);
    assert!(home.store.replace_vanished(&left).unwrap());
    assert_eq!(home.store.vanished().unwrap(), left);
}

#[test]
fn the_same_vanished_documents_again_write_nothing() {
    let home = Home::new();
    let vanished = BTreeMap::from([(key("container/a"), gone(1))]);
    home.store.replace_vanished(&vanished).unwrap();
    assert!(!home.store.replace_vanished(&vanished).unwrap());
}
