//! Looking ahead: when a filesystem will be at its `act` threshold.
//!
//! Owns the fit, its interval, and how a look ahead is scored afterwards. Never measures and never keeps anything: history
//! comes in, a [`Forecast`] goes out. Called by the runtime's disk source; what is done about it is detection's to say.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::finding::Severity;
use crate::score::Score;
use crate::time::Moment;

/// What was used at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// When, in milliseconds since 1970.
    pub wall_ms: i64,
    /// Used bytes.
    pub used: u64,
}

/// What podsteward itself freed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reclaim {
    /// When the cleanup began, in milliseconds since 1970.
    pub from_ms: i64,
    /// When it ended.
    pub to_ms: i64,
    /// Freed bytes, as measured.
    pub freed: u64,
}

/// What is known of the past, by time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// What was used, the oldest first.
    pub points: Vec<Point>,
    /// What podsteward itself freed, the oldest first.
    pub reclaims: Vec<Reclaim>,
    /// How far earlier looks ahead were off, the newest last: see [`score`].
    pub errors: Vec<u16>,
}

/// What is looked ahead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goal {
    /// The bytes at which `act` is reached.
    pub act: u64,
    /// All bytes.
    pub total: u64,
    /// How far back growth is looked at.
    pub lookback: Duration,
}

/// A look ahead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    /// When it was made.
    pub at: Moment,
    /// Used bytes at that time.
    pub used: u64,
    /// All bytes at that time.
    pub total: u64,
    /// The bytes at which `act` is reached.
    pub act: u64,
    /// What is to come.
    pub outlook: Outlook,
}

/// What is to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outlook", rename_all = "lowercase")]
pub enum Outlook {
    /// Nobody can tell: too few data, or gaps in them.
    Unknown {
        /// Why, for people.
        why: String,
    },
    /// It does not grow, or shrinks, or the interval of its growth holds zero.
    Steady {
        /// Bytes a day.
        slope: i64,
    },
    /// It grows.
    Growing(Growth),
}

/// How a filesystem grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Growth {
    /// Bytes a day.
    pub slope: i64,
    /// The slowest growth within the interval, bytes a day.
    pub slope_low: i64,
    /// The fastest growth within the interval, bytes a day.
    pub slope_high: i64,
    /// Seconds until `act`; zero: it is there.
    pub seconds: u64,
    /// Seconds until `act` at the fastest growth.
    pub seconds_early: u64,
    /// Seconds until `act` at the slowest growth.
    pub seconds_late: u64,
    /// How much the fit is worth: how well it fits, over how much of the lookback, and how well earlier ones did.
    pub confidence: Score,
}

impl Forecast {
    /// The growth, if it grows.
    pub fn growth(&self) -> Option<&Growth> {
        match &self.outlook {
            Outlook::Growing(growth) => Some(growth),
            Outlook::Unknown { .. } | Outlook::Steady { .. } => None,
        }
    }
}

/// What a look ahead means: how bad, and in which words; `None`: nothing that anybody must know.
pub fn finding(forecast: &Forecast, policy: &podsteward_specs::disk::Forecast) -> Option<(Severity, String)> {
    let growth = forecast.growth()?;
    let sure = growth.confidence.basis_points() >= policy.min_confidence;
    let soon = growth.seconds <= policy.horizon.as_secs();
    let severity = if growth.seconds < 7 * 86_400 { Severity::Critical } else { Severity::Warning };
    let days = growth.seconds / 86_400;
    (sure && soon).then(|| (severity, format!("at the present rate it is at `act` in {days} d")))
}
