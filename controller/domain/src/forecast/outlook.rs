//! From the past by the hour to what is to come.
//!
//! Owns which stretch of the past is believed, the time until `act`, and the confidence. Called by [`super::fit`].

use super::hours::{DAY, Hours, WHOLE};
use super::precedent::{self, Asked};
use super::trend::{SEASONAL, Trend, trend};
use super::{Growth, Outlook, steps};
use crate::score::{ONE, Score};

/// Shorter stretches, in hours, that are asked whether growth became faster.
const SHORT: [usize; 2] = [SEASONAL, DAY];
/// Much faster: the slowest growth of the shorter stretch is so many times the fastest of the longer one.
const FASTER: i64 = 2;
/// The interval holds zero when its lower end is below this share of the slope.
const NOTHING: i64 = 8;
/// What a fit over next to nothing of the lookback is worth, in basis points; over all of it, it is worth everything.
const COVERAGE_MIN: i64 = 6000;
/// The steps by which hours are put together to a day.
const DOUBLING: [usize; 5] = [1, 2, 4, 8, 8];
const DAY_SECS: i128 = 86_400;

/// What is seen in one stretch of the past.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    trend: Trend,
    /// The level now without what comes and goes.
    level: i64,
    /// How much the fit is worth.
    confidence: Score,
    /// The interval lies above zero, and such growth does not go away by itself.
    grows: bool,
}

/// What is to come, and the level from which it is counted; `None`: the samples are too far apart.
pub(super) fn ahead(hours: &Hours, total: u64, accuracy: Score) -> Option<(Outlook, i64)> {
    let lasting = lasting(&hours.lows);
    let look = |length: usize| {
        let levels = if length < SEASONAL { &hours.lows } else { &lasting };
        stretch(hours, levels, length, accuracy)
    };
    let shorter = SHORT.into_iter().filter(|length| length * 2 <= hours.within);
    let believed = shorter.filter_map(look).fold(look(hours.within)?, more_telling);
    let outlook = if believed.grows {
        Outlook::Growing(growth(hours, &believed, total))
    } else {
        Outlook::Steady { slope: per_day(believed.trend.slope, total) }
    };
    Some((outlook, believed.level))
}

/// A shorter stretch tells more only where growth became much faster: a run of bursts may look so by chance. That it grows
/// at all is then as sure as the surer of both says.
fn more_telling(longer: Stretch, shorter: Stretch) -> Stretch {
    if !shorter.grows || shorter.trend.low <= longer.trend.high.max(0) * FASTER {
        return longer;
    }
    let sure = if longer.grows { longer.confidence } else { Score::ZERO };
    Stretch { confidence: shorter.confidence.max(sure), ..shorter }
}

/// The levels that lasted a day: of each hour, the lowest of the day before its end. Nothing has lasted in the first day.
fn lasting(lows: &[Option<i64>]) -> Vec<Option<i64>> {
    // The lowest of 1, 2, 4, 8, 16 and then 24 hours, each out of two that were there before.
    let mut lasting = DOUBLING.into_iter().fold(lows.to_vec(), |levels, hours| {
        let earlier = levels.iter().skip(hours);
        levels
            .iter()
            .zip(earlier)
            .map(|(level, earlier)| level.iter().chain(earlier).min().copied())
            .collect()
    });
    lasting.resize(lows.len(), None);
    lasting
}

fn stretch(hours: &Hours, levels: &[Option<i64>], length: usize, accuracy: Score) -> Option<Stretch> {
    let taken_out = steps::taken_out(levels.get(..length)?);
    let trend = trend(&taken_out)?;
    let measured = hours.lows.iter().take(length).flatten().count();
    let coverage = Score::clamped(as_i64(measured) * i64::from(ONE) / as_i64(hours.lookback));
    let rise = trend.slope.saturating_mul(as_i64(length)) / as_i64(DAY);
    let asked = Asked { levels, within: hours.within, length, rise, act: hours.act };
    let grows = trend.low > trend.slope / NOTHING && trend.low > 0 && precedent::is_new(&asked);
    let confidence = confidence(trend.tau, coverage, accuracy);
    Some(Stretch { trend, level: level(&hours.lows, trend.slope), confidence, grows })
}

/// The lowest of the last day, when each hour is brought up to now.
fn level(lows: &[Option<i64>], slope: i64) -> i64 {
    let day = lows.iter().take(DAY).zip(0_i64..);
    day.filter_map(|(low, age)| Some((*low)? + slope * age / as_i64(DAY))).min().unwrap_or(0)
}

fn growth(hours: &Hours, stretch: &Stretch, total: u64) -> Growth {
    let Trend { slope, low, high, tau: _ } = stretch.trend;
    let left = if hours.now >= hours.act { 0 } else { hours.act - stretch.level };
    let [slope_bytes, slope_low, slope_high] = [slope, low, high].map(|slope| per_day(slope, total));
    Growth {
        slope: slope_bytes,
        slope_low,
        slope_high,
        seconds: seconds(left, slope),
        seconds_early: seconds(left, high),
        seconds_late: seconds(left, low),
        confidence: stretch.confidence,
    }
}

/// Seconds until a level that is `left` away.
fn seconds(left: i64, slope: i64) -> u64 {
    let seconds = i128::from(left.max(0)) * DAY_SECS / i128::from(slope.max(1));
    u64::try_from(seconds).unwrap_or(u64::MAX)
}

fn confidence(tau: Score, coverage: Score, accuracy: Score) -> Score {
    let one = i64::from(ONE);
    let [tau, coverage, accuracy] = [tau, coverage, accuracy].map(|score| i64::from(score.basis_points()));
    let covered = COVERAGE_MIN + (one - COVERAGE_MIN) * coverage / one;
    Score::clamped(tau * covered / one * accuracy / one)
}

/// Parts of the whole as bytes.
fn per_day(slope: i64, total: u64) -> i64 {
    let bytes = i128::from(slope) * i128::from(total) / i128::from(WHOLE);
    i64::try_from(bytes).unwrap_or(if slope < 0 { i64::MIN } else { i64::MAX })
}

fn as_i64(hours: usize) -> i64 {
    i64::try_from(hours).unwrap_or(i64::MAX)
}
