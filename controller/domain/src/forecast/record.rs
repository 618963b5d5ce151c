//! How well looks ahead did, once it can be told.
//!
//! Owns the score of one, and what the scores of many are worth. Never keeps any. Called by the runtime, which keeps
//! them, and by [`super::fit`].

use std::time::Duration;

use super::{Forecast, Outlook};
use crate::score::{ONE, Score};
use crate::time::Moment;

/// How long after it was made a look ahead can be told to be right or wrong: once around the day, so that what comes
/// and goes daily is no error.
pub const SCORED_AFTER: Duration = Duration::from_hours(24);
/// How many of the newest errors count: a week of looks, so that one odd day does not.
pub const ERRORS: u32 = 168;
/// The error, in basis points of the whole, by which a forecast loses half of its worth.
const HALVING: u16 = 500;
/// The worth of forecasts that nobody has checked yet.
const UNPROVEN: Score = Score::new(9000);
const DAY_MS: i128 = 86_400_000;

/// How far a look ahead was off: what it led one to expect now against what is used now, in basis points of the whole
/// filesystem. `None`: it is too early to tell, or it said nothing. What podsteward itself freed meanwhile is to be added
/// to `used` before.
pub fn score(made: &Forecast, used: u64, now: Moment) -> Option<u16> {
    let slope = match &made.outlook {
        Outlook::Unknown { .. } => return None,
        Outlook::Steady { slope } => *slope,
        Outlook::Growing(growth) => growth.slope,
    };
    let elapsed = now.since(made.at);
    if elapsed < SCORED_AFTER || made.total == 0 {
        return None;
    }
    let elapsed_ms = i128::try_from(elapsed.as_millis()).unwrap_or(i128::MAX);
    let grown = i128::from(slope).saturating_mul(elapsed_ms) / DAY_MS;
    let off = i128::from(made.lasting).saturating_add(grown).saturating_sub(i128::from(used)).unsigned_abs();
    let share = off.saturating_mul(u128::from(ONE)) / u128::from(made.total);
    Some(u16::try_from(share).unwrap_or(ONE).min(ONE))
}

/// What looks ahead are worth by their errors, the newest last: half when the median error is 5 % of the filesystem.
pub fn accuracy(errors: &[u16]) -> Score {
    let newest = usize::try_from(ERRORS).unwrap_or(usize::MAX);
    let mut newest: Vec<u16> = errors.iter().rev().take(newest).copied().collect();
    newest.sort_unstable();
    let Some(median) = newest.get(newest.len() / 2) else { return UNPROVEN };
    let [halving, median] = [HALVING, *median].map(i64::from);
    Score::clamped(i64::from(ONE) * halving / (halving + median))
}
