//! How the shapes of `podsteward_runtime::listing` look to people.
//!
//! Owns rows and sentences that more than one command prints. Never a JSON key: those are the shapes' own.

pub(crate) mod finding;
pub(crate) mod intent;
pub(crate) mod object;
pub(crate) mod switch;
