//! What is known about one thing, and since when.
//!
//! Owns the difference between "not there" and "not known". Never turns one into the other.
//! Used for every fact in the World that comes from outside.

use crate::time::Moment;

/// A fact with its age, or the lack of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Observation<T> {
    /// Nothing was read yet.
    #[default]
    NotYet,
    /// It was read.
    Known {
        /// What was read.
        value: T,
        /// When it was read.
        at: Moment,
    },
    /// It cannot be read.
    Unknown {
        /// Since when.
        since: Moment,
    },
}

impl<T> Observation<T> {
    /// The value, if it is known.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::NotYet | Self::Unknown { .. } => None,
        }
    }

    /// Whether it is known and was read no longer ago than `age`.
    pub fn is_fresh(&self, now: Moment, age: std::time::Duration) -> bool {
        matches!(self, Self::Known { at, .. } if now.since(*at) <= age)
    }
}
