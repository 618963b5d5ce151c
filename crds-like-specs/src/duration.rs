//! Spans of time, written `30s`, `5m`, `1h30m`, `7d`, `500ms`.
//!
//! Owns parsing and printing of durations. Never reads a clock.
//! Used by every field of time that does not end in `Seconds`.

use std::fmt::Write as _;
use std::time::Duration;

use crate::defaults::DURATION_MAX;

/// What is allowed, as every message says it.
pub const RULE: &str = "a duration such as 30s, 5m, 1h30m, 7d or 500ms";

/// The units in milliseconds, largest first.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Why a text is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A number without a unit: seconds or minutes would be a guess.
    #[error("'{0}' has no unit ({RULE})")]
    NoUnit(String),
    /// Not a chain of numbers with units, largest unit first.
    #[error("'{0}' is not a duration ({RULE})")]
    Shape(String),
    /// Longer than [`DURATION_MAX`].
    #[error("'{0}' is too long (at most 36500d)")]
    Overflow(String),
}

/// Reads a duration: whole numbers with units, each unit at most once, largest first.
pub fn parse(text: &str) -> Result<Duration, Error> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(Error::NoUnit(text.to_owned()));
    }
    let shape = || Error::Shape(text.to_owned());
    if text.is_empty() {
        return Err(shape());
    }
    let overflow = || Error::Overflow(text.to_owned());
    let mut rest = text;
    let mut units = UNITS.as_slice();
    let mut total = 0u64;
    while !rest.is_empty() {
        let (number, after) = split_where(rest, |byte| byte.is_ascii_digit());
        let (unit, after) = split_where(after, |byte| !byte.is_ascii_digit());
        if number.is_empty() {
            return Err(shape());
        }
        let at = units.iter().position(|(name, _)| *name == unit).ok_or_else(shape)?;
        let millis = units.get(at).map_or(1, |(_, millis)| *millis);
        units = units.get(at + 1..).unwrap_or_default();
        let number: u64 = number.parse().map_err(|_| overflow())?;
        let part = number.checked_mul(millis).ok_or_else(overflow)?;
        total = total.checked_add(part).ok_or_else(overflow)?;
        rest = after;
    }
    Some(Duration::from_millis(total)).filter(|duration| *duration <= DURATION_MAX).ok_or_else(overflow)
}

/// The longest beginning in which every byte answers yes, and what follows it.
fn split_where(text: &str, yes: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(|byte| !yes(byte)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Prints a duration as [`parse`] reads it. What is finer than a millisecond is not printed.
pub fn print(duration: Duration) -> String {
    let mut rest = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut text = String::new();
    for (unit, millis) in UNITS {
        if rest >= millis {
            // Writing to a string cannot fail.
            let _ = write!(text, "{}{unit}", rest / millis);
            rest %= millis;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests;
