//! Moments and what lies between them.
//!
//! Owns the arithmetic of time. Never reads a clock: a [`Moment`] is handed in as "now".
//! Used by everything that has a deadline, an age or a history.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One boot of the machine, as the kernel names it. Written as 32 hexadecimal digits: a number of this size is
/// more than JSON readers take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BootId(pub u128);

impl From<BootId> for String {
    fn from(id: BootId) -> Self {
        format!("{:032x}", id.0)
    }
}

impl TryFrom<String> for BootId {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        u128::from_str_radix(&text, 16).map(Self)
    }
}

/// A point in time: by the wall clock, and by the time since the boot.
///
/// Within one boot only the boot time counts, so that a wall clock that jumps neither expires nor freezes a
/// deadline. Across boots the wall clock tells, and never less than the time since this boot: a wall clock that was
/// put back meanwhile delays a deadline, but does not freeze it.
///
/// Moments have no order of their own: with a wall clock that was set, three of two boots may each be later than the
/// next. Two of them have one, see [`Moment::is_after`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Moment {
    /// Milliseconds since 1970-01-01 UTC.
    pub wall_ms: i64,
    /// Milliseconds since the boot, time asleep included (`CLOCK_BOOTTIME`).
    pub boot_ms: u64,
    /// Which boot.
    pub boot_id: BootId,
}

impl Moment {
    /// How long ago `earlier`, a moment of this boot or of one before, was; zero if it was not.
    pub fn since(self, earlier: Self) -> Duration {
        let millis = if self.boot_id == earlier.boot_id {
            self.boot_ms.saturating_sub(earlier.boot_ms)
        } else {
            let by_wall = u64::try_from(self.wall_ms.saturating_sub(earlier.wall_ms)).unwrap_or(0);
            by_wall.max(self.boot_ms)
        };
        Duration::from_millis(millis)
    }

    /// Whether it is later than another one.
    pub fn is_after(self, other: Self) -> bool {
        if self.boot_id == other.boot_id {
            self.boot_ms > other.boot_ms
        } else {
            self.wall_ms > other.wall_ms
        }
    }

    /// The later of two.
    #[must_use]
    pub fn later(self, other: Self) -> Self {
        if other.is_after(self) { other } else { self }
    }

    /// The earlier of two.
    #[must_use]
    pub fn earlier(self, other: Self) -> Self {
        if self.is_after(other) { other } else { self }
    }

    /// How much of `length`, begun at `start`, is left: never more than the full length, whatever the clock did.
    pub fn left_of(self, start: Self, length: Duration) -> Duration {
        length.saturating_sub(self.since(start))
    }

    /// When `length`, begun at `start`, is over, as a moment of this boot; `None`: it is over already.
    pub fn end_of(self, start: Self, length: Duration) -> Option<Self> {
        let left = self.left_of(start, length);
        let same_boot = self.boot_id == start.boot_id;
        let end = if same_boot { start.after(length) } else { self.after(left) };
        (!left.is_zero()).then_some(end)
    }

    /// The moment `length` later.
    #[must_use]
    pub fn after(self, length: Duration) -> Self {
        let millis = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
        Self {
            wall_ms: self.wall_ms.saturating_add_unsigned(millis),
            boot_ms: self.boot_ms.saturating_add(millis),
            boot_id: self.boot_id,
        }
    }

    /// The moment `length` earlier, as far as this boot reaches.
    #[must_use]
    pub fn before(self, length: Duration) -> Self {
        let millis = u64::try_from(length.as_millis()).unwrap_or(u64::MAX).min(self.boot_ms);
        Self {
            wall_ms: self.wall_ms.saturating_sub_unsigned(millis),
            boot_ms: self.boot_ms.saturating_sub(millis),
            boot_id: self.boot_id,
        }
    }

    /// The same point in time as people read it, in UTC: `2026-11-22T14:30:00Z`.
    pub fn to_rfc3339(self) -> String {
        rfc3339(self.wall_ms)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_rfc3339())
    }
}

/// A time as RFC 3339, in milliseconds since 1970.
pub fn from_rfc3339(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

/// Milliseconds since 1970 as RFC 3339 in UTC, to the second.
pub fn rfc3339(wall_ms: i64) -> String {
    jiff::Timestamp::from_second(wall_ms.div_euclid(1000))
        .map_or_else(|_| format!("@{wall_ms}ms"), |stamp| stamp.to_string())
}
