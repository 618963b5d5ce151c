//! How single values of the command line are read.
//!
//! Owns no rule of its own: the manifest language has them all. Called by clap.

use std::time::Duration;

use podsteward_specs::key::{Key, Kind, Name};

/// `30s`, `5m`, `1h30m`, `7d`.
pub(crate) fn duration(text: &str) -> Result<Duration, podsteward_specs::duration::Error> {
    podsteward_specs::duration::parse(text)
}

/// The same, and longer than nothing.
pub(crate) fn some_time(text: &str) -> Result<Duration, String> {
    let length = duration(text).map_err(|error| error.to_string())?;
    if length.is_zero() { Err("must be longer than 0s".to_owned()) } else { Ok(length) }
}

/// `container/web`.
pub(crate) fn key(text: &str) -> Result<Key, podsteward_specs::key::Error> {
    text.parse()
}

/// The number of an approval.
pub(crate) fn approval(text: &str) -> Result<i64, &'static str> {
    text.parse().map_err(|_| "the number of an approval, as `podsteward approvals` lists them")
}

/// The name of an instance: it becomes a label's value, and is held to the rule of every name.
pub(crate) fn instance(text: &str) -> Result<String, podsteward_specs::key::Error> {
    Name::new(text).map(String::from)
}

/// `Container`, `container` or `containers`.
pub(crate) fn kind(text: &str) -> Result<Kind, podsteward_specs::key::Error> {
    Kind::from_word(text).ok_or_else(|| podsteward_specs::key::Error::Kind(text.to_owned()))
}

/// The name of an object.
pub(crate) fn name(text: &str) -> Result<Name, podsteward_specs::key::Error> {
    Name::new(text)
}
