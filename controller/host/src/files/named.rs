//! Files that something names, and that so stay, wherever the root of a cleanup lies.
//!
//! Owns the question whether a file is one of them. It is asked by the file itself and not by its name, so that neither a
//! symlink nor a bind mount nor a second name hides it. Never deletes anything. Called by [`super::find`] and [`super::delete`].

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use globset::GlobMatcher;
use podsteward_domain::disk::inventory::NamedPath;

use crate::backup;
use crate::walk::{Node, Root, look};

/// What tells files apart: device and inode.
type Identity = ((u32, u32), u64);

/// What is named, as it lies on the disk now.
#[derive(Debug, Default)]
pub struct Named {
    paths: Vec<NamedPath>,
    files: BTreeMap<Identity, usize>,
    globs: Vec<Glob>,
}

/// A glob, and the real directory before its first wildcard.
#[derive(Debug)]
struct Glob {
    matcher: GlobMatcher,
    directory: PathBuf,
    real: PathBuf,
    number: usize,
}

impl Glob {
    fn is_match(&self, path: &Path) -> bool {
        path.strip_prefix(&self.real).is_ok_and(|rest| {
            let named = self.directory.components().chain(rest.components()).collect::<PathBuf>();
            self.matcher.is_match(named)
        })
    }
}

impl Named {
    /// Nothing is named.
    pub const fn none() -> Self {
        Self { paths: Vec::new(), files: BTreeMap::new(), globs: Vec::new() }
    }

    /// Looks at what is named. What is not there, or lies where this user never gets, cannot be deleted either.
    ///
    /// # Errors
    /// Something cannot be looked at, so nobody knows which file it is: a sentence.
    pub fn of(named: &[NamedPath]) -> Result<Self, String> {
        let mut all = Self { paths: named.to_vec(), ..Self::none() };
        for (number, path) in named.iter().enumerate() {
            all.take_in(number, path).or_else(|error| match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied | io::ErrorKind::NotADirectory => {
                    Ok(())
                }
                _ => Err(format!("{}, {}, cannot be looked at: {error}", path.path, path.by)),
            })?;
        }
        Ok(all)
    }

    fn take_in(&mut self, number: usize, named: &NamedPath) -> io::Result<()> {
        if named.is_glob {
            let matcher = podsteward_specs::disk::glob(&named.path).map_err(io::Error::other)?;
            let directory = backup::root(&named.path);
            let real = directory.canonicalize()?;
            self.globs.push(Glob { matcher, directory, real, number });
            return Ok(());
        }
        let real = Path::new(&named.path).canonicalize()?;
        let node = look(rustix::fs::CWD, real.as_os_str())?;
        self.files.entry(identity(&node)).or_insert(number);
        Ok(())
    }
}

fn identity(node: &Node) -> Identity {
    (node.place.device, node.inode)
}

/// What is named below one root. The root itself may be named: whoever names both means it.
pub(super) struct Below<'a> {
    named: &'a Named,
    root: &'a Root,
    path: &'a Path,
    directories: BTreeMap<PathBuf, Option<usize>>,
    /// How many files stay because of each.
    stays: BTreeMap<usize, u64>,
}

impl<'a> Below<'a> {
    pub(super) fn new(named: &'a Named, root: &'a Root, path: &'a Path) -> Self {
        Self { named, root, path, directories: BTreeMap::new(), stays: BTreeMap::new() }
    }

    /// Who names a file, if anybody does.
    pub(super) fn by(&mut self, path: &Path, node: &Node) -> Option<&'a NamedPath> {
        let file = self.named.files.get(&identity(node)).copied();
        let above = file.or_else(|| self.above(path.parent()?));
        let number = above.or_else(|| self.glob(path))?;
        *self.stays.entry(number).or_default() += 1;
        self.named.paths.get(number)
    }

    fn glob(&self, path: &Path) -> Option<usize> {
        let globs = &self.named.globs;
        let whole = (!globs.is_empty()).then(|| self.path.join(path))?;
        globs.iter().find(|glob| glob.is_match(&whole)).map(|glob| glob.number)
    }

    /// Who names a directory or one above it, as far as below the root.
    fn above(&mut self, directory: &Path) -> Option<usize> {
        if self.named.files.is_empty() {
            return None;
        }
        directory.ancestors().filter(|above| !above.as_os_str().is_empty()).find_map(|above| {
            if let Some(known) = self.directories.get(above) {
                return *known;
            }
            let opened = self.root.directory(above).and_then(|opened| look(opened, OsStr::new("")));
            let number = opened.ok().and_then(|node| self.named.files.get(&identity(&node)).copied());
            self.directories.insert(above.to_owned(), number);
            number
        })
    }

    /// What stays, for people.
    pub(super) fn stays(&self) -> Vec<String> {
        let told = self.stays.iter().filter_map(|(number, files)| {
            let NamedPath { path, by, .. } = self.named.paths.get(*number)?;
            Some(match files {
                1 => format!("{path} ({by})"),
                files => format!("{files} files of {path} ({by})"),
            })
        });
        told.collect()
    }
}

#[cfg(test)]
mod tests;
