//! Decisions: what is done about a finding, also when nothing is.
//!
//! Owns what a decision logs and counts. Never makes one. Emitted by the runtime's workers.

use podsteward_domain::action::Action;
use podsteward_domain::decision::{Decision, Gate, GateResult, Verdict};

use crate::family::Counters;
use crate::registry::Catalogue;
use crate::telemetry::TARGET;

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
            Self::Made { decision: Decision { action, target, trigger, reason, verdict, .. } } => {
                tracing::debug!(
                    target: TARGET, object = %target, action = %action, finding = %trigger, verdict = %verdict, reason,
                    "decision made"
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
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let decisions =
            catalogue.counters("decisions", ["action", "decision"], "Decisions by action and verdict");
        for action in Action::ALL {
            decisions.announce(Verdict::ALL.iter().map(|verdict| [action.as_str(), verdict.as_str()]));
        }
        let withheld = catalogue.counters("withheld", ["gate"], "Decisions that a gate withheld");
        withheld.announce(Gate::ALL.iter().map(|gate| [gate.as_str()]));
        Self { decisions, withheld }
    }

    pub(crate) fn count(&self, event: &DecisionEvent<'_>) {
        match event {
            DecisionEvent::Made { decision } => {
                self.decisions.with([decision.action.as_str(), decision.verdict.as_str()]).inc();
            }
            DecisionEvent::Withheld { gate, .. } => {
                self.withheld.with([gate.gate.as_str()]).inc();
            }
        }
    }
}
