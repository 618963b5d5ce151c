//! A span of the week, in the time of a place: for maintenance windows and quiet hours.
//!
//! Owns when a window is open and when it opens next. Never reads a clock: the time comes in. The time zones are those
//! built into the program, so that the same manifest means the same on every host.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Serialize, Serializer};

/// What is allowed as a time zone, as every message says it.
pub const ZONE_RULE: &str = "an IANA time zone such as Europe/Berlin or UTC";
/// What is allowed as a day.
pub const DAY_RULE: &str = "Mon, Tue, Wed, Thu, Fri, Sat or Sun";
/// What is allowed as a time of the day.
pub const TIME_RULE: &str = "HH:MM from 00:00 to 23:59";

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
    /// When it ends; before `from`: on the next day.
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

/// How many days ahead the next opening may be: a window of one day a week may fall into the hour that clocks skip.
const DAYS_AHEAD: i8 = 14;

impl Window {
    /// Whether it is open at a time, in milliseconds since 1970.
    pub fn is_open(&self, wall_ms: i64) -> bool {
        // One that began yesterday may last until today, and a clock set back at midnight makes tomorrow's begin today.
        self.spans(wall_ms, -1..=1).any(|(opens, ends)| opens <= wall_ms && wall_ms < ends)
    }

    /// What a clock of its place shows at a time: `HH:MM`.
    pub fn clock(&self, wall_ms: i64) -> String {
        let at = Timestamp::from_millisecond(wall_ms).unwrap_or_default().to_zoned(self.zone.clone()).time();
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// When it opens next, in milliseconds since 1970; `None` while it is open, or when it never does.
    pub fn opens(&self, wall_ms: i64) -> Option<i64> {
        if self.is_open(wall_ms) {
            return None;
        }
        let begins = self.spans(wall_ms, -1..=DAYS_AHEAD).map(|(opens, _)| opens);
        begins.filter(|opens| *opens > wall_ms).min()
    }

    /// Its beginnings and ends on the days around a time.
    fn spans(&self, wall_ms: i64, days: RangeInclusive<i8>) -> impl Iterator<Item = (i64, i64)> {
        let now = Timestamp::from_millisecond(wall_ms).ok();
        let today = now.map(|now| now.to_zoned(self.zone.clone()).date());
        let dates = days.filter_map(move |ahead| today?.checked_add(Span::new().days(ahead)).ok());
        dates.filter(|date| self.begins_on(*date)).filter_map(|date| self.span(date))
    }

    /// From when to when it is open if it begins on this date. A time that the clock skips counts as much later as the
    /// clock was set; of a time that comes twice the first counts.
    fn span(&self, date: Date) -> Option<(i64, i64)> {
        let last = if self.from < self.to { date } else { date.tomorrow().ok()? };
        let at = |date: Date, time| {
            let zoned = date.to_datetime(time).to_zoned(self.zone.clone()).ok()?;
            Some(zoned.timestamp().as_millisecond())
        };
        let (opens, ends) = (at(date, self.from)?, at(last, self.to)?);
        (opens < ends).then_some((opens, ends))
    }

    fn begins_on(&self, date: Date) -> bool {
        self.days.is_empty() || self.days.contains(&Day(date.weekday().to_monday_zero_offset()))
    }
}

fn zone_name<S: Serializer>(zone: &TimeZone, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(zone.iana_name().unwrap_or("UTC"))
}

fn day_names<S: Serializer>(days: &BTreeSet<Day>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(days.iter().map(|day| day.name()))
}

#[cfg(test)]
mod tests;
