//! Files with environment variables, as `podman run --env-file` reads them.
//!
//! Owns their lines. Never asks the environment of the process for a value: a line without one is told.

use std::str;

/// What one line of such a file says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// A variable with its value.
    Variable(String, String),
    /// A variable that would be taken from whoever starts the container.
    Inherited(String),
}

/// Reads the lines. The value is everything behind `=`: quotes belong to it.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<Line>, String> {
    let text = str::from_utf8(bytes).map_err(|_| "is not text in UTF-8".to_owned())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let line = |line: &str| match line.split_once('=') {
        Some((name, value)) => Line::Variable(name.trim().to_owned(), value.to_owned()),
        None => Line::Inherited(line.trim().to_owned()),
    };
    Ok(lines.map(line).collect())
}
