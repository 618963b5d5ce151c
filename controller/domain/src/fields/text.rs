//! Canonical values as short, readable text.
//!
//! Owns how a value is written in a difference. Two values that mean the same have the same text. Never shows what a
//! secret contains.

use std::collections::BTreeMap;

use super::difference::{Entries, WHOLE};

/// How many characters of a value are shown.
const SHOWN_CHARS_MAX: usize = 200;

/// The entries of a field with one value.
pub(super) fn whole(value: Option<String>) -> Entries {
    value.into_iter().map(|value| (WHOLE.to_owned(), value)).collect()
}

/// A value cut to a readable length.
pub(super) fn short(value: String) -> String {
    if value.chars().nth(SHOWN_CHARS_MAX).is_none() {
        return value;
    }
    let mut cut: String = value.chars().take(SHOWN_CHARS_MAX).collect();
    cut.push('…');
    cut
}

/// A text in quotes, so that an empty one and spaces are seen.
pub(super) fn quoted(value: &str) -> String {
    format!("{value:?}")
}

/// Texts by name, each in quotes.
pub(super) fn quoted_entries(values: &BTreeMap<String, String>) -> Entries {
    values.iter().map(|(name, value)| (name.clone(), quoted(value))).collect()
}

/// The words of a command; `None` when there are none, which says the same as not declaring it.
pub(super) fn words(words: &[String]) -> Option<String> {
    let plain = |word: &String| !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || c == '"');
    let word = |word: &String| if plain(word) { word.clone() } else { quoted(word) };
    (!words.is_empty()).then(|| words.iter().map(word).collect::<Vec<_>>().join(" "))
}

/// Items with commas between them; `None` when there are none.
pub(super) fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> Option<String> {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    (!items.is_empty()).then(|| items.join(", "))
}

/// A path without the slashes at its end, which mean nothing.
pub(super) fn path(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() && path.starts_with('/') { "/" } else { trimmed }
}
