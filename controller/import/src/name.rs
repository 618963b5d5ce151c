//! Names that a manifest may have.
//!
//! Owns the way from any name to an RFC 1123 label. Never knows whether the name is taken.

use podsteward_specs::key::Name;

/// The longest name.
const CHARS_MAX: usize = 63;

/// The name itself where it may stand in a manifest, else the nearest that may. `None` without a letter or digit.
pub(crate) fn sound(text: &str) -> Option<Name> {
    Name::new(text).or_else(|_| Name::new(near(text))).ok()
}

/// A part of a name, out of a path or a variable.
pub(crate) fn part(text: &str) -> String {
    near(text)
}

fn near(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        let c = if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        if c != '-' || !(name.is_empty() || name.ends_with('-')) {
            name.push(c);
        }
    }
    name.truncate(CHARS_MAX);
    name.trim_end_matches('-').to_owned()
}
