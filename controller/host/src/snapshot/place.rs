//! Where snapshots lie, and that it is the filesystem of what they are of.
//!
//! Owns the paths. Never makes a snapshot. Called by the rest of `snapshot`.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use podsteward_domain::snapshot::{AREA, NAME_PREFIX};
use rustix::fs::{AtFlags, CWD, FileType, Mode, StatxFlags};
use sha2::{Digest, Sha256};

use super::Error;

/// What the name of a snapshot begins with while it is being taken.
const DRAFT_PREFIX: &str = ".taking-";
/// What is put back, until it has its place; and after that, what had the place before.
pub(super) const STAGED: &str = ".podsteward-restoring";
/// What had the place before, where the filesystem cannot swap two directories in one go.
pub(super) const REPLACED: &str = ".podsteward-replaced";
/// Only its owner may look into a place of snapshots: they hold what the containers keep from others.
const PRIVATE: Mode = Mode::RWXU;

/// Makes sure that a directory can have snapshots in an area, and makes the area.
pub(super) fn prepare(source: &Path, area: &Path) -> Result<(), Error> {
    let mount = mount_of_directory(source)?;
    let parent = source.parent().ok_or_else(|| Error::MountPoint(source.to_owned()))?;
    if mount_of_directory(parent)? != mount {
        return Err(Error::MountPoint(source.to_owned()));
    }
    let beside = area.parent().ok_or_else(|| Error::NotASnapshot(area.to_owned()))?;
    if mount_of_directory(beside)? != mount {
        return Err(Error::Elsewhere(area.to_owned()));
    }
    match rustix::fs::mkdir(area, PRIVATE) {
        Ok(()) | Err(rustix::io::Errno::EXIST) => {}
        Err(error) => return Err(Error::io("make", area, error)),
    }
    if mount_of_directory(area)? != mount {
        return Err(Error::Elsewhere(area.to_owned()));
    }
    rustix::fs::chmod(area, PRIVATE).map_err(|error| Error::io("close to others", area, error))
}

/// The mount that a directory lies on; a symlink is no directory.
pub(super) fn mount_of_directory(path: &Path) -> Result<u64, Error> {
    let flags = StatxFlags::TYPE | StatxFlags::MNT_ID;
    let stat = match rustix::fs::statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, flags) {
        Ok(stat) => stat,
        Err(rustix::io::Errno::NOENT) => return Err(Error::NoDirectory(path.to_owned())),
        Err(error) => return Err(Error::io("look at", path, error)),
    };
    if FileType::from_raw_mode(stat.stx_mode.into()) != FileType::Directory {
        return Err(Error::NoDirectory(path.to_owned()));
    }
    Ok(stat.stx_mnt_id)
}

/// Where the snapshot of a directory lies while it is being taken: always the same path for the same directory.
pub(super) fn draft(source: &Path, area: &Path) -> PathBuf {
    let digest: [u8; 32] = Sha256::digest(source.as_os_str().as_encoded_bytes()).into();
    let digest = digest.first_chunk().copied().map_or(0, u64::from_be_bytes);
    area.join(format!("{DRAFT_PREFIX}{digest:016x}"))
}

/// Gives a finished snapshot its name, which nothing else has.
pub(super) fn rename(draft: &Path, finished: &Path) -> Result<(), Error> {
    rustix::fs::renameat_with(CWD, draft, CWD, finished, rustix::fs::RenameFlags::NOREPLACE)
        .map_err(|error| Error::io("name", finished, error))
}

/// The snapshot that a location lies in: the entry of the area.
pub(super) fn root_of(location: &Path) -> Result<PathBuf, Error> {
    let is_plain = location.is_absolute() && !location.components().any(|part| part.as_os_str() == "..");
    let named = |path: &&Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        let area = path.parent().and_then(Path::file_name);
        name.is_some_and(|name| name.starts_with(NAME_PREFIX)) && area.is_some_and(|area| area == AREA)
    };
    let root = location.ancestors().find(named).filter(|_| is_plain);
    root.map(Path::to_owned).ok_or_else(|| Error::NotASnapshot(location.to_owned()))
}

/// Removes the area that a snapshot lay in, once that is empty. Whatever keeps it, keeps it.
pub(super) fn remove_if_empty(root: &Path) {
    if let Some(area) = root.parent() {
        let _still_used: Result<(), _> = rustix::fs::rmdir(area);
    }
}

/// A path beside a directory, for what takes its place.
pub(super) fn sibling(source: &Path, ending: &str) -> Result<PathBuf, Error> {
    let name = source.file_name().ok_or_else(|| Error::MountPoint(source.to_owned()))?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(ending);
    Ok(source.with_file_name(hidden))
}

/// Whether a name is one of a place of snapshots, or of what lies beside a directory while it is put back.
pub(super) fn is_ours(name: &OsStr) -> bool {
    let beside = name.to_str().is_some_and(|name| name.ends_with(STAGED) || name.ends_with(REPLACED));
    name == AREA || beside
}

/// Whether there is anything of this name.
pub(super) fn exists(path: &Path) -> Result<bool, Error> {
    match std::fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Error::io("look at", path, error)),
    }
}
