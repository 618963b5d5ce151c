//! Reads the files of an import.
//!
//! Owns which files of a directory count, and the bounds: size, number, depth, no file twice. Never looks into one.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use podsteward_import::{Source, Warning, quadlet};
use podsteward_specs::defaults::FILE_BYTES_MAX;

use crate::exit::Error;

/// How many files one import reads.
const FILES_MAX: usize = 10_000;
/// How many directories stand within each other.
const DEPTH_MAX: usize = 16;

/// What is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Quadlet,
    Kube,
}

impl Kind {
    /// Whether a file in a directory is read. One that the user names always is.
    fn counts(self, path: &Path) -> bool {
        match self {
            Self::Quadlet => quadlet::is_read(path),
            Self::Kube => path
                .extension()
                .is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension == *known)),
        }
    }
}

/// What was read.
pub(super) struct Read {
    /// The files that the user names, and those in the directories that the user names, by path.
    pub(super) sources: Vec<Source>,
    /// Files in a directory that cannot be read. Who names one such file gets an error.
    pub(super) unreadable: Vec<Warning>,
}

/// Reads everything.
pub(super) fn sources(paths: &[PathBuf], kind: Kind) -> Result<Read, Error> {
    let mut found = Found { kind, files: Vec::new(), directories: BTreeSet::new() };
    for path in paths {
        found.named(path).map_err(|error| unreadable(path, &error))?;
    }
    let mut sources = Read { sources: Vec::new(), unreadable: Vec::new() };
    for path in found.files {
        let name = path.display().to_string();
        let bytes = read(&path).and_then(|bytes| Ok((bytes, std::path::absolute(&path)?)));
        match bytes {
            Ok((bytes, path)) => sources.sources.push(Source { name, path, bytes }),
            Err(error) if paths.contains(&path) => return Err(unreadable(&path, &error)),
            Err(error) => {
                let message = format!("cannot be read: {error}: skipped");
                sources.unreadable.push(Warning { file: name, line: 1, key: String::new(), message });
            }
        }
    }
    Ok(sources)
}

/// Reads a regular file, one byte more than a file may have at most: whoever looks at it then says so.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("is not a regular file"));
    }
    let limit = u64::try_from(FILE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

struct Found {
    kind: Kind,
    files: Vec<PathBuf>,
    /// Where a directory really is, so that a link back into it ends.
    directories: BTreeSet<PathBuf>,
}

impl Found {
    fn named(&mut self, path: &Path) -> io::Result<()> {
        if fs::metadata(path)?.is_dir() {
            return self.directory(path, 0);
        }
        self.files.push(path.to_owned());
        if self.kind == Kind::Quadlet {
            self.drop_ins(path)?;
        }
        Ok(())
    }

    /// The drop-ins beside a unit; which of them are its own is found later.
    fn drop_ins(&mut self, unit: &Path) -> io::Result<()> {
        let beside = unit.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        for path in entries(beside)? {
            if path.extension().is_some_and(|extension| extension == "d") && path.is_dir() {
                self.directory(&path, DEPTH_MAX)?;
            }
        }
        Ok(())
    }

    fn directory(&mut self, directory: &Path, depth: usize) -> io::Result<()> {
        if !self.directories.insert(fs::canonicalize(directory)?) {
            return Ok(());
        }
        for path in entries(directory)? {
            if path.is_dir() {
                if depth < DEPTH_MAX {
                    self.directory(&path, depth + 1)?;
                }
            } else if self.kind.counts(&path) {
                if self.files.len() >= FILES_MAX {
                    return Err(io::Error::other(format!("holds more than {FILES_MAX} files")));
                }
                self.files.push(path);
            }
        }
        Ok(())
    }
}

/// What a directory holds, by name, without what begins with a dot.
fn entries(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            entries.push(entry.path());
        }
    }
    entries.sort();
    Ok(entries)
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    let what = format!("{} cannot be read: {error}", path.display());
    Error::File { what, next: "name a file or directory that you may read".to_owned() }
}
