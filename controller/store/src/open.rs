//! From a state directory to an open store.
//!
//! Owns creation, migration with its backup, and what happens to a file that cannot be read. Called by
//! [`crate::Store::open`] alone.

use std::path::{Path, PathBuf};
use std::time::Duration;

use podsteward_domain::switch::Switch;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Error, Result};
use crate::store::{Access, Opening};
use crate::{file, marker, schema, switch};

#[cfg(test)]
mod tests;

/// How long a write waits for somebody else's.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Statements that are kept prepared: more than the crate has.
const STATEMENTS: usize = 128;
/// Pages in the write-ahead log before a commit moves them into the database by itself: so many that
/// [`crate::Store::maintain`] nearly always comes first, and a plain start does not wait for the disk.
pub(crate) const CHECKPOINT_PAGES: i64 = 4000;
/// The same while there is no reserve: an eighth of it.
pub(crate) const SHORT_LOG_PAGES: i64 = 256;

/// Opens the store for somebody.
pub(crate) fn open(dir: &Path, access: Access<'_>, migrations: &[&str]) -> Result<(Connection, Opening)> {
    let database = file::database(dir);
    let absent = !database.exists();
    match access {
        Access::ReadOnly if absent => Err(Error::Absent(database)),
        Access::ReadOnly => read_only(database, migrations),
        Access::Cli | Access::Controller(_) if absent => {
            file::create_dir(dir)?;
            Ok((create(dir, migrations)?, Opening::Created))
        }
        Access::Cli => beside(dir, migrations),
        Access::Controller(_) => match examine(&database) {
            Ok((sqlite, from)) => bring_forward(sqlite, from, dir, migrations),
            Err(Unusable::Damaged(cause)) => {
                let path = file::keep_aside(&database)?;
                Ok((create(dir, migrations)?, Opening::KeptAside { path, cause }))
            }
            Err(Unusable::Other(error)) => Err(error),
        },
    }
}

/// Why a file cannot be used: because of what it is, or for a reason that may pass.
enum Unusable {
    Damaged(String),
    Other(Error),
}

impl From<Error> for Unusable {
    fn from(error: Error) -> Self {
        match error {
            Error::Damaged(source) => Self::Damaged(source.to_string()),
            other => Self::Other(other),
        }
    }
}

fn examine(database: &Path) -> Result<(Connection, i64), Unusable> {
    if let Some(cause) = file::obstacle(database) {
        return Err(Unusable::Damaged(cause));
    }
    file::prepare_shared(database);
    let sqlite = connect(database)?;
    let version = schema::version(&sqlite)?;
    let answer: String =
        sqlite.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(Error::from)?;
    if answer == "ok" { Ok((sqlite, version)) } else { Err(Unusable::Damaged(answer)) }
}

fn bring_forward(
    mut sqlite: Connection,
    from: i64,
    dir: &Path,
    migrations: &[&str],
) -> Result<(Connection, Opening)> {
    let known = schema::known(migrations);
    if from > known {
        return Err(Error::Newer { found: from, known });
    }
    prepare_writer(&sqlite)?;
    let opening = match from {
        0 => {
            begin(&mut sqlite, dir, migrations)?;
            Opening::Created
        }
        _ if from < known => {
            let backup = back_up(&sqlite, dir, from)?;
            schema::migrate(&mut sqlite, migrations)?;
            Opening::Migrated { from, backup }
        }
        _ => Opening::Existing,
    };
    marker::write(dir, &switch::read(&sqlite)?)?;
    Ok((sqlite, opening))
}

fn create(dir: &Path, migrations: &[&str]) -> Result<Connection> {
    let database = file::database(dir);
    file::create(&database)?;
    file::prepare_shared(&database);
    let mut sqlite = connect(&database)?;
    prepare_writer(&sqlite)?;
    begin(&mut sqlite, dir, migrations)?;
    Ok(sqlite)
}

/// A new store begins as the pause marker says, so that a pause outlives the file it was written to.
fn begin(sqlite: &mut Connection, dir: &Path, migrations: &[&str]) -> Result<()> {
    schema::migrate(sqlite, migrations)?;
    let marked = marker::read(dir);
    if marked == Switch::default() { Ok(()) } else { switch::take_over(sqlite, &marked) }
}

fn read_only(database: PathBuf, migrations: &[&str]) -> Result<(Connection, Opening)> {
    let sqlite = connect(&database)?;
    sqlite.pragma_update(None, "query_only", true)?;
    match schema::version(&sqlite)? {
        0 => Err(Error::Absent(database)),
        found => Ok((sqlite, as_it_is(found, migrations))),
    }
}

/// A command that writes beside the controller. A file whose creation was cut short is begun again.
fn beside(dir: &Path, migrations: &[&str]) -> Result<(Connection, Opening)> {
    let mut sqlite = connect(&file::database(dir))?;
    match schema::version(&sqlite)? {
        0 => {
            prepare_writer(&sqlite)?;
            begin(&mut sqlite, dir, migrations)?;
            Ok((sqlite, Opening::Created))
        }
        found => Ok((sqlite, as_it_is(found, migrations))),
    }
}

/// A command does not migrate: of another version, it uses the switch alone.
fn as_it_is(found: i64, migrations: &[&str]) -> Opening {
    if found == schema::known(migrations) { Opening::Existing } else { Opening::SwitchOnly { found } }
}

fn connect(database: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sqlite = Connection::open_with_flags(database, flags)?;
    sqlite.busy_timeout(BUSY_TIMEOUT)?;
    sqlite.set_prepared_statement_cache_capacity(STATEMENTS);
    sqlite.pragma_update(None, "foreign_keys", true)?;
    sqlite.pragma_update(None, "synchronous", "NORMAL")?;
    Ok(sqlite)
}

fn prepare_writer(sqlite: &Connection) -> Result<()> {
    sqlite.pragma_update(None, "journal_mode", "WAL")?;
    sqlite.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    Ok(())
}

/// A copy of the store as it was, beside it. The copy of the same version from before is replaced.
fn back_up(sqlite: &Connection, dir: &Path, version: i64) -> Result<PathBuf> {
    let backup = file::with_suffix(&file::database(dir), &format!(".version-{version}"));
    file::remove(&backup)?;
    file::create(&backup)?;
    let name = backup.to_string_lossy();
    if let Err(error) = sqlite.execute("VACUUM INTO ?1", [name.as_ref()]) {
        file::remove(&backup)?;
        return Err(error.into());
    }
    Ok(backup)
}

/// How long emptying the write-ahead log waits for a reader: whoever needs the room waits, too.
const EMPTYING_TIMEOUT: Duration = Duration::from_millis(250);

/// Moves the write-ahead log into the database and frees the room that it took.
pub(crate) fn empty_log(dir: &Path) -> Result<()> {
    let sqlite = connect(&file::database(dir))?;
    sqlite.busy_timeout(EMPTYING_TIMEOUT)?;
    sqlite.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// A second connection that moves the write-ahead log into the database, so that no writer waits for it.
pub(crate) fn checkpoint(dir: &Path) -> Result<()> {
    let sqlite = connect(&file::database(dir))?;
    sqlite.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
    Ok(())
}
