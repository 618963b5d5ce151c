//! Last good documents: what is kept, and that nothing is written in vain.

use podsteward_specs::document::Origin;
use podsteward_specs::problem::Place;

use super::LastGood;
use crate::fixtures::{Home, controller, key};

fn document(target: &str, canonical: &str, file: &str) -> LastGood {
    let origin = Origin { file: file.to_owned(), place: Place { line: 3, column: 1 } };
    LastGood { key: key(target), canonical: canonical.to_owned(), origin }
}

#[test]
fn documents_come_back_after_a_restart_in_the_order_of_their_keys() {
    let home = Home::new();
    let web = document("container/web", "{\"a\":1}", "web.yaml");
    let net = document("network/front", "{}", "nets.yaml");
    assert!(home.store.replace_last_good(&[web.clone(), net.clone()]).unwrap());
    let Home { dir, lock, store } = home;
    drop((store, lock));
    let (_lock, store) = controller(dir.path());
    assert_eq!(store.last_good().unwrap(), [net, web]);
}

#[test]
fn replacing_takes_away_adds_and_changes_also_when_a_document_moves_to_another_file() {
    let home = Home::new();
    let old = [document("container/a", "1", "x.yaml"), document("container/b", "1", "x.yaml")];
    home.store.replace_last_good(&old).unwrap();
    let new = [document("container/b", "1", "y.yaml"), document("container/c", "1", "y.yaml")];
    assert!(home.store.replace_last_good(&new).unwrap());
    assert_eq!(home.store.last_good().unwrap(), new);
}

#[test]
fn the_same_documents_again_write_nothing() {
    let home = Home::new();
    let other = home.cli();
    let documents = [document("container/a", "1", "x.yaml"), document("network/n", "1", "x.yaml")];
    home.store.replace_last_good(&documents).unwrap();
    let version = other.data_version().unwrap();
    assert!(!home.store.replace_last_good(&documents).unwrap());
    assert_eq!(other.data_version().unwrap(), version);
}
