//! The durable plan in progress, and its journal.
//!
//! Owns the life of an intent and which step follows which. Never writes one: the store does.
//! An illegal transition is a typed error, so that a journal cannot tell an impossible story.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::admit::IntentDraft;
use crate::disk::DiskSample;
use crate::live::HealthStatus;
use crate::time::Moment;

/// An intent's number, given by the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IntentId(pub i64);

impl fmt::Display for IntentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Where an intent stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum IntentState {
    /// Written; no step was begun.
    Begun,
    /// Steps are being carried out.
    Acting,
    /// All steps are done; verification waits.
    Stabilising {
        /// Since when.
        since: Moment,
        /// What verification compares with.
        baseline: Baseline,
    },
    /// Verification was good; the settling section is under way.
    Verified,
    /// What was done is being taken back.
    RollingBack,
    /// Over.
    Closed {
        /// What came of it.
        outcome: Outcome,
        /// For people.
        detail: String,
    },
}

impl IntentState {
    /// The name of the state.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Acting => "acting",
            Self::Stabilising { .. } => "stabilising",
            Self::Verified => "verified",
            Self::RollingBack => "rolling-back",
            Self::Closed { .. } => "closed",
        }
    }

    /// Whether `next` may follow.
    pub fn may_become(&self, next: &Self) -> bool {
        use IntentState::{Acting, Begun, Closed, RollingBack, Stabilising, Verified};
        matches!(
            (self, next),
            (Begun, Acting | Closed { .. })
                | (Acting, Stabilising { .. } | Verified | RollingBack | Closed { .. })
                | (Stabilising { .. }, Verified | RollingBack | Closed { .. })
                | (Verified, Closed { .. })
                | (RollingBack, RollingBack | Closed { .. })
        )
    }
}

/// What verification compares with: what was there before the first step, and right after the last one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Baseline {
    /// The container's id.
    pub container: Option<String>,
    /// Its start, in milliseconds since 1970: another one means that it ended in between.
    pub started_ms: Option<i64>,
    /// What its healthcheck said.
    #[serde(default)]
    pub health: Option<HealthStatus>,
    /// How much memory it used, in bytes, where that was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// How full the filesystem was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<DiskSample>,
}

/// What came of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Verified.
    Success,
    /// Verified, with something worth knowing.
    Warning,
    /// It failed, and nothing had to or could be taken back.
    Failure,
    /// It failed and was taken back.
    RolledBack,
    /// Nobody can tell: the trigger vanished, a newer edit took over, or the controller was interrupted.
    Inconclusive,
    /// What had to hold before did not: nothing was done.
    Withheld,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 6] =
        [Self::Success, Self::Warning, Self::Failure, Self::RolledBack, Self::Inconclusive, Self::Withheld];

    /// The name in logs, metrics and the decision log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Failure => "failure",
            Self::RolledBack => "rolled-back",
            Self::Inconclusive => "inconclusive",
            Self::Withheld => "withheld",
        }
    }
}

/// A plan in progress, as it stands in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Its number.
    pub id: IntentId,
    /// What it was begun with.
    pub draft: IntentDraft,
    /// Where it stands.
    pub state: IntentState,
}

/// What a plan was begun with never changes, and is read as if it were the intent's own.
impl Deref for Intent {
    type Target = IntentDraft;

    fn deref(&self) -> &IntentDraft {
        &self.draft
    }
}

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum StepEvent {
    /// It is about to be carried out.
    Begun,
    /// It is done.
    Done,
    /// What it freed on the filesystem that is being cleaned, as measured; of files, after each batch of them.
    Freed {
        /// Bytes.
        bytes: u64,
        /// How many files went, where it deletes them one by one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        files: Option<u64>,
    },
    /// What it said, as far as that is kept.
    Said {
        /// Its output.
        text: String,
    },
    /// It was refused; nothing was done.
    NotDone {
        /// The error.
        error: String,
    },
    /// Whether it was done cannot be known from its answer.
    Unknowable {
        /// The error.
        error: String,
    },
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// The intent.
    pub intent: IntentId,
    /// The step, counted from 0 over all sections; compensating steps count on.
    pub step: u32,
    /// The kind of step, see [`crate::plan::Step::noun`].
    pub noun: String,
    /// The step in words.
    pub text: String,
    /// What became of it.
    pub event: StepEvent,
    /// When.
    pub at: Moment,
}
