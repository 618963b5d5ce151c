//! Whether podsteward may begin anything at all.
//!
//! Owns the switch and the pauses of single objects. Never enforces them: that is the gates' work.
//! Kept in the store; written by the CLI, read again at every section border.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// The state of the whole controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SwitchState {
    /// It acts.
    #[default]
    Running,
    /// It observes and begins nothing.
    Paused,
    /// The same, and new approvals are refused.
    Stopped,
}

impl SwitchState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Running, Self::Paused, Self::Stopped];

    /// The name in logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
        }
    }
}

/// Why, by whom and how long something is paused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The reason given.
    pub reason: String,
    /// Who gave it: the user's name on the host.
    pub by: String,
    /// Since when.
    pub since: Moment,
    /// For how long; `None`: until `resume`.
    pub length: Option<Duration>,
}

impl Pause {
    /// Who gave it and why, as it follows on `paused` or `stopped`: `by ann: moving house`.
    pub fn said(&self) -> String {
        if self.reason.is_empty() {
            format!("by {}", self.by)
        } else {
            format!("by {}: {}", self.by, self.reason)
        }
    }

    /// Whether it still holds.
    pub fn holds(&self, now: Moment) -> bool {
        self.length.is_none_or(|length| !now.left_of(self.since, length).is_zero())
    }

    /// When it ends by itself, if it does and has not yet.
    pub fn until(&self, now: Moment) -> Option<Moment> {
        now.end_of(self.since, self.length?)
    }
}

/// The switch with all pauses.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Switch {
    /// The state last written.
    pub state: SwitchState,
    /// Why it is not running.
    pub pause: Option<Pause>,
    /// Pauses of single objects.
    pub objects: BTreeMap<Key, Pause>,
}

impl Switch {
    /// The state that holds now: a pause that is over is over, whether or not anybody wrote it down.
    pub fn state(&self, now: Moment) -> SwitchState {
        match (self.state, &self.pause) {
            (SwitchState::Paused, Some(pause)) if !pause.holds(now) => SwitchState::Running,
            (state, _) => state,
        }
    }

    /// The pause of one object, if it holds now.
    pub fn pause_of(&self, key: &Key, now: Moment) -> Option<&Pause> {
        self.objects.get(key).filter(|pause| pause.holds(now))
    }
}
