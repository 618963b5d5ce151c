//! Snapshots of directories: taken, read back, put back, removed.
//!
//! Owns what a snapshot is on each filesystem: a read-only subvolume of btrfs, a copy that shares its blocks, or a copy.
//! Never follows a symlink, never crosses into another filesystem, and never decides what is worth one. Called by the
//! runtime.

mod btrfs;
mod census;
mod copy;
mod file;
mod gone;
mod place;
mod progress;
mod restore;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use podsteward_domain::snapshot::{NAME_PREFIX, Provider};
use podsteward_domain::words;

use progress::{STILL_MAX, blocking};

pub use census::Census;
pub use restore::restore;

/// How long the btrfs program may take.
const BTRFS_DEADLINE: Duration = Duration::from_mins(5);

/// A snapshot that is to be taken.
#[derive(Debug, Clone)]
pub struct Request {
    /// The directory that it is of.
    pub source: PathBuf,
    /// The directory in which it will lie, on the same filesystem; made where it is missing.
    pub area: PathBuf,
    /// Its name.
    pub name: String,
    /// A copy that shares nothing may take so many bytes at most.
    pub bound: u64,
}

/// A snapshot that was taken, and counts once it was read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The directory that it is of.
    pub source: PathBuf,
    /// How it was made.
    pub provider: Provider,
    /// The directory that holds what the source held.
    pub location: PathBuf,
    /// What the source held just before.
    pub census: Census,
}

/// Why a snapshot cannot be taken, read, put back or removed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such directory.
    #[error("{} is no directory", .0.display())]
    NoDirectory(PathBuf),
    /// Nothing on its filesystem lies beside it, so nothing could take its place.
    #[error("a filesystem is mounted at {} itself: only a directory within one can be put back", .0.display())]
    MountPoint(PathBuf),
    /// The snapshot would lie on another filesystem.
    #[error("{} lies on another filesystem", .0.display())]
    Elsewhere(PathBuf),
    /// Another filesystem is mounted within it.
    #[error("another filesystem is mounted within it, at {}", .0.display())]
    Mounted(PathBuf),
    /// It holds the snapshots of other directories.
    #[error("it holds the snapshots of other directories, in {}", .0.display())]
    HoldsSnapshots(PathBuf),
    /// What it holds belongs to users that only exist within containers.
    #[error(
        "{} is closed to this user: it belongs to a user of a container's, and podsteward without root can keep and put \
         back only what its own user may read and write",
        .0.display()
    )]
    NotReadable(PathBuf),
    /// A copy would take too much.
    #[error(
        "a copy would take {bytes} bytes, over the bound of {bound}, and its filesystem can share no blocks"
    )]
    TooBig {
        /// What it would take.
        bytes: u64,
        /// What it may take.
        bound: u64,
    },
    /// A copy would fill the disk.
    #[error("a copy would take {bytes} bytes, over half of the {free} bytes that are free")]
    NoRoom {
        /// What it would take.
        bytes: u64,
        /// What is free.
        free: u64,
    },
    /// What was read back is not what was there.
    #[error("what was read back is not what is there: {0}")]
    Differs(String),
    /// The btrfs program refused.
    #[error("{call}: {message}")]
    Btrfs {
        /// What was asked of it.
        call: String,
        /// Its answer.
        message: String,
    },
    /// Something else has its name.
    #[error("{} is there already", .0.display())]
    NameTaken(PathBuf),
    /// The path is not one of a snapshot.
    #[error("{} is no snapshot", .0.display())]
    NotASnapshot(PathBuf),
    /// The disk did not answer for too long. What was begun is replaced by the next attempt.
    #[error("nothing moved for {}, and it was given up", words::duration(*.0))]
    Still(Duration),
    /// It took too long altogether.
    #[error("it was not done within {}, and it was given up", words::duration(*.0))]
    TooLong(Duration),
    /// Whoever wanted it has given it up; told to nobody.
    #[error("given up at {}", .0.display())]
    GivenUp(PathBuf),
    /// The work ended without an answer.
    #[error("it ended without an answer: {0}")]
    Ended(String),
    /// The kernel refused.
    #[error("{what} {}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// On what.
        path: PathBuf,
        /// The kernel's answer.
        source: io::Error,
    },
}

