//! Requests to restore: a command asks, the controller hears of it and ends it.

use crate::RestoreRequest;
use crate::fixtures::{Home, at};

#[test]
fn a_request_waits_until_it_is_ended() {
    let home = Home::new();
    let (cli, before) = (home.cli(), home.store.data_version().unwrap());
    assert!(cli.put_restore_request("b", "alice", at(1)).unwrap());
    assert!(cli.put_restore_request("a", "bob", at(2)).unwrap());
    assert_ne!(home.store.data_version().unwrap(), before, "the controller notices");
    let request = |snapshot: &str, by: &str, second| RestoreRequest {
        snapshot: snapshot.to_owned(),
        by: by.to_owned(),
        at: at(second),
    };
    assert_eq!(home.store.restore_requests().unwrap(), [request("a", "bob", 2), request("b", "alice", 1)]);
    assert!(home.store.end_restore_request("a").unwrap());
    assert!(!home.store.end_restore_request("a").unwrap());
    assert_eq!(home.store.restore_requests().unwrap(), [request("b", "alice", 1)]);
}

#[test]
fn whoever_asks_again_waits_for_the_same_restore() {
    let home = Home::new();
    assert!(home.store.put_restore_request("a", "alice", at(1)).unwrap());
    assert!(!home.store.put_restore_request("a", "bob", at(2)).unwrap());
    let requests = home.store.restore_requests().unwrap();
    assert_eq!((requests.len(), requests[0].by.as_str()), (1, "alice"));
    home.store.end_restore_request("a").unwrap();
    assert!(home.store.put_restore_request("a", "bob", at(3)).unwrap());
}
