//! Decisions: what is done about a finding, also when nothing is.
//!
//! Owns what a decision logs and counts. Never makes one. Emitted by the runtime's workers.

use podsteward_domain::action::Action;
use podsteward_domain::decision::{Decision, Gate, GateResult, Verdict};

use crate::family::Counters;
use crate::registry::Catalogue;
use crate::samples::Samples;
use crate::telemetry::{TARGET, share};

/// What becomes of decisions.
#[derive(Debug)]
pub enum DecisionEvent<'a> {
    /// One was made.
    Made {
        /// The decision.
        decision: &'a Decision,
    },
    /// A gate withheld one.
    Withheld {
        /// The decision.
        decision: &'a Decision,
        /// The gate that stopped it, with its answer.
        gate: &'a GateResult,
    },
}

impl DecisionEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::Made { decision } => {
                let Decision { action, target, trigger, reason, verdict, judgement, .. } = decision;
                let confidence =
                    judgement.as_ref().map(|judgement| tracing::field::display(judgement.confidence.total));
                tracing::debug!(
                    target: TARGET, object = %target, action = %action, finding = %trigger, verdict = %verdict, confidence,
                    reason, "decision made"
                );
            }
            Self::Withheld { decision: Decision { action, target, .. }, gate } => {
                let (gate, reason) = (gate.gate, gate.answer.detail().unwrap_or_default());
                tracing::debug!(
                    target: TARGET, object = %target, action = %action, gate = %gate, reason, "decision withheld"
                );
            }
        }
    }
}

/// The metrics of decisions.
#[derive(Debug)]
pub(crate) struct Metrics {
    decisions: Counters<2>,
    withheld: Counters<1>,
    confidence: Samples<1, f64>,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let decisions =
            catalogue.counters("decisions", ["action", "decision"], "Decisions by action and verdict");
        for action in Action::labels() {
            decisions.announce(Verdict::ALL.iter().map(|verdict| [action, verdict.as_str()]));
        }
        let withheld = catalogue.counters("withheld", ["gate"], "Decisions that a gate withheld");
        withheld.announce(Gate::ALL.iter().map(|gate| [gate.as_str()]));
        let help = "The last confidence that an action was judged with; absent until it was judged";
        Self { decisions, withheld, confidence: catalogue.samples("confidence", ["action"], help) }
    }

    pub(crate) fn count(&self, event: &DecisionEvent<'_>) {
        match event {
            DecisionEvent::Made { decision } => {
                self.decisions.with([decision.action.label(), decision.verdict.as_str()]).inc();
                if let Some(judgement) = &decision.judgement {
                    let confidence = Some(share(judgement.confidence.total));
                    self.confidence.set([decision.action.label()], confidence);
                }
            }
            DecisionEvent::Withheld { gate, .. } => {
                self.withheld.with([gate.gate.as_str()]).inc();
            }
        }
    }
}
