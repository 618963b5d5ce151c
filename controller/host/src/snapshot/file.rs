//! One file: its content, shared or copied, and what is known of it.
//!
//! Owns the calls on two open files. Never opens anything by itself but a probe. Called by the walk of a copy.

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::path::Path;

use rustix::fs::{IFlags, Mode, OFlags, SeekFrom, Stat, XattrFlags};
use rustix::io::Errno;

use super::progress::Progress;
use super::{Error, copy};

/// How much is copied at once.
const PIECE: usize = 1 << 20;
/// The kernel's own limit, of an attribute and of the names of all.
const ATTRIBUTE_MAX: usize = 1 << 16;
/// Attributes that a filesystem or the kernel keeps for its own use, and gives the copy by itself.
const OWN_ATTRIBUTES: [&[u8]; 2] = [b"btrfs.", b"security.selinux"];

/// Whether files in a directory can share their blocks: tried with two files that have no name.
pub(super) fn can_clone(area: &Path) -> Result<bool, Error> {
    let failed = |error| Error::io("write in", area, error);
    let nameless = || {
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        rustix::fs::open(area, flags, Mode::RUSR | Mode::WUSR)
    };
    let (from, to) = match (nameless(), nameless()) {
        (Ok(from), Ok(to)) => (from, to),
        (Err(Errno::OPNOTSUPP | Errno::ISDIR), _) => return Ok(false),
        (Err(error), _) | (_, Err(error)) => return Err(failed(error)),
    };
    rustix::io::write(&from, &[1; 4096]).map_err(failed)?;
    Ok(rustix::fs::ioctl_ficlone(&to, &from).is_ok())
}

/// Shares the content of a file. Where btrfs keeps a file in place as it is written, so it must the copy.
pub(super) fn clone(from: &OwnedFd, to: &OwnedFd, target: &Path) -> Result<(), Error> {
    let shared = match rustix::fs::ioctl_ficlone(to, from) {
        Err(Errno::INVAL) => {
            let flags = rustix::fs::ioctl_getflags(from).unwrap_or(IFlags::empty());
            rustix::fs::ioctl_setflags(to, flags & IFlags::NOCOW)
                .and_then(|()| rustix::fs::ioctl_ficlone(to, from))
        }
        result => result,
    };
    shared.map_err(|error| Error::io("share the blocks of", target, error))
}

/// Copies the content of a file; what is a hole stays one.
pub(super) fn copy(from: &OwnedFd, to: &OwnedFd, target: &Path, progress: &Progress) -> Result<(), Error> {
    let failed = |error: io::Error| Error::io("write", target, error);
    let duplicate = |fd: &OwnedFd| fd.try_clone().map(File::from).map_err(failed);
    let (from, to) = (duplicate(from)?, duplicate(to)?);
    let mut piece = vec![0; PIECE];
    let mut at = 0;
    while let Some((data, hole)) = next_data(&from, at).map_err(|error| failed(error.into()))? {
        at = data;
        while at < hole {
            progress.step(target)?;
            let wanted = usize::try_from(hole - at).unwrap_or(PIECE).min(PIECE);
            let piece = piece.get_mut(..wanted).unwrap_or_default();
            let read = from.read_at(piece, at).map_err(failed)?;
            if read == 0 {
                break;
            }
            to.write_all_at(piece.get(..read).unwrap_or_default(), at).map_err(failed)?;
            at += read as u64;
        }
        at = hole;
    }
    let length = from.metadata().map_err(failed)?.len();
    to.set_len(length).map_err(failed)
}

/// Where the next data begins and ends. A filesystem that knows no holes has data only.
fn next_data(file: &File, at: u64) -> Result<Option<(u64, u64)>, Errno> {
    match rustix::fs::seek(file, SeekFrom::Data(at)) {
        Ok(data) => Ok(Some((data, rustix::fs::seek(file, SeekFrom::Hole(data))?))),
        Err(Errno::NXIO) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Gives a copy its owner, mode, attributes and times, in this order: each would undo what comes after it.
pub(super) fn attributes(from: &OwnedFd, to: &OwnedFd, stat: &Stat, target: &Path) -> Result<(), Error> {
    let (uid, gid) = copy::owner(stat);
    rustix::fs::fchown(to, Some(uid), Some(gid))
        .map_err(|error| Error::io("set the owner of", target, error))?;
    rustix::fs::fchmod(to, Mode::from_raw_mode(stat.st_mode))
        .map_err(|error| Error::io("set the mode of", target, error))?;
    extended(from, to).map_err(|error| Error::io("set the attributes of", target, error))?;
    rustix::fs::futimens(to, &copy::times(stat)).map_err(|error| Error::io("set the times of", target, error))
}

/// Copies extended attributes, access lists among them.
fn extended(from: &OwnedFd, to: &OwnedFd) -> Result<(), Errno> {
    let list = match list(from) {
        Err(Errno::OPNOTSUPP) => return Ok(()),
        list => list?,
    };
    for name in list.split_inclusive(|byte| *byte == 0) {
        let Ok(name) = CStr::from_bytes_with_nul(name) else { continue };
        if OWN_ATTRIBUTES.iter().any(|own| name.to_bytes().starts_with(own)) {
            continue;
        }
        let value = value(from, name)?;
        rustix::fs::fsetxattr(to, name, &value, XattrFlags::empty())?;
    }
    Ok(())
}

fn list(file: &OwnedFd) -> Result<Vec<u8>, Errno> {
    let mut list = vec![0; ATTRIBUTE_MAX];
    let length = rustix::fs::flistxattr(file, &mut list[..])?;
    list.truncate(length);
    Ok(list)
}

fn value(file: &OwnedFd, name: &CStr) -> Result<Vec<u8>, Errno> {
    let mut value = vec![0; ATTRIBUTE_MAX];
    let length = rustix::fs::fgetxattr(file, name, &mut value[..])?;
    value.truncate(length);
    Ok(value)
}
