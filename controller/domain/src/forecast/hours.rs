//! The past by the hour: the lowest level of each, without what podsteward itself freed.
//!
//! Owns the units of the fit, and what is too little to tell. The lowest of an hour, since what is gone within the hour
//! fills nothing. Never looks for growth. Called by [`super::fit`].

use std::time::Duration;

use super::{Goal, History, Point, Reclaim};
use crate::time::Moment;
use crate::words;

/// All of a filesystem, in the parts that levels are counted in: fine enough for a byte of a terabyte, and the same
/// for a filesystem of any size.
pub(super) const WHOLE: i64 = 1_000_000_000_000;
/// Hours of a day.
pub(super) const DAY: usize = 24;

const HOUR_MS: i64 = 3_600_000;
/// Levels beyond this share of the whole are brought down to it, so that no arithmetic overflows.
const LEVEL_MAX: i64 = WHOLE * 100;
/// The longest lookback, in hours.
const LOOKBACK_MAX: usize = 60 * DAY;
/// How many lookbacks of the past are read: what was given back before is recognised by the older ones.
pub const LOOKBACKS: u32 = 4;
/// A sample may be so much ahead of now until the clock is to blame, in milliseconds.
const AHEAD_MS: i64 = 300_000;
/// What is further ahead is of a clock that was plainly wrong, and tells nothing. Else it would for as long.
const AHEAD_MS_MAX: i64 = 24 * HOUR_MS;
/// Samples must reach back so far, in milliseconds.
const SPAN_MS_MIN: i64 = 24 * HOUR_MS;
/// The newest sample may be so many hours old.
const STALE: usize = 2;
/// A gap of so many hours is borne in any case; a longer one while it is less than a quarter of what was measured.
const GAP: usize = 12;

/// The past by the hour.
#[derive(Debug)]
pub(super) struct Hours {
    /// The lowest level of each hour, the newest first; `None`: nothing was measured. Reaches further back than the
    /// lookback, but never to before the first sample.
    pub(super) lows: Vec<Option<i64>>,
    /// How many of them are within the lookback.
    pub(super) within: usize,
    /// The lookback itself, in hours.
    pub(super) lookback: usize,
    /// The level now.
    pub(super) now: i64,
    /// The level of `act`.
    pub(super) act: i64,
}

/// The newest sample that is not of the future.
pub(super) fn newest(points: &[Point], now: Moment) -> Option<Point> {
    let past = points.iter().filter(|point| point.wall_ms <= now.wall_ms.saturating_add(AHEAD_MS));
    past.copied().max_by_key(|point| (point.wall_ms, point.used))
}

/// Reads the past, or says why it does not tell.
pub(super) fn read(history: &History, goal: &Goal, now: Moment) -> Result<Hours, String> {
    if goal.total == 0 {
        return Err("the filesystem has no size".to_owned());
    }
    let newest = newest(&history.points, now).ok_or("nothing was measured yet")?;
    let ahead_ms = |point: &Point| point.wall_ms.saturating_sub(now.wall_ms);
    if history.points.iter().map(ahead_ms).any(|ahead_ms| (AHEAD_MS + 1..=AHEAD_MS_MAX).contains(&ahead_ms)) {
        return Err("samples lie in the future: the clock was put back".to_owned());
    }
    let lookback = usize::try_from(goal.lookback.as_secs() / 3600).unwrap_or(LOOKBACK_MAX);
    let lookback = lookback.clamp(DAY, LOOKBACK_MAX);
    let read = lookback.saturating_mul(usize::try_from(LOOKBACKS).unwrap_or(1));
    let freed = Freed::new(&history.reclaims, now);
    let mut lows: Vec<Option<i128>> = Vec::new();
    let mut oldest_ms = now.wall_ms;
    for point in history.points.iter().filter(|point| ahead_ms(point) <= AHEAD_MS) {
        let hour = hours_ago(point.wall_ms, now);
        if hour >= read || freed.during(point.wall_ms) {
            continue;
        }
        if hour < lookback {
            oldest_ms = oldest_ms.min(point.wall_ms);
        }
        if lows.len() <= hour {
            lows.resize(hour + 1, None);
        }
        let used = i128::from(point.used) - freed.after(point.wall_ms);
        if let Some(low) = lows.get_mut(hour) {
            *low = Some(low.map_or(used, |low| low.min(used)));
        }
    }
    let lows: Vec<Option<i64>> = lows.into_iter().map(|low| Some(level(low?, goal.total))).collect();
    let within = told(&lows, lookback, newest.wall_ms.saturating_sub(oldest_ms))?;
    let [now, act] = [newest.used, goal.act].map(|used| level(i128::from(used), goal.total));
    Ok(Hours { lows, within, lookback, now, act })
}

