//! What counts as a difference between a declared, a last applied and a live value.
//!
//! Owns that rule, once for all fields of all kinds. Never knows a field.
//! Called by the tables of containers, networks and volumes.

use std::collections::{BTreeMap, BTreeSet};

use super::text;
use crate::finding::{FieldDiff, Remedy};

/// The canonical values of one field by entry: the name of a variable, the target of a mount. A field with one value
/// has the one entry [`WHOLE`].
pub(super) type Entries = BTreeMap<String, String>;

/// The entry of a field that has one value.
pub(super) const WHOLE: &str = "";

/// What is shown where nothing is declared.
const NOT_DECLARED: &str = "(not declared)";

/// What is shown where nothing is there.
const NOT_THERE: &str = "(none)";

/// What the engine tells of one entry, seen through a document: what the document leaves open shows as the document
/// has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing, so only the last applied document can be compared.
    Untold,
    /// That it is not there.
    Absent,
    /// All of it.
    Value(String),
    /// Some of it: where it looks as declared, the last applied document is compared, too.
    Partly(String),
}

impl Seen {
    /// A value that the engine always tells when there is one.
    pub(super) fn told(value: Option<impl ToString>) -> Self {
        value.map_or(Self::Absent, |value| Self::Value(value.to_string()))
    }

    /// A value that the engine does not tell when it says nothing.
    pub(super) fn if_told(value: Option<impl ToString>) -> Self {
        value.map_or(Self::Untold, |value| Self::Value(value.to_string()))
    }
}

/// Whose eyes see the live object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Through {
    /// The document in force.
    Declared,
    /// The last applied document.
    Applied,
}

/// One entry that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    entry: String,
    desired: String,
    live: String,
    /// The document in force is silent about what the last applied one declared.
    pub(super) removed: bool,
    /// The live object shows it; else it is an edit of what the engine does not tell.
    pub(super) told: bool,
}

impl Difference {
    /// The difference as everybody reads it.
    pub(super) fn into_diff(self, field: &str, remedy: Remedy) -> FieldDiff {
        let field = if self.entry == WHOLE { field.to_owned() } else { format!("{field}[{}]", self.entry) };
        FieldDiff { field, desired: text::short(self.desired), live: text::short(self.live), remedy }
    }
}

/// The entries of one field that differ.
///
/// What is declared must be there. What only the last applied document declares was removed by an edit: it differs
/// for as long as the live object still shows it. Everything else is nobody's business here.
pub(super) fn differences(
    declared: &Entries,
    applied: Option<&Entries>,
    see: impl Fn(Through, &str) -> Seen,
) -> Vec<Difference> {
    let removed = applied.into_iter().flat_map(BTreeMap::keys);
    let entries: BTreeSet<&String> = declared.keys().chain(removed).collect();
    let difference = |entry: &&String| {
        let before = applied.and_then(|applied| applied.get(*entry)).map(String::as_str);
        match (declared.get(*entry), before) {
            (Some(desired), before) => {
                let edited = applied.is_some() && before != Some(desired);
                changed(entry, desired, before, edited, &see(Through::Declared, entry))
            }
            (None, Some(before)) => removal(entry, before, &see(Through::Applied, entry)),
            (None, None) => None,
        }
    };
    entries.iter().filter_map(difference).collect()
}

/// A declared entry. Where it was edited, `before` is what was applied.
fn changed(
    entry: &str,
    desired: &str,
    before: Option<&str>,
    edited: bool,
    seen: &Seen,
) -> Option<Difference> {
    let (live, told) = match seen {
        Seen::Value(live) | Seen::Partly(live) if live != desired => (live.as_str(), true),
        Seen::Absent => (NOT_THERE, true),
        Seen::Untold | Seen::Partly(_) if edited => (before.unwrap_or(NOT_DECLARED), false),
        Seen::Untold | Seen::Value(_) | Seen::Partly(_) => return None,
    };
    Some(Difference {
        entry: entry.to_owned(),
        desired: desired.to_owned(),
        live: live.to_owned(),
        removed: false,
        told,
    })
}

/// An entry that only the last applied document declares.
fn removal(entry: &str, before: &str, seen: &Seen) -> Option<Difference> {
    let told = match seen {
        Seen::Untold => false,
        Seen::Value(live) | Seen::Partly(live) if live == before => true,
        Seen::Absent | Seen::Value(_) | Seen::Partly(_) => return None,
    };
    Some(Difference {
        entry: entry.to_owned(),
        desired: NOT_DECLARED.to_owned(),
        live: before.to_owned(),
        removed: true,
        told,
    })
}
