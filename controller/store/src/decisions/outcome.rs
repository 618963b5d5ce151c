//! What came of a decision, in the words of the log.
//!
//! Owns the words: the outcomes of plans, and what becomes of a decision that no plan carries out.

use podsteward_domain::intent::Outcome;
use serde::{Deserialize, Serialize};

/// What came of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LoggedOutcome {
    /// Its plan was verified.
    Success,
    /// Its plan was verified, with something worth knowing.
    Warning,
    /// Its plan failed, and nothing had to or could be taken back.
    Failure,
    /// Its plan failed and was taken back.
    RolledBack,
    /// A gate stopped it, or it was only told.
    Withheld,
    /// A person is asked.
    Queued,
    /// A person said no.
    Rejected,
    /// Nobody answered in time, or it could not be done in time.
    Expired,
    /// Nobody can tell, or what called for it is gone.
    Inconclusive,
}

impl LoggedOutcome {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Success,
        Self::Warning,
        Self::Failure,
        Self::RolledBack,
        Self::Withheld,
        Self::Queued,
        Self::Rejected,
        Self::Expired,
        Self::Inconclusive,
    ];

    /// The word in the decision log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Failure => "failure",
            Self::RolledBack => "rolled-back",
            Self::Withheld => "withheld",
            Self::Queued => "queued",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// The outcome of a word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == name)
    }
}

impl From<Outcome> for LoggedOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success => Self::Success,
            Outcome::Warning => Self::Warning,
            Outcome::Failure => Self::Failure,
            Outcome::RolledBack => Self::RolledBack,
            Outcome::Inconclusive => Self::Inconclusive,
            Outcome::Withheld => Self::Withheld,
        }
    }
}
