//! Requests for playbooks: a command asks, the controller hears of it and ends it.

use std::collections::BTreeMap;

use podsteward_domain::playbook::Request;
use podsteward_specs::key::{Key, Name};

use crate::fixtures::{Home, at};

#[test]
fn a_request_waits_until_it_is_ended_and_a_later_one_replaces_it() {
    let home = Home::new();
    let (cli, before) = (home.cli(), home.store.data_version().unwrap());
    let (web, mend) = (Key::container(Name::new("web").unwrap()), Name::new("mend").unwrap());
    let request =
        |by: &str, second| Request { by: by.to_owned(), at: at(second), parameters: BTreeMap::new() };
    cli.put_playbook_request(&web, &mend, &request("alice", 1)).unwrap();
    assert_ne!(home.store.data_version().unwrap(), before, "the controller notices");
    cli.put_playbook_request(&web, &mend, &request("bob", 2)).unwrap();
    let kept = BTreeMap::from([(web.clone(), BTreeMap::from([(mend.clone(), request("bob", 2))]))]);
    assert_eq!(home.store.playbook_requests().unwrap(), kept);
    assert!(home.store.end_playbook_request(&web, &mend).unwrap());
    assert!(!home.store.end_playbook_request(&web, &mend).unwrap());
    assert_eq!(home.store.playbook_requests().unwrap(), BTreeMap::new());
}
