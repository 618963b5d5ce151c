//! The sentences of the walk: what is wrong, with what is allowed in parentheses.
//!
//! Owns their wording and the guess at what was meant. Never decides whether something is wrong.

use serde_json::Number;

use crate::tree::{Content, Node};

/// The most characters of a user's text that a message repeats.
const ECHO_CHARS_MAX: usize = 40;

/// Fields that people look for and that podsteward does not have, with the reason.
const UNSUPPORTED: [(&str, &str); 3] = [
    ("sdNotify", "sd_notify pass-through is not supported: podsteward starts containers itself"),
    ("socketActivation", "socket activation is not supported: podsteward starts containers itself"),
    ("sockets", "socket activation is not supported: podsteward starts containers itself"),
];

/// A field that must be there is not.
pub(super) fn missing(title: Option<&str>, words: &[&str]) -> String {
    match (title, words) {
        (Some(title), _) => format!("is missing (required: {title})"),
        (None, []) => "is missing (required)".to_owned(),
        (None, words) => format!("is missing (required: {})", words.join(", ")),
    }
}

/// A field that the schema does not have.
pub(super) fn unknown_field(name: &str, known: &[&str]) -> String {
    if let Some((_, reason)) = UNSUPPORTED.iter().find(|(field, _)| *field == name) {
        return (*reason).to_owned();
    }
    if known.is_empty() {
        return "unknown field (none is allowed here)".to_owned();
    }
    let meant = meant(name, known).map(|meant| format!(", did you mean {meant}?")).unwrap_or_default();
    format!("unknown field{meant} (allowed: {})", known.join(", "))
}

/// A map of exactly one field holds none, or more.
pub(super) fn not_one(keys: &[&str], known: &[&str]) -> String {
    let known = known.join(", ");
    match keys {
        [] => format!("is empty (exactly one of {known})"),
        keys => format!("holds {} (exactly one of {known})", keys.join(" and ")),
    }
}

/// A value of another type than the schema's.
pub(super) fn wrong_type(node: &Node, title: Option<&str>, types: &[&str]) -> String {
    let is = describe(node);
    if let Some(title) = title.filter(|_| !is_compound(types)) {
        return format!("is {is} ({title})");
    }
    let mut allowed: Vec<&str> = Vec::new();
    for word in types.iter().filter_map(|name| type_word(name)) {
        if !allowed.contains(&word) {
            allowed.push(word);
        }
    }
    let scalar = matches!(node.content, Content::Number(_) | Content::Bool(_));
    let hint = if scalar && allowed == ["text"] { ": put it in quotes" } else { "" };
    format!("is {is} ({}{hint})", allowed.join(" or "))
}

/// A word that is not one of a closed list.
pub(super) fn wrong_word(node: &Node, words: &[&str]) -> String {
    let meant = node.text().and_then(|text| meant(text, words));
    let meant = meant.map(|meant| format!(", did you mean {meant}?")).unwrap_or_default();
    format!("is {}{meant} (allowed: {})", describe(node), words.join(", "))
}

/// A number that is too small or too large.
pub(super) fn out_of_range(
    number: &Number,
    title: Option<&str>,
    low: Option<&Number>,
    high: Option<&Number>,
) -> String {
    if let Some(title) = title {
        return format!("is {number} ({title})");
    }
    match (low, high) {
        (Some(low), Some(high)) => format!("is {number} ({low} to {high})"),
        (Some(low), None) => format!("is {number} (at least {low})"),
        (None, Some(high)) => format!("is {number} (at most {high})"),
        (None, None) => format!("is {number}"),
    }
}

/// A title speaks of scalars; a list or map is told by its type.
fn is_compound(types: &[&str]) -> bool {
    types.iter().any(|name| matches!(*name, "array" | "object"))
}

fn type_word(name: &str) -> Option<&'static str> {
    match name {
        "string" => Some("text"),
        "integer" => Some("a whole number"),
        "number" => Some("a number"),
        "boolean" => Some("true or false"),
        "array" => Some("a list"),
        "object" => Some("a map"),
        _ => None,
    }
}

fn describe(node: &Node) -> String {
    match &node.content {
        Content::Null => "empty".to_owned(),
        Content::Bool(value) => value.to_string(),
        Content::Number(number) => format!("the number {number}"),
        Content::Text(text) if text.chars().count() > ECHO_CHARS_MAX => {
            let start: String = text.chars().take(ECHO_CHARS_MAX).collect();
            format!("'{start}…'")
        }
        Content::Text(text) => format!("'{text}'"),
        Content::List(_) => "a list".to_owned(),
        Content::Map(_) => "a map".to_owned(),
    }
}

/// The allowed word that a misspelt one is nearest to, if it is near: the same but for case, or two edits away.
pub(crate) fn meant<'a>(word: &str, allowed: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    let near = |candidate: &&'a str| (distance(&word, &candidate.to_lowercase()), *candidate);
    let (edits, nearest) = allowed.iter().map(near).min()?;
    let enough = edits <= 2 && edits * 3 <= nearest.len();
    enough.then_some(nearest)
}

/// How many characters must be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(ECHO_CHARS_MAX).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}
