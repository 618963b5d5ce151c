//! Opening: creation, migration, other versions and damaged files.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use podsteward_domain::memory::Memory;
use podsteward_domain::switch::{Switch, SwitchState};

use crate::fixtures::{at, controller, key, pause};
use crate::schema::MIGRATIONS;
use crate::{Access, ControllerLock, Durability, Error, Opening, Store, marker};

const NEXT: &str = "CREATE TABLE more (value TEXT) STRICT;";

fn next_version() -> Vec<&'static str> {
    MIGRATIONS.iter().copied().chain([NEXT]).collect()
}

/// The version that this program knows.
fn this_version() -> i64 {
    crate::schema::known(MIGRATIONS)
}

fn as_controller(dir: &Path, migrations: &[&str]) -> crate::Result<Store> {
    let lock = ControllerLock::take(dir)?;
    Store::open_with(dir, Access::Controller(&lock), migrations)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_new_store_is_for_its_user_alone() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("a/state");
    let (_lock, store) = controller(&state);
    assert_eq!(store.opening(), &Opening::Created);
    store.put_meta("x", "y").unwrap();
    assert_eq!(mode(&state), 0o700);
    for file in ["podsteward.db", "podsteward.db-wal", "podsteward.db-shm", "controller.lock"] {
        assert_eq!(mode(&state.join(file)), 0o600, "{file}");
    }
}

#[test]
fn a_command_that_writes_creates_a_store_and_one_that_reads_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    assert!(matches!(Store::open(&state, Access::ReadOnly), Err(Error::Absent(_))));
    assert!(!state.exists());
    let cli = Store::open(&state, Access::Cli).unwrap();
    cli.set_switch(SwitchState::Paused, Some(&pause("night")), at(6)).unwrap();
    drop(cli);
    let (_lock, store) = controller(&state);
    assert_eq!((store.opening(), store.switch().unwrap().state), (&Opening::Existing, SwitchState::Paused));
}

#[test]
fn a_creation_that_was_cut_short_is_begun_again() {
    for access in ["controller", "cli"] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("podsteward.db"), "").unwrap();
        assert!(matches!(Store::open(dir.path(), Access::ReadOnly), Err(Error::Absent(_))));
        let store = match access {
            "cli" => Store::open(dir.path(), Access::Cli).unwrap(),
            _ => as_controller(dir.path(), MIGRATIONS).unwrap(),
        };
        assert_eq!(store.opening(), &Opening::Created, "{access}");
        store.put_meta("x", "y").unwrap();
    }
}

#[test]
fn a_reader_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (_lock, _store) = controller(dir.path());
    let reader = Store::open(dir.path(), Access::ReadOnly).unwrap();
    assert!(matches!(reader.set_switch(SwitchState::Paused, None, at(6)), Err(Error::ReadOnly)));
    assert_eq!(marker::read(dir.path()), Switch::default());
}

#[test]
fn the_controller_brings_an_older_store_forward_and_keeps_a_copy() {
    let dir = tempfile::tempdir().unwrap();
    let web = key("container/web");
    as_controller(dir.path(), MIGRATIONS)
        .unwrap()
        .put_memory(&web, &Memory::default(), Durability::Full)
        .unwrap();
    let backup = dir.path().join(format!("podsteward.db.version-{}", this_version()));
    fs::write(&backup, "a copy of an earlier attempt").unwrap();

    let store = as_controller(dir.path(), &next_version()).unwrap();
    assert_eq!(store.opening(), &Opening::Migrated { from: this_version(), backup: backup.clone() });
    assert_eq!(store.memories().unwrap().len(), 1);
    assert_eq!(mode(&backup), 0o600);

    let restored = tempfile::tempdir().unwrap();
    fs::copy(&backup, restored.path().join("podsteward.db")).unwrap();
    let store = as_controller(restored.path(), MIGRATIONS).unwrap();
    assert_eq!((store.opening(), store.memories().unwrap().len()), (&Opening::Existing, 1));
}

#[test]
fn a_migration_that_fails_leaves_the_store_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    as_controller(dir.path(), MIGRATIONS).unwrap();
    let broken: Vec<&str> = next_version().into_iter().chain(["CREATE NONSENSE"]).collect();
    as_controller(dir.path(), &broken).unwrap_err();
    assert_eq!(as_controller(dir.path(), MIGRATIONS).unwrap().opening(), &Opening::Existing);
}

