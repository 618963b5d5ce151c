//! A span of the week, in the time of a place: for maintenance windows and quiet hours.
//!
//! Owns when a window is open and when it opens next. Never reads a clock: the time comes in. The time zones are those
//! built into the program, so that the same manifest means the same on every host.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

/// A span of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Window {
    /// The IANA time zone.
    #[serde(serialize_with = "zone_name")]
    pub zone: TimeZone,
    /// The days on which it begins; empty: every day.
    #[serde(serialize_with = "day_names")]
    pub days: BTreeSet<Day>,
    /// When it begins.
    pub from: Time,
    /// When it ends; before or at `from`: on the next day.
    pub to: Time,
}

/// A day of the week, Monday first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub i8);

impl Day {
    /// The short English names, Monday first.
    pub const NAMES: [&'static str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// The short English name.
    pub fn name(self) -> &'static str {
        usize::try_from(self.0).ok().and_then(|at| Self::NAMES.get(at)).copied().unwrap_or("?")
    }
}

impl Window {
    /// Whether it is open at a time, in milliseconds since 1970.
    pub fn is_open(&self, wall_ms: i64) -> bool {
        let Ok(now) = Timestamp::from_millisecond(wall_ms) else { return false };
        let local = now.to_zoned(self.zone.clone());
        let today = day(local.weekday());
        let time = local.time();
        if self.from < self.to {
            return self.begins_on(today) && self.from <= time && time < self.to;
        }
        self.begins_on(today) && self.from <= time || self.begins_on(before(today)) && time < self.to
    }

    /// When it opens next, in milliseconds since 1970; `None` while it is open, or when it never does.
    pub fn opens(&self, wall_ms: i64) -> Option<i64> {
        if self.is_open(wall_ms) {
            return None;
        }
        let now = Timestamp::from_millisecond(wall_ms).ok()?.to_zoned(self.zone.clone());
        // Eight days: the same day of next week may be the next one.
        (0..=8).find_map(|ahead| {
            let date = now.date().checked_add(jiff::Span::new().days(ahead)).ok()?;
            let begins = date.to_datetime(self.from).to_zoned(self.zone.clone()).ok()?;
            let opens = begins.timestamp().as_millisecond();
            (self.begins_on(day(date.weekday())) && opens > wall_ms).then_some(opens)
        })
    }

    fn begins_on(&self, day: Day) -> bool {
        self.days.is_empty() || self.days.contains(&day)
    }
}

fn day(weekday: Weekday) -> Day {
    Day(weekday.to_monday_zero_offset())
}

fn before(day: Day) -> Day {
    Day((day.0 + 6) % 7)
}

fn zone_name<S: Serializer>(zone: &TimeZone, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(zone.iana_name().unwrap_or("UTC"))
}

fn day_names<S: Serializer>(days: &BTreeSet<Day>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(days.iter().map(|day| day.name()))
}
