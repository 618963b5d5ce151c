//! How an action did so far: on one target, and anywhere.
//!
//! Owns what is kept of outcomes and how it fades. Never what follows: [`crate::orient`] makes confidence of it,
//! [`crate::breaker`] and the gates hold actions back by it. Kept in the store, changed by [`crate::learn::track`].

use std::collections::BTreeSet;
use std::time::Duration;

use podsteward_specs::key::Key;
use podsteward_specs::policy::Learning;
use serde::{Deserialize, Serialize};

use crate::decay::decayed;
use crate::ladder::Tried;
use crate::memory::Disturbed;
use crate::score::{ONE, Points, Score};
use crate::time::Moment;

/// One outcome, fresh.
const WHOLE: i64 = 1_000_000;
/// Budgets count restarts within this time.
pub const RESTART_WINDOW: Duration = Duration::from_hours(1);

/// Verified outcomes, the newer ones weighing more.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// What is left of the successes, in millionths.
    good: i64,
    /// What is left of the failures, in millionths.
    bad: i64,
    /// When both were computed.
    at: Option<Moment>,
    /// How many successes there were.
    pub successes: u32,
    /// How many successes and failures there were.
    pub attempts: u32,
}

impl Record {
    /// The record after one more outcome.
    #[must_use]
    pub fn with(&self, success: bool, now: Moment, learning: &Learning) -> Self {
        let (good, bad) = self.left(now, learning.half_life);
        Self {
            good: good.saturating_add(if success { WHOLE } else { 0 }),
            bad: bad.saturating_add(if success { 0 } else { WHOLE }),
            at: Some(now),
            successes: self.successes.saturating_add(u32::from(success)),
            attempts: self.attempts.saturating_add(1),
        }
    }

    /// The share of successes, shrunk towards the prior.
    pub fn share(&self, now: Moment, learning: &Learning) -> Score {
        let (good, bad) = self.left(now, learning.half_life);
        let prior = i64::from(learning.prior_attempts) * WHOLE;
        let weight = prior.saturating_add(good).saturating_add(bad);
        if weight == 0 {
            return Score::new(learning.prior);
        }
        let sum = i128::from(prior) * i128::from(learning.prior) + i128::from(good) * i128::from(ONE);
        let share = (sum + i128::from(weight) / 2) / i128::from(weight);
        Score::clamped(i64::try_from(share).unwrap_or_default())
    }

    fn left(&self, now: Moment, half_life: Duration) -> (i64, i64) {
        let elapsed = self.at.map_or(Duration::ZERO, |at| now.since(at));
        (decayed(self.good, elapsed, half_life), decayed(self.bad, elapsed, half_life))
    }
}

/// What was learned beyond the record; fades, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Adjustment {
    /// In basis points, at the time `at`.
    points: i32,
    /// When that was.
    at: Option<Moment>,
}

impl Adjustment {
    /// What is left of it.
    pub fn left(self, now: Moment, learning: &Learning) -> Points {
        let elapsed = self.at.map_or(Duration::ZERO, |at| now.since(at));
        let left = decayed(i64::from(self.points), elapsed, learning.half_life);
        Points(i32::try_from(left).unwrap_or_default())
    }

    /// The adjustment after some more points, within its bounds.
    #[must_use]
    pub fn with(self, points: i32, now: Moment, learning: &Learning) -> Self {
        let sum = self.left(now, learning).0.saturating_add(points);
        Self { points: sum.max(learning.floor).min(learning.ceiling), at: Some(now) }
    }
}

/// What an action on one target was learned on: another document or image makes it another thing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Basis {
    /// The generation of the applied document.
    pub generation: Option<u64>,
    /// The image that the document meant when it was applied.
    pub image_id: Option<String>,
}

/// How an action did on one target.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Track {
    /// What it was learned on.
    pub basis: Basis,
    /// The verified outcomes.
    pub record: Record,
    /// What was learned beyond them.
    pub adjustment: Adjustment,
    /// The incident of the latest lesson: there is one lesson an incident.
    pub learned_of: Option<i64>,
    /// Failures in a row.
    pub failures: u32,
    /// The rungs of the ladder that were tried in vain, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<Tried>,
    /// Since when its breaker is open.
    pub opened: Option<Moment>,
    /// When it last ended.
    pub ended: Option<Moment>,
    /// When it restarted the target, within [`RESTART_WINDOW`].
    pub restarts: Vec<Moment>,
    /// When a plan about another object last did something to this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disturbed: Option<Disturbed>,
}

impl Track {
    /// The track as it counts for a target that stands on `basis`: what was learned on another document or image is
    /// forgotten. When it was last tried still counts.
    #[must_use]
    pub fn on(&self, basis: &Basis) -> Self {
        if self.basis == *basis {
            return self.clone();
        }
        Self { basis: basis.clone(), ..self.forgotten() }
    }

    /// The track after a person said that something changed.
    #[must_use]
    pub fn forgotten(&self) -> Self {
        Self {
            basis: self.basis.clone(),
            ended: self.ended,
            restarts: self.restarts.clone(),
            disturbed: self.disturbed.clone(),
            ..Self::default()
        }
    }
}

/// How an action did anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Overall {
    /// The verified outcomes.
    pub record: Record,
    /// The targets of its failures in a row, the latest last; a success begins anew.
    pub failing: Vec<Key>,
    /// Since when its breaker is open.
    pub opened: Option<Moment>,
}

impl Overall {
    /// The same after a person said that something changed about one target: its failures count no more towards opening
    /// the breaker. One that is open stays so, and the record is kept: that is about what happened anywhere.
    #[must_use]
    pub fn without(mut self, key: &Key) -> Self {
        self.failing.retain(|failing| failing != key);
        self
    }

    /// How many targets its failures in a row were on.
    pub fn failing_targets(&self) -> usize {
        self.failing.iter().collect::<BTreeSet<_>>().len()
    }
}
