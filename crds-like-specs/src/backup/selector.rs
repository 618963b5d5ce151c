//! Which sample of a file in Prometheus' text format is meant: a name, with labels where there is more than one.
//!
//! Owns reading and printing of selectors, and the same for the series that stand in such a file. Never reads a file.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// What is allowed, as every message says it.
pub(crate) const SELECTOR_RULE: &str =
    "a name, with labels where there is more than one: last_success{job=\"home\"}";

/// A name with labels: a series of a file, or which series are meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selector {
    /// The name of the metric.
    pub name: String,
    /// Its labels by name.
    pub labels: BTreeMap<String, String>,
}

impl Selector {
    /// Whether a series is one of those that are meant: it has the name and all of the labels.
    pub fn selects(&self, series: &Self) -> bool {
        let has = |(name, value): (&String, &String)| series.labels.get(name) == Some(value);
        self.name == series.name && self.labels.iter().all(has)
    }

    /// Reads a series at the beginning of a line; answers it with the rest of the line.
    pub fn read(line: &str) -> Option<(Self, &str)> {
        let end = line.find(|c: char| !is_inner(c)).unwrap_or(line.len());
        let (name, rest) = line.split_at(end);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (labels, rest) = match rest.trim_start().strip_prefix('{') {
            Some(inside) => labels(inside)?,
            None => (BTreeMap::new(), rest),
        };
        Some((Self { name: name.to_owned(), labels }, rest))
    }
}

fn is_inner(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | ':')
}

/// The labels up to the closing brace, and what follows it.
fn labels(mut rest: &str) -> Option<(BTreeMap<String, String>, &str)> {
    let mut labels = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('}') {
            return Some((labels, after));
        }
        let (name, after) = rest.split_once('=')?;
        let name = name.trim_end();
        let sound = !name.is_empty() && name.chars().all(|c| is_inner(c) && c != ':');
        let (value, after) = quoted(after.trim_start())?;
        if !sound || labels.insert(name.to_owned(), value).is_some() {
            return None;
        }
        rest = after.trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None if rest.starts_with('}') => {}
            None => return None,
        }
    }
}

/// A text in quotes, in which a backslash stands before a quote, another backslash and the `n` of a line's end.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let inside = text.strip_prefix('"')?;
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, inside.get(at + 1..)?)),
            '\\' => value.push(match chars.next()?.1 {
                'n' => '\n',
                other => other,
            }),
            other => value.push(other),
        }
    }
    None
}

/// Why a text is no selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' names no sample ({SELECTOR_RULE})")]
pub struct Error(String);

impl FromStr for Selector {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match Self::read(text.trim()) {
            Some((selector, rest)) if rest.trim().is_empty() => Ok(selector),
            _ => Err(Error(text.to_owned())),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels: Vec<String> =
            self.labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        f.pad(&format!("{}{labels}", self.name))
    }
}

impl Serialize for Selector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests;
