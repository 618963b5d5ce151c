//! A controller that holds its lock and does nothing, as one that hangs.

use podsteward_store::ControllerLock;

use super::filled::store;
use super::world::World;

#[test]
fn a_drill_that_nobody_takes_up_is_waited_for_as_long_as_it_was_said() {
    let world = World::new();
    let _hung = ControllerLock::take(&world.path("state")).unwrap();
    store(&world.path("state"));
    let done = world.run(&["drill", "--wait", "--timeout", "1s", "-o", "json"]);
    assert_eq!(done.code, 4, "{}", done.stderr);
    assert_eq!(
        (&done.json()["drill"]["phase"], &done.json()["drill"]["result"]),
        (&"asked".into(), &().into())
    );
    let pid = std::process::id();
    let told = format!(
        "error: the controller (pid {pid}) does not answer: what it was asked has not begun within 1s\n"
    );
    assert!(done.stderr.starts_with(&told), "{}", done.stderr);
    assert_eq!(world.run(&["drill", "--timeout", "1s"]).code, 2, "there is nothing to wait for");
}
