//! Approvals: what people are asked, and what they answer.
//!
//! Owns what an approval logs and counts. Never asks anybody: the outbox does. Emitted by the runtime's workers and by
//! its look at what the command line wrote.

use podsteward_domain::approval::{Approval, ApprovalState};
use prometheus_client::metrics::gauge::Gauge;

use crate::registry::Catalogue;
use crate::telemetry::{TARGET, gauge};

/// What happens to approvals.
#[derive(Debug)]
pub enum ApprovalEvent<'a> {
    /// Somebody is asked.
    Asked {
        /// The question.
        approval: &'a Approval,
    },
    /// Somebody said yes or no.
    Answered {
        /// The question with its answer.
        approval: &'a Approval,
    },
    /// It was used, its time is over, or its trigger is gone.
    Ended {
        /// The question with what became of it.
        approval: &'a Approval,
    },
    /// So many wait for an answer.
    Pending {
        /// How many.
        count: usize,
    },
}

impl ApprovalEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::Asked { approval } => {
                let (id, question) = (approval.id, &approval.question);
                let (action, reason, why) = (question.action, &question.reason, &question.why_asked);
                tracing::warn!(
                    target: TARGET, object = %question.target, %action, approval = %id, reason, why, "approval asked"
                );
            }
            Self::Answered { approval } => log_answer(approval),
            Self::Ended { approval } => {
                let (id, question, state) = (approval.id, &approval.question, approval.state.as_str());
                let detail = match &approval.state {
                    ApprovalState::Closed { why } => why.as_str(),
                    _ => "",
                };
                tracing::info!(
                    target: TARGET, object = %question.target, action = %question.action, approval = %id, state, detail,
                    "approval ended"
                );
            }
            Self::Pending { .. } => {}
        }
    }
}

/// Who said what, with the reason of a no.
fn log_answer(approval: &Approval) {
    let (by, reason) = match &approval.state {
        ApprovalState::Approved { by, .. } => (by.as_str(), ""),
        ApprovalState::Rejected { by, reason, .. } => (by.as_str(), reason.as_str()),
        _ => ("", ""),
    };
    let (id, question, state) = (approval.id, &approval.question, approval.state.as_str());
    tracing::info!(
        target: TARGET, object = %question.target, action = %question.action, approval = %id, state, by, reason,
        "approval answered"
    );
}

/// The metrics of approvals.
#[derive(Debug)]
pub(crate) struct Metrics {
    pending: Gauge,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        Self { pending: catalogue.gauge("approvals_pending", "Approvals that wait for an answer") }
    }

    pub(crate) fn count(&self, event: &ApprovalEvent<'_>) {
        match event {
            ApprovalEvent::Pending { count } => {
                self.pending.set(gauge(*count));
            }
            ApprovalEvent::Asked { .. } | ApprovalEvent::Answered { .. } | ApprovalEvent::Ended { .. } => {}
        }
    }
}
