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

/// Chooses what to do about the findings: the most urgent proposal that no gate stops, so that a document in
/// quarantine does not keep the old container from being started; or else the most urgent one, withheld.
pub fn decide(view: &View<'_>, findings: &[Finding]) -> Option<(Proposal, Decision)> {
    let mut withheld = None;
    for proposal in propose::proposals(view, findings) {
        let decision = judge(view, &proposal);
        if decision.withheld_by().is_none() {
            return Some((proposal, decision));
        }
        withheld.get_or_insert((proposal, decision));
    }
    withheld
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
