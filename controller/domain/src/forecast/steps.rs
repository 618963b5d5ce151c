//! Steps: an image is pulled, a backup restored, something large deleted.
//!
//! Owns what a step is, and takes out those that are too rare to be growth. What comes again and again is growth,
//! or its rotation, and stays. Called by [`super::outlook`].

use super::hours::WHOLE;

/// Below this a step does not matter.
const STEP_MIN: i64 = WHOLE / 200;
/// A step is so many times what an hour usually changes.
const UNUSUAL: i64 = 8;
/// So many are rare.
const RARE: usize = 2;
/// Changes that are no more hours apart belong together.
const TOGETHER: usize = 2;

/// The levels by the hour, the newest first, as they would be if rare steps had been there from the beginning.
pub(super) fn taken_out(levels: &[Option<i64>]) -> Vec<Option<i64>> {
    let steps = steps(levels);
    if steps.is_empty() || steps.len() > RARE {
        return levels.to_vec();
    }
    let moved = |(hour, level): (usize, &Option<i64>)| {
        let later: i64 = steps.iter().filter(|(at, _)| *at < hour).map(|(_, height)| height).sum();
        level.map(|level| level + later)
    };
    levels.iter().enumerate().map(moved).collect()
}

/// Each step: the hour since when it is there, and how high it is. What goes on for some hours is one.
fn steps(levels: &[Option<i64>]) -> Vec<(usize, i64)> {
    let measured = levels.iter().enumerate().filter_map(|(hour, level)| Some((hour, (*level)?)));
    let older = measured.clone().skip(1);
    let changes: Vec<(usize, i64)> =
        measured.zip(older).map(|((hour, newer), (_, older))| (hour, newer - older)).collect();
    let mut sizes: Vec<i64> = changes.iter().map(|(_, change)| change.abs()).collect();
    sizes.sort_unstable();
    let usual = sizes.get(sizes.len() / 2).copied().unwrap_or(0);
    let height = STEP_MIN.max(usual.saturating_mul(UNUSUAL));
    let large = changes.into_iter().filter(|(_, change)| change.abs() >= height);
    let mut steps: Vec<(usize, i64)> = Vec::new();
    let mut before = None;
    for (hour, change) in large {
        match steps.last_mut() {
            Some(step) if before.is_some_and(|before| hour - before <= TOGETHER) => step.1 += change,
            _ => steps.push((hour, change)),
        }
        before = Some(hour);
    }
    steps
}