/// How many hours of the lookback are told of, or why that is not enough.
fn told(lows: &[Option<i64>], lookback: usize, span_ms: i64) -> Result<usize, String> {
    let recent = lows.get(..lookback).unwrap_or(lows);
    let measured = || recent.iter().enumerate().filter(|(_, low)| low.is_some()).map(|(hour, _)| hour);
    let (Some(first), Some(last)) = (measured().next(), measured().next_back()) else {
        return Err(format!("nothing was measured in the last {}", hours_text(lookback)));
    };
    if first > STALE {
        return Err(format!("nothing was measured for the last {}", hours_text(first)));
    }
    if span_ms < SPAN_MS_MIN {
        let span = Duration::from_millis(u64::try_from(span_ms).unwrap_or(0));
        return Err(format!("there are samples of {} only, and 1d is needed", words::duration(span)));
    }
    let within = last + 1;
    let (count, gap) = (measured().count(), longest_gap(recent));
    if gap > GAP.max(within / 4) {
        return Err(format!("nothing was measured for {} in between", hours_text(gap)));
    }
    if count * 2 < within {
        return Err(format!("only {count} of the last {within} hours were measured"));
    }
    Ok(within)
}

fn longest_gap(lows: &[Option<i64>]) -> usize {
    lows.split(Option::is_some).map(<[_]>::len).max().unwrap_or(0)
}

fn hours_text(hours: usize) -> String {
    words::duration(Duration::from_hours(u64::try_from(hours).unwrap_or(0)))
}

fn hours_ago(wall_ms: i64, now: Moment) -> usize {
    let age = now.wall_ms.saturating_sub(wall_ms).max(0);
    usize::try_from(age / HOUR_MS).unwrap_or(usize::MAX)
}

fn level(used: i128, total: u64) -> i64 {
    let level = used.saturating_mul(i128::from(WHOLE)) / i128::from(total.max(1));
    i64::try_from(level.clamp(-i128::from(LEVEL_MAX), i128::from(LEVEL_MAX))).unwrap_or(LEVEL_MAX)
}

/// The bytes of a level, of a filesystem of so many bytes.
pub(super) fn bytes(level: i64, total: u64) -> u64 {
    let bytes =
        u128::from(level.max(0).unsigned_abs()) * u128::from(total) / u128::from(WHOLE.unsigned_abs());
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// What podsteward itself freed, so that it can be taken out.
struct Freed {
    /// When each cleanup began, with what it and all later ones freed, the oldest first.
    begins: Vec<(i64, i128)>,
    /// When each began and ended.
    spans: Vec<(i64, i64)>,
}

impl Freed {
    fn new(reclaims: &[Reclaim], now: Moment) -> Self {
        let past = reclaims.iter().filter(|reclaim| reclaim.from_ms <= now.wall_ms);
        let mut begins: Vec<(i64, i128)> =
            past.clone().map(|reclaim| (reclaim.from_ms, i128::from(reclaim.freed))).collect();
        begins.sort_unstable();
        let mut sum = 0;
        for (_, freed) in begins.iter_mut().rev() {
            sum += *freed;
            *freed = sum;
        }
        Self { begins, spans: past.map(|reclaim| (reclaim.from_ms, reclaim.to_ms)).collect() }
    }

    /// Whether one was under way.
    fn during(&self, wall_ms: i64) -> bool {
        self.spans.iter().any(|(from_ms, to_ms)| (*from_ms..=*to_ms).contains(&wall_ms))
    }

    /// What was freed after that time: so much less would be used then, had it not been there.
    fn after(&self, wall_ms: i64) -> i128 {
        let later = self.begins.partition_point(|(from_ms, _)| *from_ms <= wall_ms);
        self.begins.get(later).map_or(0, |(_, freed)| *freed)
    }
}
