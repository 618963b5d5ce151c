//! The control group that counts a process's memory.
//!
//! Owns the way from `/proc/PID/cgroup` and the mounts to a directory, and what stands in it, for both versions of
//! control groups and for hosts that have both. Never writes there.

use std::io;
use std::path::{Component, Path, PathBuf};

use podsteward_domain::pressure::MemoryUse;

use super::{Error, read};

/// Version 1 says "no limit" by the largest number of pages that fits: whatever is near that is none.
const UNLIMITED_FROM: u64 = 1 << 60;

/// A control group that counts memory.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Group {
    version: Version,
    /// Where its hierarchy is mounted.
    mount: PathBuf,
    /// Where in it the group is, without a leading `/`.
    path: PathBuf,
}

/// The version of control groups that counts memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Group {
    /// The group of a process, from the text of its `cgroup` and of the reader's `mountinfo`. Where version 1 counts
    /// memory, version 2 does not, even where it is mounted, too.
    pub(super) fn find(groups: &str, mounts: &str) -> Option<Self> {
        let lines =
            || groups.lines().filter_map(|line| line.splitn(3, ':').collect::<Vec<_>>().try_into().ok());
        let of_one = |[_, controllers, path]: [&'_ str; 3]| {
            controllers.split(',').any(|name| name == "memory").then(|| path.to_owned())
        };
        let of_two = |[hierarchy, controllers, path]: [&'_ str; 3]| {
            (hierarchy == "0" && controllers.is_empty()).then(|| path.to_owned())
        };
        let (version, path) = match lines().find_map(of_one) {
            Some(path) => (Version::One, path),
            None => (Version::Two, lines().find_map(of_two)?),
        };
        let mut mounts = mounts.lines().filter_map(Mount::parse).filter(|mount| mount.is_of(version));
        mounts.find_map(|mount| {
            let below = Path::new(&path).strip_prefix(&mount.root).ok()?;
            let inside = below.components().all(|part| matches!(part, Component::Normal(_)));
            let group = Self { version, path: below.to_owned(), mount: mount.point };
            (inside && group.directory().is_dir()).then_some(group)
        })
    }

    /// The outermost group that still carries the container's id: what runs in a container may make groups of its own in
    /// it. Else the group itself.
    pub(super) fn of_container(self, id: &str) -> Self {
        let named = |path: &Path| {
            path.file_name().is_some_and(|name| !id.is_empty() && name.to_string_lossy().contains(id))
        };
        let outermost = self.path.ancestors().filter(|path| named(path)).last();
        match outermost.map(Path::to_owned) {
            Some(path) => Self { path, ..self },
            None => self,
        }
    }

    /// What it uses, and the strictest limit that holds for it: its own, or one of a group around it.
    pub(super) fn memory(&self) -> Result<MemoryUse, Error> {
        let directory = self.directory();
        let (usage, cached) = match self.version {
            Version::One => ("memory.usage_in_bytes", "total_inactive_file"),
            Version::Two => ("memory.current", "inactive_file"),
        };
        let usage = number(&directory.join(usage))?;
        let stat = directory.join("memory.stat");
        let cached = value(&read(&stat)?, cached).ok_or(Error::Malformed(stat))?;
        Ok(MemoryUse { used: usage.saturating_sub(cached), limit: self.limit()? })
    }

    fn limit(&self) -> Result<Option<u64>, Error> {
        let mut strictest = None;
        for path in self.path.ancestors() {
            let limit = self.limit_of(&self.mount.join(path))?;
            strictest = [strictest, limit].into_iter().flatten().min();
        }
        Ok(strictest)
    }

    /// The limit of one group; none where it has no such file, as the outermost group of version 2 has none.
    fn limit_of(&self, directory: &Path) -> Result<Option<u64>, Error> {
        let path = directory.join(match self.version {
            Version::One => "memory.limit_in_bytes",
            Version::Two => "memory.max",
        });
        match read(&path) {
            Ok(text) if text.trim() == "max" => Ok(None),
            Ok(text) => {
                let limit: u64 = text.trim().parse().map_err(|_| Error::Malformed(path))?;
                Ok((limit < UNLIMITED_FROM).then_some(limit))
            }
            Err(Error::Unreadable { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn directory(&self) -> PathBuf {
        self.mount.join(&self.path)
    }
}

/// A line of `mountinfo`, as far as control groups are concerned.
struct Mount {
    /// Which part of the hierarchy is mounted.
    root: PathBuf,
    /// Where.
    point: PathBuf,
    kind: String,
    options: String,
}

impl Mount {
    fn parse(line: &str) -> Option<Self> {
        let (before, after) = line.split_once(" - ")?;
        let mut before = before.split(' ').skip(3);
        let (root, point) = (before.next()?, before.next()?);
        let mut after = after.split(' ');
        let (kind, options) = (after.next()?.to_owned(), after.nth(1)?.to_owned());
        Some(Self { root: unescaped(root), point: unescaped(point), kind, options })
    }

    fn is_of(&self, version: Version) -> bool {
        match version {
            Version::One => self.kind == "cgroup" && self.options.split(',').any(|name| name == "memory"),
            Version::Two => self.kind == "cgroup2",
        }
    }
}

/// The kernel writes a blank in a path as `\040`.
fn unescaped(path: &str) -> PathBuf {
    path.replace("\\040", " ").into()
}

fn number(path: &Path) -> Result<u64, Error> {
    read(path)?.trim().parse().map_err(|_| Error::Malformed(path.to_owned()))
}

/// The number behind a word of `memory.stat`.
fn value(stat: &str, word: &str) -> Option<u64> {
    let mut pairs = stat.lines().filter_map(|line| line.split_once(' '));
    pairs.find(|(name, _)| *name == word).and_then(|(_, value)| value.trim().parse().ok())
}
