//! The syntax of unit files: sections, assignments, comments, continued lines.
//!
//! Owns what stands on which line. Never knows a key. What is no assignment is told and skipped, as systemd does.

use std::str;

use podsteward_specs::defaults::FILE_BYTES_MAX;

use crate::Source;
use crate::warning::{At, Warnings};

/// One assignment.
#[derive(Debug, Clone)]
pub(super) struct Assignment {
    /// The section, for example `Container`.
    pub(super) section: String,
    /// The value without blanks around it; empty where the assignment takes back what stands before it.
    pub(super) value: String,
    /// Its line, and its key.
    pub(super) at: At,
}

/// Reads a unit file or a drop-in. An error says why it is none.
pub(super) fn parse(source: &Source, warnings: &mut Warnings) -> Result<Vec<Assignment>, String> {
    if source.bytes.len() > FILE_BYTES_MAX {
        return Err(format!("is larger than {FILE_BYTES_MAX} bytes"));
    }
    let text = str::from_utf8(&source.bytes).map_err(|_| "is not text in UTF-8".to_owned())?;
    if text.contains('\0') {
        return Err("is not text: it holds a NUL character".to_owned());
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { file: &source.name, section: None, assignments: Vec::new(), warnings };
    let mut begun: Option<(usize, String)> = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let (at, mut whole) = begun.take().unwrap_or((number + 1, String::new()));
        if let Some(continued) = line.strip_suffix('\\') {
            whole.push_str(continued);
            begun = Some((at, whole));
        } else {
            whole.push_str(line);
            reader.line(at, &whole);
        }
    }
    if let Some((at, whole)) = begun {
        reader.line(at, &whole);
    }
    Ok(reader.assignments)
}

struct Reader<'a> {
    file: &'a str,
    section: Option<String>,
    assignments: Vec<Assignment>,
    warnings: &'a mut Warnings,
}

impl Reader<'_> {
    fn line(&mut self, line: usize, text: &str) {
        let at = |key: &str| At { file: self.file.to_owned(), line, key: key.to_owned() };
        let text = text.trim();
        if let Some(section) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            self.section = Some(section.to_owned());
            return;
        }
        let Some((key, value)) = text.split_once('=') else {
            self.warnings.add(&at(""), "is neither a section, an assignment nor a comment: skipped");
            return;
        };
        let (key, value) = (key.trim(), value.trim());
        match &self.section {
            Some(section) if !key.is_empty() => {
                let (section, value) = (section.clone(), value.to_owned());
                self.assignments.push(Assignment { section, value, at: at(key) });
            }
            Some(_) => self.warnings.add(&at(""), "has no key before '=': skipped"),
            None => self.warnings.add(&at(key), "stands before the first section: skipped"),
        }
    }
}

#[cfg(test)]
mod tests;
