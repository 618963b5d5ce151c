//! Looking ahead: when a filesystem will be at its `act` threshold.
//!
//! Owns the fit, its interval, and how a look ahead is scored afterwards. Never measures and never keeps anything: history
//! comes in, a [`Forecast`] goes out. Called by the runtime's disk source; what is done about it is detection's to say.
//!
//! How it is done: the past is brought to the lowest level of each hour, without what podsteward itself freed
//! (`hours`). Growth is the median of the slopes between hours of the same time of day (`trend`), after single steps
//! were taken out (`steps`), and counts only where the past does not tell that such growth goes away by itself
//! (`precedent`). `outlook` puts them together, `alarm` says whether somebody has to know.

mod alarm;
mod hours;
mod outlook;
mod precedent;
mod record;
mod steps;
mod trend;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::score::Score;
use crate::time::Moment;

pub use alarm::{CRITICAL_WITHIN, finding, severity};
pub use hours::LOOKBACKS;
pub use record::{ERRORS, SCORED_AFTER, accuracy, score};

/// How often a look ahead is made: growth is looked at by the hour, so that nothing new is seen in between.
pub const EVERY: Duration = Duration::from_hours(1);

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
    /// What was used, the oldest first, over [`LOOKBACKS`] lookbacks: what is older than one tells whether space was
    /// given back by itself before; growth is not fitted to it.
    pub points: Vec<Point>,
    /// What podsteward itself freed, the oldest first, over as long.
    pub reclaims: Vec<Reclaim>,
    /// How far earlier looks ahead were off, the newest last, up to [`ERRORS`] of them: see [`score`].
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
    /// Used bytes at that time without what comes and goes within a day: from here growth is counted.
    pub lasting: u64,
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
    /// It does not grow, or shrinks, or the interval of its growth holds zero, or such growth went away by itself before.
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

/// Looks ahead. The same history has the same answer, and every history has one.
pub fn fit(history: &History, goal: &Goal, now: Moment) -> Forecast {
    let used = hours::newest(&history.points, now).map_or(0, |point| point.used);
    let (outlook, lasting) = look(history, goal, now).unwrap_or_else(|why| (Outlook::Unknown { why }, used));
    Forecast { at: now, used, lasting, total: goal.total, act: goal.act, outlook }
}

/// What is to come, and the bytes that last; or why nobody can tell.
fn look(history: &History, goal: &Goal, now: Moment) -> Result<(Outlook, u64), String> {
    let hours = hours::read(history, goal, now)?;
    let ahead = outlook::ahead(&hours, goal.total, accuracy(&history.errors));
    let (outlook, level) = ahead.ok_or("the samples are too far apart")?;
    Ok((outlook, hours::bytes(level, goal.total)))
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
