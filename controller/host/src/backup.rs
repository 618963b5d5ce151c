//! What proves a backup, as it lies on the disk: the newest files of a glob, and the text of a metric file.
//!
//! Owns looking at their names, sizes and times, and reading that text. Never opens a backup itself and never says what
//! anything proves: the domain does. Called by the runtime in a thread that may wait for a disk. A symlink to a file counts
//! as the file; one to a directory is not entered, except where the path before the first wildcard leads through it.

use std::fs::{self, DirEntry, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use globset::GlobMatcher;
use podsteward_domain::backup::cadence::QUIET;
use podsteward_domain::backup::evidence::{SeenFile, SeenFiles};
use podsteward_specs::disk;

use crate::clock::wall_ms;
use crate::walk::monotonic;

/// Directories so deep below the first wildcard are looked into where the glob names no depth.
const DEPTH_MAX: usize = 32;
/// So many of the newest files are told of.
const NEWEST_MAX: usize = 32;
/// So many are kept in memory before they are thinned out.
const KEPT_MAX: usize = 4096;
/// No text file of metrics is larger.
const TEXT_BYTES_MAX: u64 = 16 << 20;

/// How much is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// So many entries of directories.
    pub entries: u64,
    /// So long.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 1_000_000, time: Duration::from_secs(20) }
    }
}

/// Finds the newest files that a glob names and that are large enough.
pub fn newest(glob: &str, least: u64, limits: Limits) -> SeenFiles {
    let mut found = SeenFiles::default();
    let Ok(matcher) = disk::glob(glob) else {
        found.unseen = Some(format!("{glob} is not a glob"));
        return found;
    };
    let end = monotonic().saturating_add(limits.time);
    let quiet_since_ms =
        wall_ms().saturating_sub_unsigned(u64::try_from(QUIET.as_millis()).unwrap_or(u64::MAX));
    let levels = Levels::of(glob);
    let mut search = Search { matcher, levels, least, entries: limits.entries, end, quiet_since_ms, found };
    let root = root(glob);
    if root == Path::new(glob) {
        search.file(&root);
    } else {
        search.below(root);
    }
    search.finish()
}

/// Reads the text of a metric file, with the time of its last change in milliseconds since 1970.
///
/// # Errors
/// It is no regular file, too large, no text, or cannot be read.
pub fn text(path: &Path) -> io::Result<(String, i64)> {
    // A pipe would hold up whoever opens it.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let file = fs::File::open(path)?;
    let changed_ms = changed_ms(&file.metadata()?);
    let mut text = String::new();
    file.take(TEXT_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > TEXT_BYTES_MAX {
        return Err(io::Error::other("it is too large for a text file of metrics"));
    }
    Ok((text, changed_ms))
}

fn changed_ms(metadata: &Metadata) -> i64 {
    metadata.mtime().saturating_mul(1000).saturating_add(metadata.mtime_nsec() / 1_000_000)
}

/// The path up to the first part with a wildcard.
pub(crate) fn root(glob: &str) -> PathBuf {
    let plain = |part: &&str| !part.contains(['*', '?', '[', '{', '\\']);
    let parts: Vec<&str> = glob.split('/').skip(1).take_while(plain).collect();
    PathBuf::from(format!("/{}", parts.join("/")))
}

/// Which directories may lead to what a glob names, by how deep they lie below its root.
struct Levels {
    matchers: Vec<GlobMatcher>,
    /// Below the last of them any directory may.
    open: bool,
}

impl Levels {
    fn of(glob: &str) -> Self {
        let parts: Vec<&str> = glob.split('/').collect();
        let first = root(glob).components().count();
        let mut levels = Self { matchers: Vec::new(), open: glob.ends_with("/**") };
        for end in first + 1..parts.len() {
            let ends = parts.get(..end).unwrap_or_default();
            // A pair of braces may stand around a slash, and `**` for any number of them.
            let whole = ends.last().is_some_and(|part| *part != "**" && !part.contains(['{', '}']));
            match disk::glob(&ends.join("/")) {
                Ok(matcher) if whole => levels.matchers.push(matcher),
                _ => {
                    levels.open = true;
                    break;
                }
            }
        }
        levels
    }

    fn lead(&self, directory: &Path, depth: usize) -> bool {
        match self.matchers.get(depth) {
            Some(matcher) => matcher.is_match(directory),
            None => self.open && depth < DEPTH_MAX,
        }
    }
}

struct Search {
    matcher: GlobMatcher,
    levels: Levels,
    least: u64,
    /// So many entries may still be looked at.
    entries: u64,
    /// When the search ends, by the monotonic clock.
    end: Duration,
    /// A file that was not written to since, in milliseconds since 1970, is whole.
    quiet_since_ms: i64,
    found: SeenFiles,
}

impl Search {
    fn below(&mut self, root: PathBuf) {
        let mut waiting = vec![(root, 0)];
        while let Some((directory, depth)) = waiting.pop() {
            let entries = match fs::read_dir(&directory) {
                Ok(entries) => entries,
                Err(error) => {
                    self.unseen(&directory, &error);
                    continue;
                }
            };
            for entry in entries {
                if self.is_over() {
                    let more = format!("there is more below {} than can be looked at", directory.display());
                    self.found.unseen.get_or_insert(more);
                    return;
                }
                match entry {
                    Ok(entry) => waiting.extend(self.entry(&entry, depth)),
                    Err(error) => self.unseen(&directory, &error),
                }
            }
        }
    }

    /// Looks at an entry; answers a directory that may lead to more.
    fn entry(&mut self, entry: &DirEntry, depth: usize) -> Option<(PathBuf, usize)> {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => self.levels.lead(&path, depth).then(|| (path, depth + 1)),
            Ok(_) => {
                if self.matcher.is_match(&path) {
                    self.file(&path);
                }
                None
            }
            Err(error) => {
                self.unseen(&path, &error);
                None
            }
        }
    }

    fn file(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(metadata) if !metadata.is_file() => {}
            Ok(metadata) if metadata.len() < self.least => self.found.small += 1,
            Ok(metadata) => {
                let (size, changed_ms) = (metadata.len(), changed_ms(&metadata));
                self.found.newest.push(SeenFile { path: path.display().to_string(), size, changed_ms });
                if self.found.newest.len() >= KEPT_MAX {
                    self.thin_out();
                }
            }
            Err(error) => self.unseen(path, &error),
        }
    }

    /// What is gone is nothing that could have been seen.
    fn unseen(&mut self, path: &Path, error: &io::Error) {
        if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) {
            self.found.unseen.get_or_insert(format!("{} cannot be read: {error}", path.display()));
        }
    }

    fn is_over(&mut self) -> bool {
        self.entries = self.entries.saturating_sub(1);
        self.entries == 0 || (self.entries.is_multiple_of(64) && monotonic() >= self.end)
    }

    /// Of many files that are being written all at once the newest whole one stays, in the place of the last.
    fn thin_out(&mut self) {
        let quiet_since_ms = self.quiet_since_ms;
        let newest = &mut self.found.newest;
        newest.sort_by(|a, b| b.changed_ms.cmp(&a.changed_ms).then_with(|| a.path.cmp(&b.path)));
        let whole = newest.iter().position(|file| file.changed_ms <= quiet_since_ms);
        if let Some(whole) = whole.filter(|whole| *whole >= NEWEST_MAX) {
            newest.swap(NEWEST_MAX - 1, whole);
        }
        newest.truncate(NEWEST_MAX);
    }

    fn finish(mut self) -> SeenFiles {
        self.thin_out();
        self.found
    }
}

#[cfg(test)]
mod tests;
