//! Snapshots of btrfs subvolumes, by the btrfs program: the kernel's own calls need code that is not checked.
//!
//! Owns the calls of the program and what a subvolume is known by. Whoever owns a subvolume needs no root for them.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::fs::StatFs;

use super::census::Census;
use super::{BTRFS_DEADLINE, Error, place};

/// The inode number of the top directory of every subvolume.
pub(super) const SUBVOLUME_INODE: u64 = 256;
/// The number by which the kernel names btrfs.
const MAGIC: u64 = 0x9123_683E;

/// Whether a path lies on btrfs.
pub(super) fn is_btrfs(path: &Path) -> Result<bool, Error> {
    let stat: StatFs = rustix::fs::statfs(path).map_err(|error| Error::io("look at", path, error))?;
    Ok(u64::try_from(stat.f_type).is_ok_and(|kind| kind == MAGIC))
}

/// Takes a read-only snapshot of the subvolume that a directory is, or lies in, and answers where in it the directory is
/// found. `None`: there is no such subvolume, it is not ours, or the program is missing; something else must do.
///
/// A subvolume that is mounted as a whole is left alone unless it is the directory itself: its snapshot would hold back
/// everything that a cleanup frees. A subvolume within the directory would be missing in the snapshot.
pub(super) async fn take(source: &Path, draft: &Path, census: &Census) -> Result<Option<PathBuf>, Error> {
    if census.nested || !is_btrfs(source)? {
        return Ok(None);
    }
    let Some(subvolume) = enclosing(source)? else { return Ok(None) };
    match program(&["subvolume", "snapshot", "-r"], &[&subvolume, draft]).await {
        Ok(()) => Ok(source.strip_prefix(&subvolume).ok().map(Path::to_owned)),
        Err(Error::Btrfs { .. } | Error::Io { .. } | Error::NotReadable(_)) => {
            super::gone::remove_tree(draft).await?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The innermost subvolume that a directory is or lies in, below the top of its mount.
fn enclosing(source: &Path) -> Result<Option<PathBuf>, Error> {
    let mount = place::mount_of_directory(source)?;
    for directory in source.ancestors() {
        let Some(parent) = directory.parent() else { return Ok(None) };
        if place::mount_of_directory(parent)? != mount {
            return Ok(None);
        }
        if is_subvolume(directory)? {
            return Ok(Some(directory.to_owned()));
        }
    }
    Ok(None)
}

/// Whether a path is the top of a subvolume.
pub(super) fn is_subvolume(path: &Path) -> Result<bool, Error> {
    let stat = rustix::fs::lstat(path).map_err(|error| Error::io("look at", path, error))?;
    Ok(stat.st_ino == SUBVOLUME_INODE && is_btrfs(path)?)
}

/// Makes a subvolume that may be written of a snapshot.
pub(super) async fn copy(snapshot: &Path, target: &Path) -> Result<(), Error> {
    program(&["subvolume", "snapshot"], &[snapshot, target]).await
}

/// Removes a subvolume, if it is there. Whoever is not root may not delete it in one go, but may empty what is their own.
pub(super) async fn remove(subvolume: &Path) -> Result<(), Error> {
    if !place::exists(subvolume)? {
        return Ok(());
    }
    if program(&["subvolume", "delete"], &[subvolume]).await.is_ok() {
        return Ok(());
    }
    program(&["property", "set", "-ts"], &[subvolume, Path::new("ro"), Path::new("false")]).await?;
    super::gone::empty(subvolume).await
}

/// Runs the btrfs program. It ends with the deadline.
async fn program(verbs: &[&str], paths: &[&Path]) -> Result<(), Error> {
    let call = format!("btrfs {}", verbs.join(" "));
    let mut command = tokio::process::Command::new("btrfs");
    command.args(verbs).args(paths).stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(BTRFS_DEADLINE, command.output()).await;
    let message = match output {
        Ok(Ok(output)) if output.status.success() => return Ok(()),
        Ok(Ok(output)) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
            "the btrfs program is not installed".to_owned()
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} s", BTRFS_DEADLINE.as_secs()),
    };
    Err(Error::Btrfs { call, message })
}
