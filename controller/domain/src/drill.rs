//! The drill: a container that is broken on purpose, so that the whole way from a finding to a verified action is gone.
//!
//! Owns the life of a drill, phase by phase, what came of it, and the findings about drills. Never breaks, looks or acts:
//! the runtime does what a phase asks for, and tells what it saw. Kept by the store.

pub mod canary;
mod step;
mod story;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::decision::Gate;
use crate::finding::{Finding, FindingKind};
use crate::time::Moment;
use crate::words;

use podsteward_specs::key::Key;
pub use step::{Next, Seen, SeenDecision, interrupted, step};
pub use story::{brief, notification, sentence};

/// Who asks for a drill that is due.
pub const SCHEDULE: &str = "schedule";
/// So long after everything is known a drill that is due may begin: a start has enough to do.
pub const SETTLED_AFTER: Duration = Duration::from_mins(2);

/// Where a drill stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Somebody asked for it; what the one before it left is waited for.
    Asked,
    /// The canary is made and becomes healthy.
    Prepare,
    /// It is broken.
    Break,
    /// It is to be found unhealthy.
    Detect,
    /// A plan is to begin.
    Decide,
    /// The plan is carried out.
    Act,
    /// The plan is to be verified.
    Verify,
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Self; 7] =
        [Self::Asked, Self::Prepare, Self::Break, Self::Detect, Self::Decide, Self::Act, Self::Verify];

    /// The name in listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Prepare => "prepare",
            Self::Break => "break",
            Self::Detect => "detect",
            Self::Decide => "decide",
            Self::Act => "act",
            Self::Verify => "verify",
        }
    }

    /// How long it may take.
    pub fn limit(self) -> Duration {
        let secs = match self {
            Self::Break | Self::Decide => 30,
            Self::Asked | Self::Detect | Self::Act => 60,
            Self::Prepare | Self::Verify => 90,
        };
        Duration::from_secs(secs)
    }
}

/// How a drill ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DrillResult {
    /// What was broken was found, restarted and verified.
    Passed,
    /// Some phase did not come to its end.
    Failed,
    /// A gate held back what the drill is about: podsteward would do nothing now.
    Refused,
}

impl DrillResult {
    /// All results.
    pub const ALL: [Self; 3] = [Self::Passed, Self::Failed, Self::Refused];

    /// The name in metrics and listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }
}

/// The end of a drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// When.
    pub at: Moment,
    /// How.
    pub result: DrillResult,
    /// The gate that refused it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
    /// For people: why it did not pass.
    pub detail: String,
}

/// A drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drill {
    /// When it was asked for.
    pub asked: Moment,
    /// By whom.
    pub by: String,
    /// Where it stands, or stood when it ended.
    pub phase: Phase,
    /// Since when.
    pub since: Moment,
    /// When the canary was broken.
    #[serde(default)]
    pub broken: Option<Moment>,
    /// How long each phase took that came to its end, in milliseconds.
    #[serde(default)]
    pub took_ms: BTreeMap<Phase, u64>,
    /// The end.
    #[serde(default)]
    pub ended: Option<Ending>,
}

impl Drill {
    /// A drill that somebody asks for.
    pub fn asked(by: impl Into<String>, now: Moment) -> Self {
        Self {
            asked: now,
            by: by.into(),
            phase: Phase::Asked,
            since: now,
            broken: None,
            took_ms: BTreeMap::new(),
            ended: None,
        }
    }

    /// Whether it passed.
    pub fn passed(&self) -> bool {
        self.ended.as_ref().is_some_and(|ended| ended.result == DrillResult::Passed)
    }

    /// From the break to the verification, of one that passed.
    pub fn took(&self) -> Option<Duration> {
        let timed = [Phase::Detect, Phase::Decide, Phase::Act, Phase::Verify];
        let ms = timed.iter().filter_map(|phase| self.took_ms.get(phase)).sum();
        self.passed().then(|| Duration::from_millis(ms))
    }
}

/// What is known of drills at large.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DrillState {
    /// How often there should be one; `None`: never by itself.
    pub every: Option<Duration>,
    /// How long ago one passed last, or, where none did, the first was reckoned with.
    pub proven: Option<Duration>,
    /// Whether one ever passed.
    pub ever: bool,
    /// The last one that ended, and was not refused because somebody paused or stopped podsteward.
    pub last: Option<Drill>,
}

/// How many periods may go by without a drill that passed.
const OVERDUE_PERIODS: u32 = 2;

/// The findings about drills.
pub fn findings(state: &DrillState) -> Vec<Finding> {
    let failed = state.last.as_ref().filter(|last| !last.passed()).map(|last| {
        let message = format!("the last drill {}; `podsteward drill --wait` tries again", sentence(last));
        Finding::new(FindingKind::DrillFailed, &Key::host(), message)
    });
    let bound = state.every.map(|every| every.saturating_mul(OVERDUE_PERIODS));
    let overdue = state.proven.zip(bound).filter(|(proven, bound)| proven > bound).map(|(_, bound)| {
        let never = if state.ever { "no drill" } else { "not one drill" };
        let message = format!(
            "{never} has passed for more than {}; `podsteward drill --wait` tries one",
            words::duration(bound)
        );
        Finding::new(FindingKind::DrillOverdue, &Key::host(), message)
    });
    failed.into_iter().chain(overdue).collect()
}

#[cfg(test)]
mod tests;
