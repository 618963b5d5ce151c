//! The reserve: when it is made, given up and made again, and what works thanks to it.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use podsteward_domain::intent::Outcome;
use podsteward_domain::switch::SwitchState;

use super::{Reserve, SIZE, with, write_out};
use crate::fixtures::{Home, admit, at, close, closing, controller, draft, log};
use crate::{Access, Error, LoggedOutcome, Result, Store, WriteHook};

/// A disk that is full for as long as a file takes its last room.
struct FullDisk {
    last_room: PathBuf,
}

impl WriteHook for FullDisk {
    fn before(&self, _write: &'static str) -> Result<()> {
        if self.last_room.exists() { Err(no_room()) } else { Ok(()) }
    }

    fn after(&self, _write: &'static str) -> Result<()> {
        Ok(())
    }
}

fn no_room() -> Error {
    let source = io::Error::from(ErrorKind::StorageFull);
    Error::File { action: "write", path: PathBuf::from("/state/podsteward.db-wal"), source }
}

/// The same store on a disk that a file in the state directory fills.
fn on_full_disk(home: &Home, file: &str) -> Store {
    let last_room = home.dir.path().join(file);
    home.store.clone().with_hook(Arc::new(FullDisk { last_room }))
}

fn reserve(dir: &Path) -> PathBuf {
    dir.join("reserve")
}

#[test]
fn a_controller_keeps_a_reserve_that_takes_its_room() {
    let home = Home::new();
    assert_eq!(home.store.reserve_state(), Reserve::Kept);
    let found = fs::metadata(reserve(home.dir.path())).unwrap();
    assert_eq!((found.len(), found.mode() & 0o777), (SIZE, 0o600));
    assert!(found.blocks() * 512 >= SIZE, "it is not sparse");
}

#[test]
fn a_command_makes_no_reserve_and_knows_of_the_controllers() {
    let dir = tempfile::tempdir().unwrap();
    let cli = Store::open(dir.path(), Access::Cli).unwrap();
    assert_eq!(cli.reserve_state(), Reserve::GivenUp);
    let (_lock, _store) = controller(dir.path());
    assert_eq!(cli.reserve_state(), Reserve::Kept);
    let reader = Store::open(dir.path(), Access::ReadOnly).unwrap();
    assert_eq!(reader.reserve_state(), Reserve::Kept);
    assert!(matches!(reader.restore_reserve(), Err(Error::ReadOnly)));
}

#[test]
fn a_reserve_that_is_sparse_or_cut_short_is_made_anew() {
    for length in [SIZE, 10, 0] {
        let dir = tempfile::tempdir().unwrap();
        let file = fs::File::create(reserve(dir.path())).unwrap();
        file.set_len(length).unwrap();
        let (_lock, store) = controller(dir.path());
        assert_eq!(store.reserve_state(), Reserve::Kept, "{length}");
    }
}

#[test]
fn where_room_cannot_be_asked_for_it_is_filled() {
    let dir = tempfile::tempdir().unwrap();
    let path = reserve(dir.path());
    write_out(&mut fs::File::create(&path).unwrap()).unwrap();
    assert_eq!(super::state(dir.path()), Reserve::Kept);
    let bytes = fs::read(&path).unwrap();
    assert_ne!(bytes[..4096], bytes[4096..8192], "nothing makes it smaller");
}

#[test]
fn a_write_that_finds_no_room_gives_the_reserve_up_and_is_done_all_the_same() {
    let home = Home::new();
    let store = on_full_disk(&home, "reserve");
    let intent = admit(&store, draft("disk/root", &[], &[])).unwrap();
    assert_eq!(store.reserve_state(), Reserve::GivenUp);
    close(&store, &intent, &closing(Outcome::Success, "it freed 2 GiB", 12)).unwrap();
    let entries = log(&store);
    assert_eq!((entries.len(), entries[0].outcome), (1, Some(LoggedOutcome::Success)));
}

