//! What a person was asked, and what was answered.
//!
//! Owns the life of an approval: it is about one action on one target by one plan, waits for a while, and once given
//! must be used soon. Never writes one: the store does. It lifts a verdict and nothing else.

use std::fmt;
use std::time::Duration;

use podsteward_specs::key::Key;
use podsteward_specs::policy::Approvals;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::confidence::Confidence;
use crate::finding::{FieldDiff, FindingKind};
use crate::risk::Risk;
use crate::time::Moment;

/// An approval's number, given by the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ApprovalId(pub i64);

impl fmt::Display for ApprovalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The action.
    pub action: Action,
    /// On what.
    pub target: Key,
    /// The finding that calls for it.
    pub trigger: FindingKind,
    /// What is wrong, for people.
    pub reason: String,
    /// Why it is not simply done, for people.
    pub why_asked: String,
    /// Which plan: another plan is another question.
    pub digest: String,
    /// How sure podsteward is; none for declared work.
    pub confidence: Option<Confidence>,
    /// How much it may break; none for declared work.
    pub risk: Option<Risk>,
    /// What differs, field by field.
    pub diffs: Vec<FieldDiff>,
    /// What would be done, step by step.
    pub steps: Vec<String>,
    /// What the container's own layer would lose, path by path.
    #[serde(default)]
    pub loses: Vec<String>,
    /// What is expected of it, for people.
    pub effect: String,
    /// How it could be taken back, honestly, for people.
    pub rollback: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum ApprovalState {
    /// It waits for somebody.
    Pending,
    /// Somebody said yes.
    Approved {
        /// Who.
        by: String,
        /// When.
        at: Moment,
        /// The cooldown is to be skipped, too.
        force: bool,
    },
    /// Somebody said no; that holds until the plan changes.
    Rejected {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// When.
        at: Moment,
    },
    /// Nobody answered in time.
    Expired,
    /// It was given and could not be used in time.
    Lapsed,
    /// Its trigger is gone, or its plan is another one now.
    Closed {
        /// Which, for people.
        why: String,
    },
    /// It was used.
    Used,
}

impl ApprovalState {
    /// The name in listings.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved { .. } => "approved",
            Self::Rejected { .. } => "rejected",
            Self::Expired => "expired",
            Self::Lapsed => "lapsed",
            Self::Closed { .. } => "closed",
            Self::Used => "used",
        }
    }

    /// Whether it may still be used, or keeps the same question from being asked again.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Pending | Self::Approved { .. } | Self::Rejected { .. })
    }
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Its number.
    pub id: ApprovalId,
    /// What is asked.
    pub question: Question,
    /// When.
    pub asked: Moment,
    /// What became of it.
    pub state: ApprovalState,
    /// How long its time stood still, because podsteward was stopped, since it was asked or, once it is approved, since
    /// then.
    pub stood_still: Duration,
}

impl Approval {
    /// Whether it is about this plan.
    pub fn is_about(&self, action: Action, digest: &str) -> bool {
        self.question.action == action && self.question.digest == digest
    }

    /// When its time is over; `None`: it is, or it has none.
    pub fn ends(&self, now: Moment, policy: &Approvals) -> Option<Moment> {
        let (since, length) = self.term(policy)?;
        now.end_of(since, length)
    }

    /// What it becomes because its time is over, if it is.
    pub fn overdue(&self, now: Moment, policy: &Approvals) -> Option<ApprovalState> {
        let (since, length) = self.term(policy)?;
        let over = now.left_of(since, length).is_zero();
        let approved = matches!(self.state, ApprovalState::Approved { .. });
        over.then_some(if approved { ApprovalState::Lapsed } else { ApprovalState::Expired })
    }

    fn term(&self, policy: &Approvals) -> Option<(Moment, Duration)> {
        match &self.state {
            ApprovalState::Pending => Some((self.asked, policy.ttl + self.stood_still)),
            ApprovalState::Approved { at, .. } => Some((*at, policy.run_within + self.stood_still)),
            _ => None,
        }
    }
}
