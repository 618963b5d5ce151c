//! The switch: what it keeps, its marker, and the shape that never changes.

use std::path::PathBuf;

use podsteward_domain::switch::{Pause, Switch, SwitchState};

use crate::fixtures::{Home, at, key, pause};
use crate::{Durability, Error, marker, row};

fn marker_file(home: &Home) -> PathBuf {
    home.dir.path().join("paused")
}

#[test]
fn the_switch_comes_back_as_it_was_set() {
    let home = Home::new();
    assert_eq!(home.store.switch().unwrap(), Switch::default());
    let for_ever = Pause { length: None, ..pause("night") };
    home.store.set_switch(SwitchState::Stopped, Some(&for_ever), at(6)).unwrap();
    let written = home.store.pause_object(&key("container/web"), &pause("moving")).unwrap();
    let read = home.cli().switch().unwrap();
    assert_eq!(read, written);
    assert_eq!((read.state, read.pause), (SwitchState::Stopped, Some(for_ever)));
    assert_eq!(read.objects[&key("container/web")], pause("moving"));
}

#[test]
fn resuming_everything_leaves_the_pauses_of_objects() {
    let home = Home::new();
    home.store.pause_object(&key("container/web"), &pause("moving")).unwrap();
    home.store.set_switch(SwitchState::Paused, Some(&pause("night")), at(6)).unwrap();
    let switch = home.store.set_switch(SwitchState::Running, None, at(6)).unwrap();
    assert_eq!((switch.state, switch.pause, switch.objects.len()), (SwitchState::Running, None, 1));
}

#[test]
fn resuming_an_object_tells_whether_it_was_paused() {
    let home = Home::new();
    let web = key("container/web");
    home.store.pause_object(&web, &pause("moving")).unwrap();
    assert!(home.store.resume_object(&web).unwrap());
    assert!(!home.store.resume_object(&web).unwrap());
    assert_eq!(home.store.switch().unwrap(), Switch::default());
}

#[test]
fn the_marker_is_there_exactly_while_something_is_paused() {
    let home = Home::new();
    let web = key("container/web");
    assert!(!marker_file(&home).exists());
    home.store.set_switch(SwitchState::Paused, None, at(6)).unwrap();
    home.store.pause_object(&web, &pause("moving")).unwrap();
    assert_eq!(marker::read(home.dir.path()), home.store.switch().unwrap());
    home.store.set_switch(SwitchState::Running, None, at(6)).unwrap();
    assert!(marker_file(&home).exists());
    home.store.resume_object(&web).unwrap();
    assert!(!marker_file(&home).exists());
}

#[test]
fn a_pause_of_a_kind_that_is_not_known_here_is_passed_over() {
    let home = Home::new();
    let write = "INSERT INTO switch VALUES ('gadget/root', 'paused', '', 'alice', 1, 1, '01', NULL)";
    home.store.write("test", Durability::Normal, |sqlite| row::run(sqlite, write, [])).unwrap();
    assert_eq!(home.store.switch().unwrap(), Switch::default());
}

/// If this fails, undo the change: every older and newer command must be able to pause this controller.
#[test]
fn the_shape_of_the_switch_table_never_changes() {
    let home = Home::new();
    let sql = "SELECT name, type, pk FROM pragma_table_info('switch')";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(format!("{} {} {}", row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
    };
    let columns = home.store.read(|sqlite| row::all(sqlite, sql, [], read)).unwrap();
    let expected = [
        "subject TEXT 1",
        "state TEXT 0",
        "reason TEXT 0",
        "by TEXT 0",
        "since_wall_ms INTEGER 0",
        "since_boot_ms INTEGER 0",
        "since_boot_id TEXT 0",
        "length_ms INTEGER 0",
    ];
    assert_eq!(columns, expected);
}

#[test]
fn a_marker_that_cannot_be_written_is_told_and_the_pause_holds() {
    let home = Home::new();
    std::fs::create_dir(marker_file(&home)).unwrap();
    let error = home.store.set_switch(SwitchState::Paused, None, at(6)).unwrap_err();
    assert!(matches!(error, Error::File { action: "write", .. }), "{error}");
    assert_eq!(home.store.switch().unwrap().state, SwitchState::Paused);
}
