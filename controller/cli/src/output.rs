//! How a command shows its data: a table for people, JSON and YAML for programs.
//!
//! Owns stdout. Never decides what is shown. Every command builds a [`View`] and calls [`show`] once, so that the
//! three formats never tell different things.

pub(crate) mod age;
pub(crate) mod colour;
pub(crate) mod json;
pub(crate) mod progress;
pub(crate) mod screen;
pub(crate) mod table;
pub(crate) mod yaml;

use std::io::{self, Write as _};

use serde::Serialize;

use crate::args::Format;
pub(crate) use screen::Screen;

/// Something that a command shows. Its serialised form is what programs get.
pub(crate) trait View: Serialize {
    /// What people get. Ends with a line break unless it is empty.
    fn text(&self, screen: Screen) -> String;
}

/// Prints a view to stdout.
pub(crate) fn show(view: &impl View, format: Format) -> anyhow::Result<()> {
    let text = match format {
        Format::Table | Format::Markdown => view.text(Screen::of_stdout()),
        Format::Json => json::text(view)?,
        Format::Yaml => yaml::text(view)?,
    };
    Ok(put(&text)?)
}

/// Writes text to stdout and flushes it. A reader that went away (`| head`) is no error.
pub(crate) fn put(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes one line for people to stderr, where data never goes.
pub(crate) fn note(line: &str) {
    // Nobody is left to tell when stderr is closed.
    let _ = writeln!(io::stderr(), "{line}");
}

/// Writes what shows progress to stderr.
pub(crate) fn progress(text: &str) {
    // Nobody is left to tell when stderr is closed.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// `1 object`, `2 objects`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

/// Each line with its line break.
pub(crate) fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.flat_map(|line| [line, "\n".to_owned()]).collect()
}
