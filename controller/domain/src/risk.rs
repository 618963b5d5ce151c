//! How much an action may break.
//!
//! Owns the levels and their escalation. Never judges a plan: [`crate::orient`] does.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A level of risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// At worst a moment without the service.
    Low,
    /// The container becomes another one.
    Medium,
    /// Something may be lost. Never done without approval.
    High,
}

impl Risk {
    /// All levels.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The name in logs, metrics and the decision log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// One level up.
    #[must_use]
    pub fn escalated(self) -> Self {
        match self {
            Self::Low => Self::Medium,
            Self::Medium | Self::High => Self::High,
        }
    }
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
