//! What the past says of such growth: that it went away by itself before.
//!
//! Owns the rule by which a log that is rotated is told from a filesystem that fills: growth below a level that was
//! given back before proves nothing; above it, it does. Called by [`super::outlook`].

use super::hours::WHOLE;

/// Less than this is no fall.
const FALL_MIN: i64 = WHOLE / 1000;
/// So many falls are a habit, which is looked for in all of the past.
const HABIT: usize = 2;
/// So many falls within a stretch show in its trend by themselves.
const SHOWN: usize = 3;

/// A stretch of the past that is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// All levels by the hour, the newest first.
    pub(super) levels: &'a [Option<i64>],
    /// How many of them are within the lookback.
    pub(super) within: usize,
    /// How many of them the stretch has.
    pub(super) length: usize,
    /// By how much levels rise over the stretch.
    pub(super) rise: i64,
    /// The level of `act`.
    pub(super) act: i64,
}

/// Whether the growth is more than the past gives back.
pub(super) fn is_new(asked: &Asked<'_>) -> bool {
    let now = asked.levels.iter().flatten().next().copied().unwrap_or(0);
    let least = FALL_MIN.max(asked.rise / 2);
    above_what_fell(asked, now, falls(asked.levels, least)) && above_what_was(asked, now)
}

/// Above every level from which it fell, by more than those levels differ; or it fell from `act` only.
fn above_what_fell(asked: &Asked<'_>, now: i64, mut falls: Vec<Fall>) -> bool {
    if falls.iter().filter(|fall| fall.hour < asked.length).count() >= SHOWN {
        return true;
    }
    if falls.len() < HABIT {
        falls.retain(|fall| fall.hour < asked.within);
    }
    let from = || falls.iter().map(|fall| fall.from);
    let (Some(highest), Some(lowest)) = (from().max(), from().min()) else { return true };
    highest >= asked.act || now > highest + (highest - lowest)
}

/// Most of the rise is above what was there within the lookback before the stretch.
fn above_what_was(asked: &Asked<'_>, now: i64) -> bool {
    let before = asked.levels.get(asked.length..asked.within.max(asked.length)).unwrap_or_default();
    let highest = before.iter().flatten().max();
    highest.is_none_or(|highest| *highest >= asked.act || now - highest >= asked.rise / 2)
}

/// Space that was given back.
struct Fall {
    /// The hour at whose begin it had come.
    hour: usize,
    /// The level before.
    from: i64,
}

/// Every fall by at least `least`, the oldest first.
fn falls(levels: &[Option<i64>], least: i64) -> Vec<Fall> {
    let mut falls = Vec::new();
    let (mut peak, mut trough) = (i64::MIN, i64::MAX);
    let measured = levels.iter().enumerate().filter_map(|(hour, level)| Some((hour, (*level)?)));
    for (hour, level) in measured.rev() {
        peak = peak.max(level);
        trough = trough.min(level);
        if peak >= level.saturating_add(least) {
            falls.push(Fall { hour, from: peak });
            (peak, trough) = (level, level);
        }
    }
    falls
}