#[test]
fn a_store_of_another_version_gives_a_command_nothing_but_the_switch() {
    let dir = tempfile::tempdir().unwrap();
    drop(as_controller(dir.path(), &next_version()).unwrap());
    let this = this_version();
    let (next, later) = (this + 1, this + 2);
    let check = |migrations: &[&str], expected: &str| {
        let cli = Store::open_with(dir.path(), Access::Cli, migrations).unwrap();
        assert_eq!(cli.opening(), &Opening::SwitchOnly { found: next });
        cli.set_switch(SwitchState::Paused, Some(&pause("night")), at(6)).unwrap();
        cli.pause_object(&key("container/web"), &pause("moving")).unwrap();
        assert!(cli.resume_object(&key("container/web")).unwrap());
        assert_eq!(cli.switch().unwrap().state, SwitchState::Paused);
        cli.set_switch(SwitchState::Stopped, Some(&pause("night")), at(6)).unwrap();
        cli.set_switch(SwitchState::Running, None, at(60)).unwrap();
        cli.data_version().unwrap();
        assert_eq!(cli.statuses().unwrap_err().to_string(), expected);
        assert_eq!(cli.put_meta("x", "y").unwrap_err().to_string(), expected);
    };
    let hint = "(pause, resume and stop still work)";
    check(
        MIGRATIONS,
        &format!("store is version {next}, this podsteward knows {this}: use the newer podsteward {hint}"),
    );
    let newer: Vec<&str> = next_version().into_iter().chain([""]).collect();
    let start = "start this version's controller once";
    check(&newer, &format!("store is version {next}, this podsteward knows {later}: {start} {hint}"));
}

#[test]
fn a_controller_refuses_a_newer_store_and_leaves_it_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(as_controller(dir.path(), &next_version()).unwrap());
    let refused = as_controller(dir.path(), MIGRATIONS);
    let this = this_version();
    assert!(matches!(refused, Err(Error::Newer { found, known }) if (found, known) == (this + 1, this)));
    assert_eq!(as_controller(dir.path(), &next_version()).unwrap().opening(), &Opening::Existing);
}

/// A store with enough in it that damage in its middle hits something.
fn filled(dir: &Path) {
    let (_lock, store) = controller(dir);
    for number in 0..200 {
        let name = key(&format!("container/c{number}"));
        store.put_memory(&name, &Memory::default(), Durability::Normal).unwrap();
        store.put_meta("filler", &"x".repeat(number * 10)).unwrap();
    }
    store.maintain(at(60)).unwrap();
}

#[test]
fn a_damaged_store_is_kept_aside_and_a_new_one_is_as_paused_as_the_old_one() {
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 4] = [
        ("another file", |path| fs::write(path, "this is no database, whatever it is called").unwrap()),
        ("zeroes in the middle", |path| {
            let mut bytes = fs::read(path).unwrap();
            bytes[4096..].fill(0);
            fs::write(path, bytes).unwrap();
        }),
        ("cut short", |path| {
            let bytes = fs::read(path).unwrap();
            fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("a directory", |path| {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
        }),
    ];
    for (name, damage) in damages {
        let dir = tempfile::tempdir().unwrap();
        filled(dir.path());
        let switch = {
            let cli = Store::open(dir.path(), Access::Cli).unwrap();
            cli.set_switch(SwitchState::Paused, Some(&pause("night")), at(6)).unwrap();
            cli.pause_object(&key("container/web"), &pause("moving")).unwrap()
        };
        damage(&dir.path().join("podsteward.db"));
        let (_lock, store) = controller(dir.path());
        let Opening::KeptAside { path, cause } = store.opening() else { panic!("{name}: {store:?}") };
        assert_eq!(path, &dir.path().join("podsteward.db.corrupt-1"));
        assert!(path.exists() && !cause.is_empty());
        assert_eq!(store.switch().unwrap(), switch, "{name}");
        assert!(store.memories().unwrap().is_empty());
    }
}

#[test]
fn a_command_does_not_touch_a_damaged_store() {
    let dir = tempfile::tempdir().unwrap();
    let database = dir.path().join("podsteward.db");
    fs::write(&database, "this is no database, whatever it is called").unwrap();
    assert!(matches!(Store::open(dir.path(), Access::Cli), Err(Error::Damaged(_))));
    assert!(matches!(Store::open(dir.path(), Access::ReadOnly), Err(Error::Damaged(_))));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn only_so_many_damaged_stores_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    for _ in 0..7 {
        fs::write(dir.path().join("podsteward.db"), "this is no database, whatever it is called").unwrap();
        controller(dir.path());
    }
    let mut kept: Vec<String> = fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("corrupt"))
        .collect();
    kept.sort();
    assert_eq!(kept, (1..=5).map(|number| format!("podsteward.db.corrupt-{number}")).collect::<Vec<_>>());
}
