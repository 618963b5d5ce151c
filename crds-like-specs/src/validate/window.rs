//! The checks of a span of the week.
//!
//! Owns the sentences about zones, days and times. Never reads a clock.

use std::collections::BTreeSet;

use jiff::civil::Time;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::field::Field;
use crate::window::{DAY_RULE, Day, TIME_RULE, Window, ZONE_RULE};
use crate::wire::window as wire;

/// The full English names of the days, Monday first.
const FULL_NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Checks a window. `None` after a problem.
pub(super) fn window(wire: wire::Window, field: &Field<'_>) -> Option<Window> {
    let zone = field.key("zone").read(wire.zone.as_deref(), zone);
    let days = days(wire.days, &field.key("days"));
    let from = field.key("from").read(wire.from.as_deref(), time);
    let to = field.key("to").read(wire.to.as_deref(), time);
    if from.is_some() && from == to {
        field.key("to").problem("opens and ends at the same time (another time than from)");
    }
    Some(Window { zone: zone?, days, from: from?, to: to? })
}

/// A zone of the database in the program: the host's own may be older, newer or not there.
fn zone(text: &str) -> Result<TimeZone, String> {
    let zone = TimeZoneDatabase::bundled().get(text).ok().filter(|zone| !zone.is_unknown());
    zone.ok_or_else(|| format!("'{text}' is not a time zone ({ZONE_RULE})"))
}

fn days(wire: Option<Vec<wire::Day>>, field: &Field<'_>) -> BTreeSet<Day> {
    let mut days = BTreeSet::new();
    if wire.as_ref().is_some_and(Vec::is_empty) {
        field.problem("is empty (at least one day; left out, every day)");
    }
    for (position, wire::Day(text)) in wire.into_iter().flatten().enumerate() {
        let field = field.item(position);
        if let Some(day) = field.take(day(&text))
            && !days.insert(day)
        {
            field.problem(format!("declares the day {} a second time", day.name()));
        }
    }
    days
}

fn day(text: &str) -> Result<Day, String> {
    let named = |names: [&str; 7]| names.iter().position(|name| name.eq_ignore_ascii_case(text));
    let at = named(Day::NAMES).or_else(|| named(FULL_NAMES)).and_then(|at| i8::try_from(at).ok());
    at.map(Day).ok_or_else(|| format!("'{text}' is not a day ({DAY_RULE})"))
}

fn time(text: &str) -> Result<Time, String> {
    let two = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i8>().ok()).flatten()
    };
    let time = text.split_once(':').and_then(|(hour, minute)| {
        let (hour, minute) = (two(hour)?, two(minute)?);
        Time::new(hour, minute, 0, 0).ok()
    });
    time.ok_or_else(|| format!("'{text}' is not a time ({TIME_RULE})"))
}
