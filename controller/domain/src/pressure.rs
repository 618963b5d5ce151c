//! How short a container is of memory, and the host of memory, CPU or I/O.
//!
//! Owns the values, the levels and their hysteresis: a pressure begins at one level and ends at another. Never measures
//! anything: `podsteward-host` does. What is said of it stands in [`crate::detect`], what is done in [`crate::decide`].

pub mod host;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::observation::Observation;
use crate::score::ONE;
use crate::time::Moment;

/// How old what is known of a pressure may be when it is acted on.
pub const FRESH: Duration = Duration::from_secs(10);
/// A container that uses so much of its limit, in basis points, is at the level. Below it the kernel still finds something
/// to take back; above it the next larger request is what it kills for.
const LEVEL: u16 = 9000;
/// Below this share a pressure is over: far enough away that one at the level does not flap.
const RELIEVED: u16 = 8000;
/// So long a container must be at the level until that is a pressure: what a burst takes and gives back is none.
const HOLD: Duration = Duration::from_mins(1);
/// Two samples further apart than this prove nothing about the time between.
const GAP: Duration = Duration::from_secs(30);

/// What a container uses of its memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryUse {
    /// What it cannot do without, in bytes: file pages that were not used lately, and that the kernel takes back when it
    /// needs them, do not count.
    pub used: u64,
    /// How much it may have, in bytes; `None`: as much as there is.
    pub limit: Option<u64>,
}

impl MemoryUse {
    /// The used share of the limit in basis points; `None` without a limit.
    pub fn share(self) -> Option<u16> {
        let share = (u128::from(self.used) * u128::from(ONE)).checked_div(u128::from(self.limit?));
        Some(share.and_then(|share| u16::try_from(share).ok()).map_or(ONE, |share| share.min(ONE)))
    }

    /// Whether it is under pressure or not far from it, and so worth a look more often.
    pub fn is_near(self) -> bool {
        self.share().is_some_and(|share| share >= RELIEVED)
    }
}

/// What was seen of a container's memory, sample after sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MemoryFacts {
    /// The last sample.
    pub usage: Observation<MemoryUse>,
    /// At the level in every sample since then, without a gap.
    pub over: Option<Moment>,
}

impl MemoryFacts {
    /// The facts after another sample; `None`: it could not be read.
    #[must_use]
    pub fn after(self, sample: Option<MemoryUse>, now: Moment) -> Self {
        let Some(value) = sample else {
            let since = match self.usage {
                Observation::Unknown { since } => since,
                Observation::NotYet | Observation::Known { .. } => now,
            };
            return Self { usage: Observation::Unknown { since }, over: None };
        };
        let followed = self.usage.is_fresh(now, GAP);
        let over = value.share().filter(|share| *share >= LEVEL);
        let over = over.map(|_| self.over.filter(|_| followed).unwrap_or(now));
        Self { usage: Observation::Known { value, at: now }, over }
    }

    /// Since when there is a pressure, after these facts. What is not known, or was seen too long ago, neither begins nor
    /// ends one.
    pub fn pressure(&self, before: Option<Moment>, now: Moment) -> Option<Moment> {
        let Observation::Known { value, at } = self.usage else { return before };
        if now.since(at) > GAP {
            return before;
        }
        match value.share() {
            Some(share) if share >= LEVEL => {
                let held = self.over.is_some_and(|over| at.since(over) >= HOLD);
                before.or(held.then_some(now))
            }
            Some(share) if share >= RELIEVED => before,
            Some(_) | None => None,
        }
    }
}

#[cfg(test)]
mod tests;
