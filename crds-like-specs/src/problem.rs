//! What is wrong with a manifest, and where.
//!
//! Owns the one shape in which every problem is printed. Never decides what follows from it.
//! Produced by loading and validation; printed by `validate`, logs, status and events.

use std::fmt;

use serde::Serialize;

/// A place in a file: both numbers begin at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Place {
    /// The beginning of a file: the place of a problem with the file as a whole.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// One problem, printed as `FILE:LINE:COL: path.to.field: what is wrong (what is allowed)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file, as the user named it.
    pub file: String,
    /// Where in the file.
    pub place: Place,
    /// The field, for example `spec.ports[0].hostPort`; empty for the file or document as a whole.
    pub path: String,
    /// What is wrong, with what is allowed in parentheses.
    pub message: String,
}

/// The most characters of a path or message: enough for every list of allowed fields, too few for a user's text to
/// flood a terminal or a log.
const CHARS_MAX: usize = 1_000;

impl Problem {
    /// A problem whose texts are safe to print: one line each, without control characters, of bounded length.
    pub fn new(file: &str, place: Place, path: &str, message: &str) -> Self {
        Self { file: file.to_owned(), place, path: printable(path), message: printable(message) }
    }
}

fn printable(text: &str) -> String {
    let mut printed = String::with_capacity(text.len().min(CHARS_MAX));
    for (count, c) in text.chars().enumerate() {
        if count == CHARS_MAX {
            printed.push('…');
            break;
        }
        if c.is_control() { printed.extend(c.escape_default()) } else { printed.push(c) }
    }
    printed
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, place, path, message } = self;
        write!(f, "{file}:{}:{}: ", place.line, place.column)?;
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        write!(f, "{message}")
    }
}
