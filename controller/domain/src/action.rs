//! What could be done about a finding.
//!
//! Owns the closed list of actions. Never how one is carried out.
//! Its names are metric labels and stand in the decision log.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Declared: make the host follow a new, edited or deleted manifest, or bring back what is missing.
    Apply,
    /// Declared: start what its restart policy wants started.
    Start,
    /// Remediation: put a changed field back, or end a stop by hand whose hold is over.
    DriftReconciliation,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 3] = [Self::Apply, Self::Start, Self::DriftReconciliation];

    /// The name in logs, metrics and the decision log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Start => "start",
            Self::DriftReconciliation => "drift-reconciliation",
        }
    }

    /// Whether it follows from the manifest and so needs no confidence.
    pub fn is_declared(self) -> bool {
        match self {
            Self::Apply | Self::Start => true,
            Self::DriftReconciliation => false,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
