//! Fields that are accepted but not yet acted on.
//!
//! Owns the list, which is empty: every field is acted on. Never in silence: each declared one becomes a WARNING condition of
//! its object. A field stands in this list until the change that makes podsteward act on it.

use super::{Object, Warning};

/// The warnings about one object.
pub(super) fn warnings(_object: &Object) -> Vec<Warning> {
    Vec::new()
}

#[cfg(test)]
mod tests;
