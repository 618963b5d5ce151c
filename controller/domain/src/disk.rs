//! A filesystem as it is measured, and what of it could be thrown away.
//!
//! Owns the values and their arithmetic. Never measures anything: `podsteward-host` does. What follows from a level is
//! detection's to say ([`crate::detect`]), what is thrown away is planned in [`crate::planning`].

pub mod batch;
pub mod cadence;
pub mod facts;
mod freed;
pub mod inventory;
pub mod memory;

use std::fmt;

use podsteward_specs::disk::{DiskPolicy, Thresholds};
use serde::{Deserialize, Serialize};

use crate::score::ONE;

pub use freed::{did_anything, freed, freed_bytes};

/// How much of something there is, and how much of it is used. Bytes, or inodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gauge {
    /// Used.
    pub used: u64,
    /// All that a user can have. What only root may use does not count.
    pub total: u64,
}

impl Gauge {
    /// The used share in basis points; all of nothing is full.
    pub fn share(self) -> u16 {
        let share = u128::from(self.used) * u128::from(ONE);
        let share = share.checked_div(u128::from(self.total)).unwrap_or(u128::from(ONE));
        u16::try_from(share).unwrap_or(ONE).min(ONE)
    }

    /// How much must go until less than a share, in basis points, is used.
    pub fn above(self, share: u16) -> u64 {
        let allowed = u128::from(self.total) * u128::from(share) / u128::from(ONE);
        let over = u128::from(self.used).saturating_sub(allowed);
        u64::try_from(over).unwrap_or(u64::MAX)
    }
}

/// One measurement of a filesystem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskSample {
    /// Its space in bytes. Of btrfs: what data takes, of what data has and could still get.
    pub space: Gauge,
    /// Its inodes; `None`: it makes them as it needs them.
    pub inodes: Option<Gauge>,
    /// What btrfs keeps for its own records, in bytes: taken and reserved, of what there is and could still be had. When
    /// that is full no file can be made any more, whatever space is left. `None`: it is no btrfs.
    pub metadata: Option<Gauge>,
}

/// What of a filesystem is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// Its space.
    Space,
    /// Its inodes.
    Inodes,
    /// What btrfs keeps for its own records.
    Metadata,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 3] = [Self::Space, Self::Inodes, Self::Metadata];

    /// What it is called in sentences.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Space => "space",
            Self::Inodes => "inodes",
            Self::Metadata => "btrfs metadata",
        }
    }

    /// The gauge of a sample, if the filesystem has it.
    pub fn of(self, sample: &DiskSample) -> Option<Gauge> {
        match self {
            Self::Space => Some(sample.space),
            Self::Inodes => sample.inodes,
            Self::Metadata => sample.metadata,
        }
    }

    /// The thresholds that hold for it.
    pub fn thresholds(self, policy: &DiskPolicy) -> Thresholds {
        match self {
            Self::Space | Self::Metadata => policy.thresholds,
            Self::Inodes => policy.inodes,
        }
    }
}

/// Whether any measure of a sample is at its `act` threshold.
pub fn is_at_act(sample: &DiskSample, policy: &DiskPolicy) -> bool {
    let share = |measure: Measure| measure.of(sample).map(Gauge::share);
    Measure::ALL.into_iter().any(|it| share(it).is_some_and(|share| share >= it.thresholds(policy).act))
}

/// Which thresholds each measure of a sample has passed: as long as this stays the same, nothing new follows from it.
pub fn band(sample: &DiskSample, policy: &DiskPolicy) -> [u8; 3] {
    Measure::ALL.map(|measure| {
        let Some(share) = measure.of(sample).map(Gauge::share) else { return 0 };
        let Thresholds { warn, act, target, critical } = measure.thresholds(policy);
        let passed = [warn, act, target, critical].into_iter().filter(|threshold| share >= *threshold);
        u8::try_from(passed.count()).unwrap_or(u8::MAX)
    })
}

/// A share in basis points as people read it: `86.2 %`.
pub fn percent(share: u16) -> String {
    let tenths = (u32::from(share) + 5) / 10;
    if tenths.is_multiple_of(10) {
        format!("{} %", tenths / 10)
    } else {
        format!("{}.{} %", tenths / 10, tenths % 10)
    }
}

/// A number of bytes as people read it, in binary units with at most one decimal: `1.5 GiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")];
        let Some((shift, unit)) = units.into_iter().find(|(shift, _)| self.0 >> shift > 0) else {
            return f.pad(&format!("{} B", self.0));
        };
        let tenths = (u128::from(self.0) * 10) >> shift;
        let text = if tenths.is_multiple_of(10) || tenths >= 1000 {
            format!("{} {unit}", tenths / 10)
        } else {
            format!("{}.{} {unit}", tenths / 10, tenths % 10)
        };
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests;
