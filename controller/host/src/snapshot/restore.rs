//! Putting back what a snapshot holds, beside the directory first, then in its place in one go.
//!
//! Owns the order, which makes it safe to be interrupted anywhere and to be begun again: until the swap nothing of the
//! directory is touched, and whatever an earlier attempt left beside it is made anew. What a disk that does not answer makes
//! it give up never comes to the swap. Its users are stopped by then.

use std::path::Path;

use podsteward_domain::snapshot::Provider;
use rustix::fs::{CWD, RenameFlags};
use rustix::io::Errno;

use super::place::{REPLACED, STAGED};
use super::progress::{STILL_MAX, blocking};
use super::{Error, btrfs, census, copy, file, gone, place};

/// Puts back what a snapshot holds, and removes what was there.
pub async fn restore(location: &Path, provider: Provider, source: &Path) -> Result<(), Error> {
    let root = place::root_of(location)?;
    let (staged, replaced) = (place::sibling(source, STAGED)?, place::sibling(source, REPLACED)?);
    check(location, source).await?;
    gone::remove_tree(&staged).await?;
    if place::exists(source)? {
        // An earlier attempt swapped, and was interrupted before it removed this.
        gone::remove_tree(&replaced).await?;
    }
    stage(location, provider, root == location, &staged).await?;
    compare(location, &staged).await?;
    swap(source, &staged, &replaced)?;
    gone::remove_tree(&staged).await?;
    gone::remove_tree(&replaced).await
}

/// The snapshot must be there, and nothing within the directory may be lost that is not of it.
async fn check(location: &Path, source: &Path) -> Result<(), Error> {
    let (location, source) = (location.to_owned(), source.to_owned());
    blocking(STILL_MAX, move |progress| {
        let parent = source.parent().ok_or_else(|| Error::MountPoint(source.clone()))?;
        let mount = place::mount_of_directory(parent)?;
        if place::mount_of_directory(&location)? != mount {
            return Err(Error::Elsewhere(location));
        }
        if !place::exists(&source)? {
            return Ok(());
        }
        if place::mount_of_directory(&source)? != mount {
            return Err(Error::MountPoint(source));
        }
        census::of(&source, progress).map(drop)
    })
    .await
}

/// Makes what is to be put back: a subvolume of a subvolume, else a copy that shares its blocks if it can.
async fn stage(location: &Path, provider: Provider, is_whole: bool, staged: &Path) -> Result<(), Error> {
    if provider == Provider::Btrfs && is_whole && btrfs::copy(location, staged).await.is_ok() {
        return Ok(());
    }
    gone::remove_tree(staged).await?;
    let (location, staged) = (location.to_owned(), staged.to_owned());
    blocking(STILL_MAX, move |progress| {
        let clones = file::can_clone(staged.parent().unwrap_or(&staged))?;
        copy::tree(&location, &staged, clones, progress)
    })
    .await
}

async fn compare(location: &Path, staged: &Path) -> Result<(), Error> {
    let (location, staged) = (location.to_owned(), staged.to_owned());
    blocking(STILL_MAX, move |progress| {
        let (kept, staged) = (census::of(&location, progress)?, census::of(&staged, progress)?);
        if staged.is_same(&kept) {
            return Ok(());
        }
        Err(Error::Differs(format!("{staged} instead of {kept}")))
    })
    .await
}

/// Swaps two directories, in one go where the filesystem can.
fn swap(source: &Path, staged: &Path, replaced: &Path) -> Result<(), Error> {
    let failed = |error| Error::io("put back", source, error);
    let rename = |from, to| rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE);
    match rustix::fs::renameat_with(CWD, staged, CWD, source, RenameFlags::EXCHANGE) {
        // There is nothing to swap with: it is gone, or lies aside since an attempt that was interrupted.
        Err(Errno::NOENT) => rename(staged, source).map_err(failed),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            rename(source, replaced).and_then(|()| rename(staged, source)).map_err(failed)
        }
        result => result.map_err(failed),
    }
}
