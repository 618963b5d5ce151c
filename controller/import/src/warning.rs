//! What could not be carried over, with its place.
//!
//! Owns the shape of the line. Never decides what is lost.

use std::collections::BTreeSet;
use std::fmt;

use podsteward_specs::problem::{Place, Problem};
use serde::Serialize;

/// Something that is lost, printed as `FILE:LINE: KEY: what is lost and what to do instead`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Warning {
    /// The file, as the user named it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The key, for example `PublishPort` or `spec.containers[0].image`.
    pub key: String,
    /// What is lost, and what to do instead.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, key, message } = self;
        write!(f, "{file}:{line}: ")?;
        if !key.is_empty() {
            write!(f, "{key}: ")?;
        }
        write!(f, "{message}")
    }
}

/// Where something stands that is carried over, or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct At {
    /// The file, as the user named it.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The key.
    pub(crate) key: String,
}

impl At {
    /// The first line of a file.
    pub(crate) fn file(name: &str) -> Self {
        Self { file: name.to_owned(), line: 1, key: String::new() }
    }

    /// The same line under another key.
    pub(crate) fn key(&self, key: &str) -> Self {
        Self { key: key.to_owned(), ..self.clone() }
    }

    /// A warning about it. Its texts are safe to print: one line each, of bounded length.
    pub(crate) fn warning(&self, message: &str) -> Warning {
        let Problem { file, path, message, .. } = Problem::new(&self.file, Place::START, &self.key, message);
        Warning { file, line: self.line, key: path, message }
    }
}

/// The warnings of one import.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    told: BTreeSet<Warning>,
    /// In the order in which they were noted.
    all: Vec<Warning>,
    unreadable: usize,
}

impl Warnings {
    /// Notes a warning; the same one twice says no more than once.
    pub(crate) fn add(&mut self, at: &At, message: impl AsRef<str>) {
        let warning = at.warning(message.as_ref());
        if self.told.insert(warning.clone()) {
            self.all.push(warning);
        }
    }

    /// Notes that a file is not what it is said to be.
    pub(crate) fn unreadable(&mut self, file: &str, why: &str) {
        self.unreadable += 1;
        self.add(&At::file(file), format!("{why}: skipped"));
    }

    /// All of them, by place, and how many files could not be read.
    pub(crate) fn finish(mut self) -> (Vec<Warning>, usize) {
        self.all.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        (self.all, self.unreadable)
    }
}
