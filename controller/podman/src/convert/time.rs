//! Podman's times as milliseconds since 1970.
//!
//! Owns the zero time of Go, which means "never". Never reads a clock.

use jiff::Timestamp;

/// A time as inspect writes it (RFC 3339 with nanoseconds); Go's zero time and nonsense are "never".
pub(crate) fn from_text(text: &str) -> Option<i64> {
    let stamp: Timestamp = text.parse().ok()?;
    (stamp.as_second() > 0).then(|| stamp.as_millisecond())
}

/// A time as the list writes it (seconds); Go's zero time is far below 0.
pub(crate) fn from_seconds(seconds: i64) -> Option<i64> {
    (seconds > 0).then(|| seconds.saturating_mul(1000))
}
