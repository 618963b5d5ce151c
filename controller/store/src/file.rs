//! The files of a state directory.
//!
//! Owns their names and modes: only the user who runs podsteward may look into them. Never opens a database.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{IFlags, ioctl_setflags};

use crate::error::{Error, Result};

/// How many damaged databases are kept. A disk that dies must not be filled with copies on top.
const DAMAGED_KEPT: u32 = 5;

/// The database in a state directory.
pub(crate) fn database(dir: &Path) -> PathBuf {
    dir.join("podsteward.db")
}

/// Creates the directory, where it is missing, for the user alone.
pub(crate) fn create_dir(dir: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.map_err(|source| failed("create", dir, source))
}

/// Opens a file for the user alone, creating it where it is missing.
pub(crate) fn create(path: &Path) -> Result<File> {
    let opened =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    opened.map_err(|source| failed("create", path, source))
}

/// Creates the file beside a database that all its users map into their memory, so that it is written in place: a page of a
/// mapping that btrfs must write elsewhere, where there is no room, ends the process. Where btrfs has no room for its own
/// records either, it ends all the same, and begins again with what the reserve held.
pub(crate) fn prepare_shared(database: &Path) {
    let path = with_suffix(database, "-shm");
    let made = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path);
    if let Ok(file) = made {
        // No other filesystem needs it, and most refuse it.
        let _in_place = ioctl_setflags(&file, IFlags::NOCOW);
    }
}

/// Replaces a file's content at once: a reader sees the old or the new one, also after a loss of power.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<()> {
    let next = path.with_extension("new");
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&next)?;
        file.write_all(content)?;
        file.sync_all()?;
        std::fs::rename(&next, path)
    };
    write().map_err(|source| failed("write", path, source))?;
    sync_parent(path)
}

/// Removes a file; one that is not there is no error.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(failed("remove", path, source)),
        Err(_) => Ok(()),
        Ok(()) => sync_parent(path),
    }
}

/// Gives a damaged database, with its write-ahead log, another name, and tells it. What its users shared is of no use to
/// another one.
pub(crate) fn keep_aside(database: &Path) -> Result<PathBuf> {
    let name = |number: u32| with_suffix(database, &format!(".corrupt-{number}"));
    let free = (1..DAMAGED_KEPT).find(|number| !name(*number).exists());
    let aside = name(free.unwrap_or(DAMAGED_KEPT));
    std::fs::rename(database, &aside).map_err(|source| failed("keep aside", database, source))?;
    let log = with_suffix(database, "-wal");
    if log.exists() {
        let moved = std::fs::rename(&log, with_suffix(&aside, "-wal"));
        moved.map_err(|source| failed("keep aside", &log, source))?;
    }
    remove(&with_suffix(database, "-shm"))?;
    Ok(aside)
}

/// Why a database file cannot even be tried, if that is so.
pub(crate) fn obstacle(database: &Path) -> Option<String> {
    match std::fs::metadata(database) {
        Ok(metadata) if !metadata.is_file() => return Some("it is not a file".to_owned()),
        Ok(_) => {}
        Err(_) => return None,
    }
    let opened = OpenOptions::new().read(true).write(true).open(database);
    let denied = opened.err().filter(|error| error.kind() == io::ErrorKind::PermissionDenied);
    denied.map(|error| error.to_string())
}

/// The path with something behind its name.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn sync_parent(path: &Path) -> Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let synced = File::open(parent).and_then(|dir| dir.sync_all());
    synced.map_err(|source| failed("write", parent, source))
}

pub(crate) fn failed(action: &'static str, path: &Path, source: io::Error) -> Error {
    Error::File { action, path: path.to_owned(), source }
}
