//! JSON for programs.
//!
//! Owns the one way in which it is printed: indented, with a line break at the end.

use serde::Serialize;

/// A value as JSON.
pub(crate) fn text(value: &impl Serialize) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}
