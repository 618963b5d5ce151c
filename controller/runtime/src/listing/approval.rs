//! One question to a person, with what became of it.
//!
//! Owns the shape of `{"approvals": [...]}`.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::approval::{self, ApprovalState};
use podsteward_domain::finding::{FieldDiff, FindingKind};
use podsteward_domain::risk::Risk;
use podsteward_domain::score::Score;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use podsteward_specs::policy;
use serde::Serialize;

/// Questions.
#[derive(Debug, Serialize)]
pub struct Approvals {
    /// The latest last.
    pub approvals: Vec<Approval>,
}

/// One question.
#[derive(Debug, Clone, Serialize)]
pub struct Approval {
    /// Its number.
    pub id: i64,
    /// The action.
    pub action_type: Action,
    /// On what.
    pub target: Key,
    /// The finding that calls for it.
    pub trigger: FindingKind,
    /// What became of it.
    pub state: &'static str,
    /// What is wrong.
    pub reason: String,
    /// Why it is not simply done.
    pub why_asked: String,
    /// How sure podsteward is; null for declared work.
    pub confidence: Option<Score>,
    /// How much it may break; null for declared work.
    pub risk: Option<Risk>,
    /// What differs, field by field.
    pub diffs: Vec<FieldDiff>,
    /// What would be done, step by step.
    pub steps: Vec<String>,
    /// What the container's own layer would lose.
    pub loses: Vec<String>,
    /// What is expected of it.
    pub expected_effect: String,
    /// How it could be taken back.
    pub rollback: String,
    /// When it was asked.
    pub asked: String,
    /// Until when it waits or may be used.
    pub until: Option<String>,
    /// Who answered.
    pub by: Option<String>,
    /// When.
    pub answered: Option<String>,
    /// What was said with a no, or why it is over.
    pub answer: Option<String>,
    /// Which plan.
    pub plan_digest: String,
    /// How long ago it was asked.
    #[serde(skip)]
    pub age: Duration,
    /// How much of its time is left.
    #[serde(skip)]
    pub left: Option<Duration>,
    /// Its time stands still, because podsteward is stopped.
    #[serde(skip)]
    pub stands_still: bool,
}

impl Approvals {
    /// The questions at a time.
    pub fn new(
        approvals: impl IntoIterator<Item = approval::Approval>,
        policy: &policy::Approvals,
        now: Moment,
    ) -> Self {
        let approvals = approvals.into_iter().map(|approval| Approval::new(&approval, policy, now));
        Self { approvals: approvals.collect() }
    }
}

impl Approval {
    /// The question at a time.
    pub fn new(approval: &approval::Approval, policy: &policy::Approvals, now: Moment) -> Self {
        let question = &approval.question;
        let ends = approval.ends(now, policy);
        let overdue = approval.overdue(now, policy);
        let state = overdue.as_ref().unwrap_or(&approval.state);
        let (by, at, answer) = answer(&approval.state);
        Self {
            id: approval.id.0,
            action_type: question.action,
            target: question.target.clone(),
            trigger: question.trigger,
            state: state.as_str(),
            reason: question.reason.clone(),
            why_asked: question.why_asked.clone(),
            confidence: question.confidence.map(|confidence| confidence.total),
            risk: question.risk,
            diffs: question.diffs.clone(),
            steps: question.steps.clone(),
            loses: question.loses.clone(),
            expected_effect: question.effect.clone(),
            rollback: question.rollback.clone(),
            asked: approval.asked.to_rfc3339(),
            until: ends.map(Moment::to_rfc3339),
            by: by.map(str::to_owned),
            answered: at.map(Moment::to_rfc3339),
            answer: answer.filter(|answer| !answer.is_empty()).map(str::to_owned),
            plan_digest: question.digest.clone(),
            age: now.since(approval.asked),
            left: approval.left(now, policy).filter(|left| !left.is_zero()),
            stands_still: approval.stopped.is_some(),
        }
    }
}

/// Who said what, and when.
fn answer(state: &ApprovalState) -> (Option<&str>, Option<Moment>, Option<&str>) {
    match state {
        ApprovalState::Approved { by, at, .. } => (Some(by), Some(*at), None),
        ApprovalState::Rejected { by, reason, at } => (Some(by), Some(*at), Some(reason)),
        ApprovalState::Closed { why } => (None, None, Some(why)),
        ApprovalState::Pending | ApprovalState::Expired | ApprovalState::Lapsed | ApprovalState::Used => {
            (None, None, None)
        }
    }
}
