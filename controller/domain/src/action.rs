//! What could be done about a finding.
//!
//! Owns the closed list of actions with the numbers of each. Never how one is carried out.
//! Its names are metric labels and stand in the decision log.

mod playbook;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use playbook::PlaybookName;

use crate::risk::Risk;
use crate::score::Score;

/// An action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Declared: make the host follow a new, edited or deleted manifest, or bring back what is missing.
    Apply,
    /// Declared: start what its restart policy wants started.
    Start,
    /// Declared: restart a container whose liveness probe fails, or whose startup probe used up its budget.
    LivenessRestart,
    /// Declared, because a person said so: put back what a snapshot holds.
    SnapshotRestore,
    /// Remediation: stop and start a container that runs and is not well.
    ServiceRestart,
    /// Remediation: put a changed field back, or end a stop by hand whose hold is over.
    DriftReconciliation,
    /// Remediation: throw away what the policy of a disk names, until its target is reached.
    DiskCleanup,
    /// Remediation: the same, because of a look ahead.
    PredictiveMaintenance,
    /// Remediation: restart a container that uses up its memory, where its manifest allows that.
    ResourcePressure,
    /// Remediation: remove what carries our labels and nothing declares.
    OrphanRemoval,
    /// Remediation: the steps that somebody wrote down.
    Playbook(PlaybookName),
}

/// The numbers of a remediation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// How much it may break, before anything about the plan makes it worse.
    pub risk: Risk,
    /// How harmless it is by its nature.
    pub impact: Score,
    /// How long it rests on a target after it was tried.
    pub cooldown: Duration,
    /// The boldest it ever gets is to ask.
    pub always_asks: bool,
}

/// How long declared work must hold before it counts as done.
const STABILISE_DECLARED: Duration = Duration::from_secs(10);

impl Action {
    /// All actions but the playbooks, of which there are as many as are declared.
    pub const ALL: [Self; 10] = [
        Self::Apply,
        Self::Start,
        Self::LivenessRestart,
        Self::SnapshotRestore,
        Self::ServiceRestart,
        Self::DriftReconciliation,
        Self::DiskCleanup,
        Self::PredictiveMaintenance,
        Self::ResourcePressure,
        Self::OrphanRemoval,
    ];

    /// The name in logs and in the decision log.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Playbook(name) => name.as_str(),
            other => other.label(),
        }
    }

    /// The name in metrics, which holds nothing that somebody made up: every playbook is `playbook`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Playbook(_) => "playbook",
            Self::Apply => "apply",
            Self::Start => "start",
            Self::LivenessRestart => "liveness-restart",
            Self::SnapshotRestore => "snapshot-restore",
            Self::ServiceRestart => "service-restart",
            Self::DriftReconciliation => "drift-reconciliation",
            Self::DiskCleanup => "disk-cleanup",
            Self::PredictiveMaintenance => "predictive-maintenance",
            Self::ResourcePressure => "resource-pressure",
            Self::OrphanRemoval => "orphan-removal",
        }
    }

    /// Every name in metrics.
    pub fn labels() -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().map(Self::label).chain(["playbook"])
    }

    /// The action of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        let fixed = Self::ALL.into_iter().find(|action| action.as_str() == name);
        fixed.or_else(|| PlaybookName::from_action(name).map(Self::Playbook))
    }

    /// The numbers of a remediation; `None`: it follows from the manifest and so needs no confidence.
    pub fn profile(self) -> Option<Profile> {
        let (risk, impact, cooldown_minutes) = match self {
            Self::Apply | Self::Start | Self::LivenessRestart | Self::SnapshotRestore => return None,
            Self::ServiceRestart => (Risk::Low, 9500, 5),
            Self::DriftReconciliation => (Risk::Medium, 8500, 15),
            Self::DiskCleanup => (Risk::Low, 9500, 60),
            Self::PredictiveMaintenance => (Risk::Low, 8500, 60),
            Self::OrphanRemoval => (Risk::High, 6000, 0),
            // The risk of a playbook is what it says; see the plan.
            Self::ResourcePressure | Self::Playbook(_) => (Risk::Medium, 7000, 15),
        };
        let cooldown = Duration::from_mins(cooldown_minutes);
        Some(Profile { risk, impact: Score::new(impact), cooldown, always_asks: self == Self::OrphanRemoval })
    }

    /// Whether it throws away what lies on a disk.
    pub fn cleans(self) -> bool {
        matches!(self, Self::DiskCleanup | Self::PredictiveMaintenance)
    }

    /// Whether it follows from the manifest and so needs no confidence.
    pub fn is_declared(self) -> bool {
        self.profile().is_none()
    }

    /// How long its result must hold before it counts as done.
    pub fn stabilise(self) -> Duration {
        match self {
            Self::Apply | Self::Start | Self::LivenessRestart | Self::SnapshotRestore => STABILISE_DECLARED,
            Self::ServiceRestart | Self::ResourcePressure => Duration::from_secs(30),
            Self::DiskCleanup | Self::PredictiveMaintenance => Duration::from_secs(10),
            Self::DriftReconciliation => Duration::from_secs(20),
            // What the playbook says holds; see the plan.
            Self::OrphanRemoval | Self::Playbook(_) => Duration::ZERO,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| de::Error::custom(format!("'{name}' is not an action")))
    }
}
