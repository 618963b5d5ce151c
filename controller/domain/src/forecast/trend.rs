//! The slope of levels: how fast they rise, between which bounds, and how surely.
//!
//! Owns the estimator: the median slope over pairs of hours (Theil and Sen), of which the longer ones weigh more. Where
//! there are days enough, only pairs of the same time of day count (Hirsch's seasonal variant), so that what comes and
//! goes daily is no growth. Never knows what a level means. Called by [`super::outlook`].

use super::hours::DAY;
use crate::score::{ONE, Score};

/// From so many hours on there are pairs enough of the same time of day.
pub(super) const SEASONAL: usize = 3 * DAY;
/// Pairs nearer than this tell more of noise than of growth, where the time of day does not matter.
const LAG_MIN: usize = 6;
/// The share of pairs, in percent, that lie below the interval; as many lie above it.
const OUTSIDE: i64 = 20;

/// How levels rise, in parts of the whole a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Trend {
    /// The median.
    pub(super) slope: i64,
    /// Below this lies a fifth of the pairs.
    pub(super) low: i64,
    /// Above this lies a fifth of the pairs.
    pub(super) high: i64,
    /// The share of pairs that rise, less the share of those that fall (Kendall's tau); zero when more fall.
    pub(super) tau: Score,
}

/// The trend of levels by the hour, the newest first; `None`: there is no pair.
pub(super) fn trend(levels: &[Option<i64>]) -> Option<Trend> {
    let mut slopes = slopes(levels);
    slopes.sort_unstable();
    let sum: i64 = slopes.iter().map(|(_, weight)| weight).sum();
    let quantile = |percent: i64| {
        let mut passed = 0;
        let found = slopes.iter().find(|(_, weight)| {
            passed += weight;
            passed * 100 > sum * percent
        });
        found.map(|(slope, _)| *slope)
    };
    let sign: i64 = slopes.iter().map(|(slope, weight)| slope.signum() * weight).sum();
    let tau = Score::clamped((sign * i64::from(ONE)).checked_div(sum)?);
    Some(Trend { slope: quantile(50)?, low: quantile(OUTSIDE)?, high: quantile(100 - OUTSIDE)?, tau })
}

/// The slope of each pair, with its weight: the hours in between.
fn slopes(levels: &[Option<i64>]) -> Vec<(i64, i64)> {
    let seasonal = levels.len() >= SEASONAL;
    let (first, step) = if seasonal { (DAY, DAY) } else { (LAG_MIN, 1) };
    let mut slopes = Vec::new();
    for (hour, newer) in levels.iter().enumerate() {
        for lag in (first..levels.len() - hour).step_by(step) {
            let older = levels.get(hour + lag).copied().flatten();
            if let (Some(newer), Some(older), Ok(hours)) = (newer, older, i64::try_from(lag)) {
                slopes.push(((newer - older) * 24 / hours, hours));
            }
        }
    }
    slopes
}