impl Error {
    /// Whether the disk did not answer in time, and may not for what is asked of it next.
    pub fn is_silence(&self) -> bool {
        matches!(self, Self::Still(_) | Self::TooLong(_))
    }

    fn io(what: &'static str, path: &Path, source: impl Into<io::Error>) -> Self {
        let (path, source) = (path.to_owned(), source.into());
        let rootless = !rustix::process::geteuid().is_root();
        if rootless && source.kind() == io::ErrorKind::PermissionDenied {
            return Self::NotReadable(path);
        }
        Self::Io { what, path, source }
    }
}

/// Takes a snapshot, the cheapest that the filesystem can do.
///
/// A snapshot that is being taken has another name, and its own one only once it is whole: what an end of the controller
/// leaves of one is replaced by the next of the same directory.
pub async fn take(request: Request) -> Result<Taken, Error> {
    let Request { source, area, name, bound } = request;
    if !name.starts_with(NAME_PREFIX) || name.contains('/') {
        return Err(Error::NotASnapshot(area.join(name)));
    }
    let (census, draft) = {
        let (source, area) = (source.clone(), area.clone());
        blocking(STILL_MAX, move |progress| {
            place::prepare(&source, &area)?;
            Ok((census::of(&source, progress)?, place::draft(&source, &area)))
        })
        .await?
    };
    let finished = area.join(&name);
    if place::exists(&finished)? {
        return Err(Error::NameTaken(finished));
    }
    gone::remove_tree(&draft).await?;
    if let Some(inner) = btrfs::take(&source, &draft, &census).await? {
        place::rename(&draft, &finished)?;
        let location = if inner.as_os_str().is_empty() { finished } else { finished.join(inner) };
        return Ok(Taken { source, provider: Provider::Btrfs, location, census });
    }
    let copied = {
        let (source, draft, bytes) = (source.clone(), draft.clone(), census.bytes);
        blocking(STILL_MAX, move |progress| copy::take(&source, &draft, (bytes, bound), progress)).await
    };
    match copied {
        Ok(provider) => {
            place::rename(&draft, &finished)?;
            Ok(Taken { source, provider, location: finished, census })
        }
        // What does not answer is not asked to take anything away: the next snapshot of the directory replaces the draft.
        Err(error) if error.is_silence() => Err(error),
        Err(error) => {
            gone::remove_tree(&draft).await?;
            Err(error)
        }
    }
}

/// Reads a snapshot and compares it with what it is of. Where the source changed since it was taken, what it is like now
/// counts, too: the snapshot lies between the two.
pub async fn read_back(taken: &Taken) -> Result<(), Error> {
    let Taken { source, location, census, .. } = taken.clone();
    blocking(STILL_MAX, move |progress| {
        let read = census::of(&location, progress)?;
        if read.is_same(&census) || read.is_same(&census::of(&source, progress)?) {
            return Ok(());
        }
        Err(Error::Differs(format!("{read} instead of {census}")))
    })
    .await
}

/// Removes a snapshot, if it is still there. Nothing that is not named like one is touched.
pub async fn remove(location: &Path, provider: Provider) -> Result<(), Error> {
    let root = place::root_of(location)?;
    match provider {
        Provider::Btrfs => btrfs::remove(&root).await?,
        Provider::Reflink | Provider::Copy => gone::remove_tree(&root).await?,
    }
    place::remove_if_empty(&root);
    Ok(())
}

/// Whether a path leads into a place of snapshots, or into what is being put back from one.
pub(crate) fn holds(path: &Path) -> bool {
    path.components().any(|part| place::is_ours(part.as_os_str()))
}

#[cfg(test)]
mod tests;
