//! The walk through directories.
//!
//! Owns the bounds: depth, number and size of files, loops of symbolic links, files that are not files. Never
//! follows a name that begins with a dot, never opens what might block, and never stops at the first problem.

use std::fs::{self, DirEntry, File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use podsteward_specs::defaults::FILE_BYTES_MAX;
use podsteward_specs::load::SourceFile;

use super::{Reading, is_manifest};

/// The deepest nesting of directories. More is a mistake.
const DEPTH_MAX: usize = 16;
/// The most files of one reading.
const FILES_MAX: usize = 10_000;
/// The most bytes of all files together.
const BYTES_MAX: usize = 64 * FILE_BYTES_MAX;

/// Reads a directory; files are named relative to it.
pub fn read_directory(root: &Path) -> Reading {
    let mut walk = Walk::default();
    match fs::metadata(root).map(|metadata| metadata.is_dir()) {
        Ok(true) => walk.directory(root, ""),
        Ok(false) => walk.blind(&root.display().to_string(), "is not a directory"),
        Err(error) => walk.blind(&root.display().to_string(), &format!("cannot read the directory: {error}")),
    }
    walk.finish()
}

/// Reads files and directories as named on a command line; files are named as the user would.
pub fn read_paths(paths: &[PathBuf]) -> Reading {
    let mut walk = Walk::default();
    for path in paths {
        let name = path.display().to_string();
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => walk.directory(path, &name),
            Ok(metadata) => walk.file(path, &name, &metadata),
            Err(error) => walk.blind(&name, &format!("cannot read it: {error}")),
        }
    }
    walk.finish()
}

#[derive(Default)]
struct Walk {
    reading: Reading,
    /// The directories from the root down to the present one, by device and inode.
    ancestors: Vec<(u64, u64)>,
    bytes: usize,
    full: bool,
}

impl Walk {
    fn finish(self) -> Reading {
        let mut reading = self.reading;
        reading.files.sort_by(|a, b| a.path.cmp(&b.path));
        reading.files.dedup_by(|a, b| a.path == b.path);
        reading.problems.sort();
        reading
    }

    /// Something is there that cannot be looked into.
    fn blind(&mut self, name: &str, message: &str) {
        self.reading.problem(name, message);
        self.reading.blind = true;
    }

    fn directory(&mut self, path: &Path, name: &str) {
        let identity = match fs::metadata(path) {
            Ok(metadata) => (metadata.dev(), metadata.ino()),
            Err(error) => return self.blind(shown(name), &format!("cannot read the directory: {error}")),
        };
        if self.ancestors.contains(&identity) {
            return self.reading.problem(name, "the symbolic link leads back to a directory that holds it");
        }
        if self.ancestors.len() >= DEPTH_MAX {
            let message = format!("the directory lies too deep (at most {DEPTH_MAX} levels)");
            return self.blind(name, &message);
        }
        self.ancestors.push(identity);
        match entries(path) {
            Ok(entries) => entries.iter().for_each(|entry| self.entry(entry, name)),
            Err(error) => self.blind(shown(name), &format!("cannot read the directory: {error}")),
        }
        self.ancestors.pop();
    }

    fn entry(&mut self, entry: &DirEntry, directory: &str) {
        let file_name = entry.file_name().to_string_lossy().into_owned();
        if file_name.starts_with('.') {
            return;
        }
        let path = entry.path();
        let name = if directory.is_empty() { file_name.clone() } else { format!("{directory}/{file_name}") };
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => self.directory(&path, &name),
            Ok(metadata) if is_manifest(&file_name) => self.file(&path, &name, &metadata),
            Ok(_) => {}
            Err(error) if is_gone(&path, &error) => {}
            Err(error) => self.blind(&name, &format!("cannot follow the symbolic link: {error}")),
        }
    }

    /// A pipe would block the one who opens it, and a device has no end: only regular files are opened.
    fn file(&mut self, path: &Path, name: &str, metadata: &Metadata) {
        if !metadata.is_file() {
            return self.reading.problem(name, "is not a regular file (a manifest is one)");
        }
        if self.reading.files.len() >= FILES_MAX || self.bytes >= BYTES_MAX {
            if !std::mem::replace(&mut self.full, true) {
                let mib = BYTES_MAX >> 20;
                let message = format!(
                    "this file and what follows is too much (at most {FILES_MAX} files and {mib} MiB)"
                );
                self.blind(name, &message);
            }
            return;
        }
        match content(path) {
            Ok(Content::Whole(bytes)) => {
                self.bytes += bytes.len();
                self.reading.files.push(SourceFile { path: name.to_owned(), bytes });
            }
            Ok(Content::TooLarge(size)) => {
                let message = format!("the file has {size} bytes (a manifest has at most {FILE_BYTES_MAX})");
                self.blind(name, &message);
            }
            Err(error) if is_gone(path, &error) => {}
            Err(error) => self.blind(name, &format!("cannot read the file: {error}")),
        }
    }
}

/// What a file holds.
enum Content {
    Whole(Vec<u8>),
    TooLarge(u64),
}

/// Reads a file, and of one that grows meanwhile no more than the limit.
fn content(path: &Path) -> io::Result<Content> {
    let file = File::open(path)?;
    let limit = FILE_BYTES_MAX as u64;
    let size = file.metadata()?.len();
    if size > limit {
        return Ok(Content::TooLarge(size));
    }
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    let whole = bytes.len() as u64 <= limit;
    Ok(if whole { Content::Whole(bytes) } else { Content::TooLarge(limit + 1) })
}

fn entries(path: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

/// Whether the entry was removed between listing and reading, which is no problem. A symbolic link to nowhere is
/// still there.
fn is_gone(path: &Path, error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(path).is_err()
}

fn shown(name: &str) -> &str {
    if name.is_empty() { "." } else { name }
}

#[cfg(test)]
mod tests;
