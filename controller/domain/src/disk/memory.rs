//! What is remembered of one filesystem between two looks.
//!
//! Owns the hysteresis: a pressure begins at one threshold and ends at another. Never says what is done about it.
//! Called by [`crate::learn`] at every look.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_specs::disk::DiskPolicy;
use serde::{Deserialize, Serialize};

use crate::disk::{DiskSample, Measure};
use crate::forecast::{self, Forecast};
use crate::time::Moment;

/// How long a measure must stay at `act` until it is a pressure, so that what comes and goes by itself is none. At
/// `critical` it is one at once.
pub const HOLD: Duration = Duration::from_secs(10);
/// How long a measure must stay below `act` until a pressure is over, unless it is below `target`: as long as the
/// kubelet keeps a pressure, so that a disk at the threshold does not flap.
pub const RELIEF: Duration = Duration::from_mins(5);

/// What is remembered of a filesystem.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DiskMemory {
    /// What each measure is remembered for.
    pub measures: BTreeMap<Measure, MeasureMemory>,
    /// The last look ahead was worth telling of.
    pub foreseen: bool,
    /// The last cleanup that came to its end.
    pub cleaned: Option<Cleaned>,
}

/// What is remembered of one measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MeasureMemory {
    /// At or above `act` since then, and not below since.
    pub over: Option<Moment>,
    /// A pressure since then.
    pub pressure: Option<Moment>,
    /// During a pressure: below `act` since then.
    pub relieved: Option<Moment>,
}

/// A cleanup that came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleaned {
    /// When.
    pub at: Moment,
    /// What it was about.
    pub measure: Measure,
    /// The used share before, in basis points.
    pub before: u16,
    /// The used share after, in basis points.
    pub after: u16,
    /// The used share right after its last step, in basis points: somebody may have filled the room again since.
    #[serde(default = "full")]
    pub lowest: u16,
    /// It came below `target`.
    pub reached: bool,
}

/// What is not remembered freed nothing.
fn full() -> u16 {
    crate::score::ONE
}

impl Cleaned {
    /// Whether it lowered the level enough to be worth doing again.
    pub fn helped(&self) -> bool {
        let freed = self.before.saturating_sub(self.after.min(self.lowest));
        self.reached || freed > crate::detect::disk::LITTLE
    }
}

impl DiskMemory {
    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The memory after a look at a sample and at the last look ahead, where there is one.
    #[must_use]
    pub fn after(
        &self,
        sample: &DiskSample,
        ahead: Option<&Forecast>,
        policy: &DiskPolicy,
        now: Moment,
    ) -> Self {
        let measures = Measure::ALL.into_iter().filter_map(|measure| {
            let share = measure.of(sample)?.share();
            let before = self.measures.get(&measure).copied().unwrap_or_default();
            let after = before.after(share, measure.thresholds(policy), now);
            (after != MeasureMemory::default()).then_some((measure, after))
        });
        let told = |ahead| forecast::finding(ahead, &policy.forecast, self.foreseen).is_some();
        let foreseen = ahead.map_or(self.foreseen, told);
        Self { measures: measures.collect(), foreseen, cleaned: self.cleaned }
    }

    /// When one of them becomes a pressure or ends to be one, should its level stay as it is.
    pub fn again(&self, now: Moment) -> Option<Duration> {
        let left =
            |since: Option<Moment>, length| Some(now.left_of(since?, length)).filter(|left| !left.is_zero());
        let each = self.measures.values();
        let begin = each.clone().filter(|it| it.pressure.is_none()).filter_map(|it| left(it.over, HOLD));
        let end = each.filter_map(|it| left(it.relieved, RELIEF));
        begin.chain(end).min()
    }

    /// Since when a measure is a pressure.
    pub fn pressure(&self, measure: Measure) -> Option<Moment> {
        self.measures.get(&measure)?.pressure
    }
}

impl MeasureMemory {
    fn after(self, share: u16, thresholds: podsteward_specs::disk::Thresholds, now: Moment) -> Self {
        if share >= thresholds.act {
            let over = self.over.unwrap_or(now);
            let held = now.since(over) >= HOLD || share >= thresholds.critical;
            let pressure = self.pressure.or(held.then_some(now));
            return Self { over: Some(over), pressure, relieved: None };
        }
        let Some(pressure) = self.pressure else { return Self::default() };
        let relieved = self.relieved.unwrap_or(now);
        if share < thresholds.target || now.since(relieved) >= RELIEF {
            return Self::default();
        }
        Self { over: None, pressure: Some(pressure), relieved: Some(relieved) }
    }
}
