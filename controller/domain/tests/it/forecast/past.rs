//! A past out of text, and a forecast as text.
//!
//! Owns the words: a number is the level in percent where it begins, `+2` a day that grows by two, `step 5` a rise or
//! fall at once, `clean 8` what podsteward freed, `up 20 6h` files that are gone after six hours, `last 23h` what only is
//! known, `without 24h-72h` what is not, both before now, `ahead 1h` a sample of the future, and `proven` a week of
//! forecasts that came true.

use std::fmt::Write;
use std::time::Duration;

use podsteward_domain::forecast::{Forecast, Goal, History, Outlook, Point, Reclaim, finding};
use podsteward_domain::time::{BootId, Moment};
use podsteward_specs::disk::Forecast as Policy;

/// All of the filesystem: 1 TB.
pub(crate) const TOTAL: u64 = 1_000_000_000_000;
const PERCENT: i64 = 10_000_000_000;
const MINUTE_MS: i64 = 60_000;
/// Samples are ten minutes apart.
const STEP_MS: i64 = 10 * MINUTE_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
const NOW_MS: i64 = 1_795_360_000_000;

/// When it is looked ahead.
pub(crate) fn now() -> Moment {
    Moment { wall_ms: NOW_MS, boot_ms: 3_600_000, boot_id: BootId(1) }
}

/// 85 % of it.
pub(crate) fn goal() -> Goal {
    Goal { act: TOTAL / 100 * 85, total: TOTAL, lookback: Duration::from_hours(7 * 24) }
}

/// A cleanup of podsteward's own.
pub(crate) fn reclaim(from_ms: i64, to_ms: i64, freed: u64) -> Reclaim {
    Reclaim { from_ms, to_ms, freed }
}

/// A past that is told.
#[derive(Default)]
pub(crate) struct Past {
    /// What came of it.
    pub(crate) history: History,
    level: i64,
    /// The time that is told of, from the beginning.
    at_ms: i64,
    /// Files that are there until they are gone.
    extra: (i64, i64),
}

impl Past {
    /// The past of a text; what happened last happened just now.
    pub(crate) fn of(text: &str) -> Self {
        let mut past = Self::default();
        let mut words = text.split_whitespace();
        let mut hidden = Vec::new();
        while let Some(word) = words.next() {
            let mut next = || words.next().unwrap_or_else(|| panic!("{word} needs more"));
            match word {
                "step" => past.level += percent(next()),
                "clean" => past.clean(percent(next())),
                "up" => past.extra = (percent(next()), past.at_ms + hours(next())),
                "last" => hidden.push((hours(next()), i64::MAX)),
                "without" => {
                    let (from, to) = next().split_once('-').unwrap();
                    hidden.push((hours(from), hours(to)));
                }
                "proven" => past.history.errors = vec![0; 168],
                "ahead" => past.sample_at(past.at_ms + hours(next())),
                day if day.starts_with(['+', '-']) => past.day(percent(day)),
                begin => past.begin(percent(begin)),
            }
        }
        past.bring_to_now(&hidden);
        past
    }

    fn begin(&mut self, level: i64) {
        self.level = level;
        self.sample_at(self.at_ms);
    }

    fn day(&mut self, change: i64) {
        let begin = self.level;
        for step in 1..=DAY_MS / STEP_MS {
            self.level = begin + change * step / (DAY_MS / STEP_MS);
            self.at_ms += STEP_MS;
            self.sample_at(self.at_ms);
        }
    }

    fn clean(&mut self, freed: i64) {
        self.level -= freed;
        let reclaim = reclaim(self.at_ms + MINUTE_MS, self.at_ms + 2 * MINUTE_MS, freed.unsigned_abs());
        self.history.reclaims.push(reclaim);
    }

    fn sample_at(&mut self, at_ms: i64) {
        let (extra, until_ms) = self.extra;
        let used = self.level + if at_ms < until_ms { extra } else { 0 };
        self.history.points.push(Point { wall_ms: at_ms, used: used.unsigned_abs() });
    }

    fn bring_to_now(&mut self, hidden: &[(i64, i64)]) {
        let shift_ms = NOW_MS - self.at_ms;
        for point in &mut self.history.points {
            point.wall_ms += shift_ms;
        }
        for reclaim in &mut self.history.reclaims {
            reclaim.from_ms += shift_ms;
            reclaim.to_ms += shift_ms;
        }
        let seen = |age: i64| !hidden.iter().any(|(from, to)| (*from..*to).contains(&age));
        self.history.points.retain(|point| seen(NOW_MS - point.wall_ms));
    }
}

fn percent(text: &str) -> i64 {
    text.parse::<i64>().unwrap() * PERCENT
}

fn hours(text: &str) -> i64 {
    text.strip_suffix('h').unwrap().parse::<i64>().unwrap() * HOUR_MS
}

/// What is foreseen, and what is said of it.
pub(crate) fn told(forecast: &Forecast, policy: &Policy) -> String {
    let mut told = match &forecast.outlook {
        Outlook::Unknown { why } => format!("unknown: {why}"),
        Outlook::Steady { slope } => format!("steady: {} a day", share(*slope)),
        Outlook::Growing(growth) => {
            let [slope, low, high] = [growth.slope, growth.slope_low, growth.slope_high].map(share);
            format!("grows by {slope} a day ({low} to {high}), sure to {}", growth.confidence)
        }
    };
    if let Some((severity, message)) = finding(forecast, policy, false) {
        write!(told, "\n{}: {message}", severity.as_str()).unwrap();
    }
    told
}

/// Bytes in percent of the filesystem, to the hundredth.
fn share(bytes: i64) -> String {
    let hundredths = (bytes * 100 + bytes.signum() * PERCENT / 2) / PERCENT;
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02} %", hundredths.abs() / 100, hundredths.abs() % 100)
}
