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
    /// Since when it stands still, if podsteward is stopped: read together with the rest, so that the end of a stop and
    /// the time that it took are never seen one without the other.
    pub stopped: Option<Moment>,
}

impl Approval {
    /// Whether it is about this plan.
    pub fn is_about(&self, action: Action, digest: &str) -> bool {
        self.question.action == action && self.question.digest == digest
    }

    /// When its time is over; `None`: it is, it has none, or it stands still.
    pub fn ends(&self, now: Moment, policy: &Approvals) -> Option<Moment> {
        let (since, length) = self.term(now, policy).filter(|_| self.stopped.is_none())?;
        now.end_of(since, length)
    }

    /// How much of its time is left; `None`: it has none.
    pub fn left(&self, now: Moment, policy: &Approvals) -> Option<Duration> {
        let (since, length) = self.term(now, policy)?;
        Some(now.left_of(since, length))
    }

    /// What it becomes because its time is over, if it is.
    pub fn overdue(&self, now: Moment, policy: &Approvals) -> Option<ApprovalState> {
        let over = self.left(now, policy)?.is_zero();
        let approved = matches!(self.state, ApprovalState::Approved { .. });
        over.then_some(if approved { ApprovalState::Lapsed } else { ApprovalState::Expired })
    }

    fn term(&self, now: Moment, policy: &Approvals) -> Option<(Moment, Duration)> {
        let (since, length) = match &self.state {
            ApprovalState::Pending => (self.asked, policy.ttl),
            ApprovalState::Approved { at, .. } => (*at, policy.run_within),
            _ => return None,
        };
        let still = self.stopped.map_or(Duration::ZERO, |stopped| now.since(stopped).min(now.since(since)));
        Some((since, length + self.stood_still + still))
    }
}
