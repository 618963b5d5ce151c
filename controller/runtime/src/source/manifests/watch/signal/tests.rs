//! Which events matter.

use std::path::Path;

use futures::FutureExt as _;
use notify::event::{
    AccessKind, AccessMode, CreateKind, DataChange, Flag, ModifyKind, RemoveKind, RenameMode,
};
use notify::{Event, EventKind};

use super::{Change, Signal};

const OPENED: EventKind = EventKind::Access(AccessKind::Open(AccessMode::Any));
const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));
const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));
const CREATED: EventKind = EventKind::Create(CreateKind::File);
const MOVED_HERE: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::To));
const REMOVED: EventKind = EventKind::Remove(RemoveKind::Folder);

/// What a row of events amounts to.
fn after(events: &[(EventKind, &str)]) -> Option<Change> {
    let signal = Signal::new(Path::new("/etc/manifests"));
    for (kind, path) in events {
        signal.take(Ok(Event::new(*kind).add_path(path.into())));
    }
    signal.next().now_or_never()
}

#[test]
fn reading_a_file_is_no_change() {
    assert_eq!(after(&[(OPENED, "/etc/manifests/a.yaml")]), None);
}

#[test]
fn a_file_that_was_written_and_closed_is_a_whole_change() {
    let file = "/etc/manifests/a.yaml";
    assert_eq!(after(&[(CREATED, file), (WRITTEN, file), (CLOSED, file)]), Some(Change::Whole));
}

#[test]
fn a_file_that_was_not_closed_is_still_being_written() {
    let (a, b) = ("/etc/manifests/a.yaml", "/etc/manifests/b.yaml");
    assert_eq!(after(&[(WRITTEN, a), (WRITTEN, b), (CLOSED, b)]), Some(Change::Writing));
}

#[test]
fn a_file_that_was_written_and_renamed_away_is_not_waited_for() {
    let file = "/etc/manifests/a.yaml";
    let moved_away = EventKind::Modify(ModifyKind::Name(RenameMode::From));
    assert_eq!(after(&[(WRITTEN, file), (moved_away, file)]), Some(Change::Whole));
}

#[test]
fn writing_what_is_no_manifest_is_no_change() {
    for path in ["/etc/manifests/.a.yaml.swp", "/etc/manifests/notes.txt", "/etc/manifests/.git/index.yaml"] {
        assert_eq!(after(&[(CREATED, path), (WRITTEN, path), (CLOSED, path)]), None, "{path}");
    }
}

#[test]
fn a_link_that_is_turned_is_a_change_whatever_its_name() {
    assert_eq!(after(&[(MOVED_HERE, "/etc/manifests/..data")]), Some(Change::Whole));
    assert_eq!(after(&[(MOVED_HERE, "/etc/manifests/.current")]), Some(Change::Whole));
}

#[test]
fn the_directory_and_those_above_it_count_and_their_neighbours_do_not() {
    assert_eq!(after(&[(REMOVED, "/etc/manifests")]), Some(Change::Whole));
    assert_eq!(after(&[(REMOVED, "/etc")]), Some(Change::Whole));
    assert_eq!(after(&[(REMOVED, "/etc/others"), (CLOSED, "/etc/a.yaml")]), None);
}

#[test]
fn lost_events_are_a_change() {
    let signal = Signal::new(Path::new("/etc/manifests"));
    signal.take(Ok(Event::new(EventKind::Other).set_flag(Flag::Rescan)));
    assert_eq!(signal.next().now_or_never(), Some(Change::Whole));
    assert_eq!(signal.next().now_or_never(), None, "a change is told once");
    signal.take(Err(notify::Error::generic("lost")));
    assert_eq!(signal.next().now_or_never(), Some(Change::Whole));
}
