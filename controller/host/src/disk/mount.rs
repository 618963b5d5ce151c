//! Which mount and which filesystem a path lies on.
//!
//! Owns the reading of the mounts that this process sees. Never mounts anything. Called by the runtime, which asks before
//! it counts on something to free space where space is short.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use rustix::fs::{OFlags, fstat, fstatvfs};

use super::{Error, ask, btrfs, is_btrfs, open};
use crate::walk::look;

/// The mounts that this process sees.
const MOUNTS: &str = "/proc/self/mountinfo";

/// A mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountInfo {
    /// Where it is mounted.
    pub mount_point: PathBuf,
    /// The type of its filesystem, such as `ext4`.
    pub fs_type: String,
    /// What is mounted: a device, or a word where there is none.
    pub source: String,
}

/// The mount that a path, behind all symlinks, lies on.
///
/// # Errors
/// The path is not absolute or does not exist; its mount is not visible here.
pub fn mount_of(path: &Path) -> Result<MountInfo, Error> {
    let fd = open(path, OFlags::PATH)?;
    let wanted = look(&fd, "".as_ref()).map_err(|error| ask("look at", path, error))?.place.mount;
    let mounts = fs::read(MOUNTS).map_err(|error| ask("find", path, error))?;
    let mut lines = mounts.split(|byte| *byte == b'\n').filter_map(parse);
    lines
        .find(|(number, _)| *number == wanted)
        .map(|(_, mount)| mount)
        .ok_or_else(|| Error::NoMount(path.to_owned()))
}

/// Whether two paths, behind all symlinks, lie on the same filesystem: freeing space at one gives space to the other.
///
/// Subvolumes of one btrfs do, and so do bind mounts. An overlay counts as a filesystem of its own.
///
/// # Errors
/// A path is not absolute or does not exist.
pub fn same_filesystem(a: &Path, b: &Path) -> Result<bool, Error> {
    Ok(Filesystem::of(a)? == Filesystem::of(b)?)
}

/// What tells a filesystem from others, until the host boots anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filesystem {
    /// The device that it is on.
    Device(u64),
    /// Each subvolume has a device of its own, but half of the number is the filesystem's.
    Btrfs(u32),
}

impl Filesystem {
    /// The filesystem that a path, behind all symlinks, lies on.
    ///
    /// # Errors
    /// The path is not absolute or does not exist.
    pub fn of(path: &Path) -> Result<Self, Error> {
        let fd = open(path, OFlags::PATH)?;
        if is_btrfs(&fd, path)? {
            let stat = fstatvfs(&fd).map_err(|errno| ask("look at", path, errno))?;
            return Ok(Self::Btrfs(btrfs::identity(stat.f_fsid)));
        }
        Ok(Self::Device(fstat(&fd).map_err(|errno| ask("look at", path, errno))?.st_dev))
    }
}

/// One line: the mount's number, fourth the directory mounted, fifth where, then options up to a dash, then the type and
/// the source.
fn parse(line: &[u8]) -> Option<(u64, MountInfo)> {
    let mut fields = line.split(|byte| *byte == b' ');
    let number = std::str::from_utf8(fields.next()?).ok()?.parse().ok()?;
    let mount_point = PathBuf::from(OsString::from_vec(unescape(fields.nth(3)?)));
    let mut fields = fields.skip_while(|field| *field != b"-").skip(1);
    let mut text = || fields.next().map(|field| String::from_utf8_lossy(&unescape(field)).into_owned());
    let (fs_type, source) = (text()?, text()?);
    Some((number, MountInfo { mount_point, fs_type, source }))
}

/// The kernel writes a blank as `\040`, and likewise everything else that would break its lines.
fn unescape(field: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..3).filter(|_| *first == b'\\').and_then(octal);
        plain.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[3..] } else { tail };
    }
    plain
}

fn octal(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()
}

#[cfg(test)]
mod tests;
