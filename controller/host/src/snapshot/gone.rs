//! Removing a tree or a subvolume, if it is there.
//!
//! Owns the one way in which anything is removed here. Never follows a symlink. What is removed is named by the rest of
//! `snapshot`: a draft, a snapshot, or what was replaced.

use std::io;
use std::path::Path;

use super::progress::silent;
use super::{Error, btrfs, place};

/// Removes a directory with all that it holds, or a subvolume. Nothing there is fine.
pub(super) async fn remove_tree(path: &Path) -> Result<(), Error> {
    if !place::exists(path)? {
        return Ok(());
    }
    if btrfs::is_subvolume(path)? {
        return btrfs::remove(path).await;
    }
    empty(path).await
}

/// Removes entry by entry.
pub(super) async fn empty(path: &Path) -> Result<(), Error> {
    let path = path.to_owned();
    silent(move || match std::fs::remove_dir_all(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", &path, error)),
        _ => Ok(()),
    })
    .await
}
