//! A pause of what nobody knows: most often a slip of the fingers.

use podsteward_domain::status::{ObjectState, ObjectStatus};
use podsteward_store::Store;

use super::NETWORK;
use super::filled::{now, store};
use super::world::World;

/// Writes down what a controller shows of objects that are as declared.
fn show(store: &Store, keys: &[&str]) {
    for key in keys {
        let status = ObjectStatus {
            key: key.parse().unwrap(),
            state: ObjectState::Match,
            message: String::new(),
            conditions: Vec::new(),
            restarts: 0,
            container_id: None,
            image: None,
            created_ms: None,
            observed: now(),
        };
        store.put_status(&status).unwrap();
    }
}

#[test]
fn a_pause_of_what_is_neither_there_nor_declared_is_refused_and_names_what_there_is() {
    let world = World::new();
    world.manifest("a.yaml", NETWORK);
    world.manifest("b.yaml", &NETWORK.replace("name: front", "name: back\nspec: {unknown: 1}"));
    let store = store(&world.path("state"));
    show(&store, &["container/db", "container/jellyfin", "network/lan"]);
    let done = world.run(&["pause", "container/jelyfin"]);
    assert_eq!((done.code, done.stdout.as_str()), (1, ""));
    assert_eq!(
        done.stderr,
        "error: there is no object container/jelyfin to pause\n  next: there is container/jellyfin, container/db\n"
    );
    assert!(world.run(&["pause", "volume/jellyfin"]).stderr.contains("there is none of that kind"));
    for known in ["container/db", "network/lan", "network/front", "network/back"] {
        let done = world.run(&["pause", known]);
        assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{known}");
    }
    store.remove_status(&"container/db".parse().unwrap()).unwrap();
    assert_eq!(world.run(&["pause", "container/db", "--for", "1h"]).code, 0, "it is paused already");
    show(&store, &["container/a", "container/b", "container/c", "container/d", "container/e"]);
    let many = world.run(&["pause", "container/jelyfin"]).stderr;
    assert!(
        many.contains("container/jellyfin, container/a, container/b, container/c, container/d and 2 more"),
        "{many}"
    );
}

#[test]
fn before_anything_is_known_a_pause_is_written_and_says_so() {
    let world = World::new();
    let done = world.run(&["pause", "container/db"]);
    let note = "note: nothing is known yet, nor whether there is an object container/db\n";
    assert_eq!((done.code, done.stderr.as_str()), (0, note));
}
