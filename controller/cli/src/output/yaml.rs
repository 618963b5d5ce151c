//! YAML for people with editors.
//!
//! Owns the one way in which it is printed. It has the keys of the JSON form, in the same order.

use serde::Serialize;

/// A value as YAML.
pub(crate) fn text(value: &impl Serialize) -> serde_yaml::Result<String> {
    serde_yaml::to_string(value)
}
