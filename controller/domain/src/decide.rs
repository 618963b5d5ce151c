//! What follows from the findings: at most one proposal, judged by every gate.
//!
//! Owns the choice and the verdict. Never looks at anything but the [`View`] and the findings.
//! Called by [`crate::evaluate`].

pub mod gates;
pub mod propose;

use crate::decision::{Decision, Verdict};
use crate::finding::Finding;
use crate::view::View;

pub use propose::Proposal;

/// What could be done about the findings, the most urgent first, judged by every gate.
pub fn decide(view: &View<'_>, findings: &[Finding]) -> Vec<(Proposal, Decision)> {
    let proposals = propose::proposals(view, findings).into_iter();
    let judged = |proposal| {
        let decision = judge(view, &proposal);
        (proposal, decision)
    };
    proposals.map(judged).collect()
}

/// Chooses among them: the most urgent one that no gate stops, or that nothing but a fresh look stands in the way
/// of, so that a document in quarantine does not keep the old container from being started; or else the most urgent
/// one, withheld.
pub fn choose(decided: Vec<(Proposal, Decision)>) -> Option<(Proposal, Decision)> {
    let may_begin = |decision: &Decision| decision.withheld_by().is_none() || decision.needs_fresh_look();
    let first = decided.iter().position(|(_, decision)| may_begin(decision));
    decided.into_iter().nth(first.unwrap_or(0))
}

/// Judges one proposal. All gates are asked, so that `plan` can show them all.
fn judge(view: &View<'_>, proposal: &Proposal) -> Decision {
    Decision {
        action: proposal.action,
        target: view.world.key.clone(),
        trigger: proposal.trigger,
        reason: proposal.reason.clone(),
        verdict: verdict(proposal),
        gates: gates::ask(view, proposal),
    }
}

/// Declared work needs no confidence; remediation is done and told.
fn verdict(proposal: &Proposal) -> Verdict {
    if proposal.action.is_declared() { Verdict::Declared } else { Verdict::NotifyExecute }
}
