//! How sure podsteward is that an action is right: four terms, then what it learned.
//!
//! Owns the weights and the sum. Never gathers a term: [`crate::orient`] does.

use serde::{Deserialize, Serialize};

use crate::score::{Points, Score};

/// The weights of the terms, in hundredths. They make one hundred.
const WEIGHTS: Weights = Weights { prediction: 30, history: 30, impact: 20, rollback: 20 };

struct Weights {
    prediction: u32,
    history: u32,
    impact: u32,
    rollback: u32,
}

/// What confidence is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Parts {
    /// How sure it is that there is a problem: 1 for what was seen, less for what is foretold.
    pub prediction: Score,
    /// How often this action worked, on this target or anywhere.
    pub history: Score,
    /// How harmless the action is by its nature.
    pub impact: Score,
    /// How well it could be taken back.
    pub rollback: Score,
    /// What was learned from verified outcomes.
    pub adjustment: Points,
}

/// A confidence with its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Confidence {
    /// The sum.
    pub total: Score,
    /// What it is made of.
    pub parts: Parts,
}

impl Confidence {
    /// The confidence that these parts make, rounded to the nearest basis point.
    pub fn of(parts: Parts) -> Self {
        let weighted = |score: Score, weight: u32| u32::from(score.basis_points()) * weight;
        let sum = weighted(parts.prediction, WEIGHTS.prediction)
            + weighted(parts.history, WEIGHTS.history)
            + weighted(parts.impact, WEIGHTS.impact)
            + weighted(parts.rollback, WEIGHTS.rollback);
        let base = i64::from((sum + 50) / 100);
        Self { total: Score::clamped(base + i64::from(parts.adjustment.0)), parts }
    }
}
