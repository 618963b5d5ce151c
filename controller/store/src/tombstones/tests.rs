//! Recorded deletions.

use std::collections::BTreeMap;

use podsteward_specs::document::Origin;
use podsteward_specs::problem::Place;

use super::Tombstone;
use crate::fixtures::{Home, at, key};
use crate::{LastGood, Vanished};

#[test]
fn a_tombstone_takes_the_document_along_and_is_taken_away_again() {
    let home = Home::new();
    let web = key("container/web");
    let origin = Origin { file: "web.yaml".to_owned(), place: Place::START };
    let document = LastGood { key: web.clone(), canonical: "{}".to_owned(), origin };
    home.store.replace_last_good(&[document]).unwrap();
    let gone = Vanished { since: at(1), reads: 2, of: 2, mass: None };
    home.store.replace_vanished(&BTreeMap::from([(web.clone(), gone)])).unwrap();

    let tombstone = Tombstone { canonical: "{}".to_owned(), at: at(11) };
    home.store.put_tombstone(&web, &tombstone).unwrap();
    assert!(home.store.is_tombstoned(&web).unwrap());
    assert!(!home.store.is_tombstoned(&key("container/db")).unwrap());
    assert_eq!(home.store.tombstones().unwrap(), BTreeMap::from([(web.clone(), tombstone)]));
    assert!(home.store.last_good().unwrap().is_empty());
    assert!(home.store.vanished().unwrap().is_empty());

    home.store.remove_tombstone(&web).unwrap();
    assert!(!home.store.is_tombstoned(&web).unwrap());
}