#[test]
fn with_the_reserve_gone_too_the_error_is_clear_and_nothing_is_half_done() {
    let home = Home::new();
    let store = on_full_disk(&home, "controller.lock");
    let before = home.cli().switch().unwrap();
    let refused = store.set_switch(SwitchState::Paused, None, at(1)).unwrap_err();
    assert!(refused.is_full(), "{refused}");
    assert_eq!(store.reserve_state(), Reserve::GivenUp);
    assert_eq!(home.cli().switch().unwrap(), before);
    home.store.set_switch(SwitchState::Paused, None, at(1)).unwrap();
}

#[test]
fn maintenance_makes_the_reserve_again() {
    let home = Home::new();
    on_full_disk(&home, "reserve").put_meta("a", "b").unwrap();
    assert_eq!(home.store.reserve_state(), Reserve::GivenUp);
    home.store.maintain(at(60)).unwrap();
    assert_eq!(home.store.reserve_state(), Reserve::Kept);
    on_full_disk(&home, "reserve").put_meta("a", "c").unwrap();
    assert_eq!(home.store.restore_reserve().unwrap(), Reserve::Kept);
    assert_eq!(home.store.meta("a").unwrap().as_deref(), Some("c"));
}

#[test]
fn another_error_does_not_cost_the_reserve_and_is_not_tried_again() {
    let home = Home::new();
    let mut attempts = 0;
    let refused: Result<()> = with(home.dir.path(), || {
        attempts += 1;
        Err(Error::Killed)
    });
    assert!(matches!(refused, Err(Error::Killed)));
    assert_eq!((attempts, home.store.reserve_state()), (1, Reserve::Kept));
}

#[test]
fn giving_the_reserve_up_empties_the_write_ahead_log() {
    let home = Home::new();
    home.store.put_meta("a", &"x".repeat(100_000)).unwrap();
    let log = home.dir.path().join("podsteward.db-wal");
    assert!(fs::metadata(&log).unwrap().len() > 100_000);
    on_full_disk(&home, "reserve").put_meta("b", "c").unwrap();
    assert!(fs::metadata(&log).unwrap().len() < 100_000);
    assert_eq!(home.store.meta("a").unwrap().map(|text| text.len()), Some(100_000));
}

#[test]
fn a_quota_that_is_used_up_is_a_full_disk_and_a_missing_right_is_none() {
    let error = |kind: ErrorKind| Error::File { action: "write", path: PathBuf::new(), source: kind.into() };
    assert!(error(ErrorKind::QuotaExceeded).is_full() && error(ErrorKind::StorageFull).is_full());
    assert!(!error(ErrorKind::PermissionDenied).is_full() && !Error::Killed.is_full());
}

#[test]
fn a_database_that_grows_no_more_is_full_for_sqlite_too() {
    let home = Home::new();
    home.store.read(|sqlite| Ok(sqlite.pragma_update(None, "max_page_count", 1)?)).unwrap();
    let refused = home.store.put_meta("a", &"x".repeat(100_000)).unwrap_err();
    assert!(matches!(&refused, Error::Full(_)), "{refused}");
    assert_eq!(refused.to_string(), "no space left for the store");
    assert_eq!(home.store.reserve_state(), Reserve::GivenUp);
}

#[test]
fn without_a_reserve_the_write_ahead_log_is_kept_short() {
    let home = Home::new();
    let log_after = |writes: u32| {
        for write in 0..writes {
            home.store.put_meta("a", &format!("{write}").repeat(40_000)).unwrap();
        }
        fs::metadata(home.dir.path().join("podsteward.db-wal")).unwrap().len()
    };
    on_full_disk(&home, "reserve").put_meta("b", "c").unwrap();
    let short = log_after(50);
    assert!(short < 4 << 20, "{short}");
    home.store.restore_reserve().unwrap();
    assert!(log_after(100) > 4 << 20);
}
