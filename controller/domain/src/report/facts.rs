//! What a report is made from.
//!
//! Owns the shape of the input. Read from the store by whoever wants a report; what is not known is `None`, never zero.

use std::collections::BTreeMap;

use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::breaker::BreakerState;
use crate::decision::Gate;
use crate::drill::Drill;
use crate::finding::{FindingKind, Severity};
use crate::score::Score;
use crate::status::ObjectState;
use crate::time::Moment;

/// How the switch and the mode stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Watch {
    /// It acted where it was sure enough.
    Acting,
    /// Mode `ask`.
    Asking,
    /// Mode `observe`.
    Observing,
    /// Paused.
    Paused,
    /// Stopped.
    Stopped,
}

impl Watch {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Acting, Self::Asking, Self::Observing, Self::Paused, Self::Stopped];

    /// The word in the store and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acting => "acting",
            Self::Asking => "asking",
            Self::Observing => "observing",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
        }
    }
}

/// A time in which a controller ran, and the switch stood like this. By the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// How it stood.
    pub watch: Watch,
    /// From then on.
    pub from_ms: i64,
    /// Until then.
    pub to_ms: i64,
}

/// What came of the decisions about one action.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// Carried out and verified.
    pub verified: u64,
    /// Carried out and failed, taken back included.
    pub failed: u64,
    /// Nobody can tell.
    pub inconclusive: u64,
    /// A person was asked.
    pub asked: u64,
    /// Withheld, by the gate.
    pub withheld_by: BTreeMap<Gate, u64>,
    /// The sum of the confidences, in basis points.
    pub confidence_sum_bp: u64,
    /// Of so many.
    pub judged: u64,
}

/// Actions that were verified, and what called for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// What was done.
    pub action: Action,
    /// What called for it.
    pub trigger: FindingKind,
    /// How often.
    pub times: u64,
}

/// What is left to people: podsteward is not sure enough even to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// What could be done.
    pub action: Action,
    /// On what.
    pub target: Key,
    /// What is wrong with it.
    pub finding: FindingKind,
}

/// An object that is not there, is not known, or is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    /// Which.
    pub object: Key,
    /// Its state.
    pub state: ObjectState,
    /// Why it is left alone; null: it is not.
    pub paused: Option<String>,
}

/// How the deliveries to a channel stand.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChannelDelivery {
    /// The name of the channel.
    pub channel: String,
    /// How many notifications are due and did not arrive there.
    pub undelivered: u64,
    /// How many wait for the end of quiet hours, or to be told again.
    pub waiting: u64,
    /// Why the latest attempt failed, of what did not arrive; null: none did.
    pub last_error: Option<String>,
    /// When that is tried again; null: nothing failed.
    pub next_try: Option<String>,
}

/// One incident that an action ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// What was not well.
    pub target: Key,
    /// In which way.
    pub finding: FindingKind,
    /// From its beginning to the verification, in milliseconds.
    pub took_ms: u64,
}

/// One incident that was open in the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// About what.
    pub target: Key,
    /// Which finding.
    pub finding: FindingKind,
    /// How bad.
    pub severity: Severity,
    /// The latest sentence.
    pub message: String,
    /// Since when.
    pub opened_ms: i64,
    /// Until when; `None`: it is open.
    pub closed_ms: Option<i64>,
    /// Whether it was the wait for what it is about to be made for the first time.
    pub first: bool,
}

/// A question that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Its number.
    pub id: i64,
    /// What is asked for.
    pub action: Action,
    /// On what.
    pub target: Key,
}

/// A breaker that is not closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBreaker {
    /// Of which action; `None`: all remediation.
    pub action: Option<Action>,
    /// On what; `None`: anywhere.
    pub target: Option<Key>,
    /// Where it stands.
    pub state: BreakerState,
}

/// A watched filesystem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disk {
    /// Which.
    pub object: Key,
    /// The used share; `None`: not measured.
    pub used_ratio: Option<Score>,
    /// `growing`, `steady` or `unknown`.
    pub outlook: String,
    /// Days until `act`; `None`: it does not grow, or nobody knows.
    pub days_left: Option<f64>,
    /// How far earlier looks ahead were off; `None`: none was scored yet.
    pub past_error_ratio: Option<Score>,
    /// How many that is about.
    pub past_forecasts: usize,
}

/// A declared backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Which.
    pub object: Key,
    /// Its state; `UNKNOWN` where nothing was read yet.
    pub state: String,
    /// The most important thing to know.
    pub message: String,
    /// What is wrong with it.
    pub findings: Vec<FindingKind>,
}

/// What a report is made from. What is about a drill's canary is left out by whoever reads it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// Now.
    pub now: Moment,
    /// How far it looks back, in seconds.
    pub window_secs: u64,
    /// How the host does; `None`: not known.
    pub health_score: Option<u32>,
    /// What came of decisions, by action.
    pub decisions: BTreeMap<Action, Counted>,
    /// The actions that were verified, with what called for them.
    pub verified: Vec<Verified>,
    /// What was mended.
    pub repairs: Vec<Repair>,
    /// What was wrong.
    pub troubles: Vec<Trouble>,
    /// What waits for a person.
    pub pending: Vec<Pending>,
    /// What is left to people.
    pub left: Vec<Left>,
    /// What is not as declared, or left alone.
    pub away: Vec<Away>,
    /// Why podsteward as a whole does nothing; `None`: it runs and may act.
    pub idle: Option<String>,
    /// What rests.
    pub breakers: Vec<OpenBreaker>,
    /// What people did by hand, and how often.
    pub interventions: BTreeMap<String, u64>,
    /// The watched filesystems.
    pub disks: Vec<Disk>,
    /// The declared backups.
    pub backups: Vec<Backup>,
    /// What did not arrive, channel by channel.
    pub channels: Vec<ChannelDelivery>,
    /// How many notifications did not arrive; where nobody is declared, of all of them.
    pub undelivered: u64,
    /// How many wait for their time.
    pub waiting: u64,
    /// The last drill that ended.
    pub last_drill: Option<Drill>,
    /// The last one that passed.
    pub last_drill_passed: Option<Drill>,
    /// When a controller ran, and how the switch stood.
    pub spans: Vec<Span>,
    /// Since when that is known; `None`: never told.
    pub watched_since_ms: Option<i64>,
}
