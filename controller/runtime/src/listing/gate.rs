//! One gate's answer.
//!
//! Owns its shape.

use std::time::Duration;

use podsteward_domain::decision::{self, GateAnswer, GateResult, Verdict};
use podsteward_domain::time::Moment;
use serde::Serialize;

/// One gate's answer.
#[derive(Debug, Clone, Serialize)]
pub struct Gate {
    /// Which gate.
    pub gate: decision::Gate,
    /// `pass`, `cap`, `hold` or `deny`.
    pub result: &'static str,
    /// Why, where it did not simply pass.
    pub detail: Option<String>,
    /// Until when it holds, where that is known.
    pub until: Option<String>,
    /// How long that is from now.
    #[serde(skip)]
    pub left: Option<Duration>,
    /// The boldest verdict that it allows.
    #[serde(skip)]
    pub cap: Option<Verdict>,
    /// Whether it stops the action.
    #[serde(skip)]
    pub stops: bool,
}

impl Gate {
    /// A gate's answer at a time.
    pub fn new(result: &GateResult, now: Moment) -> Self {
        let (name, until, cap) = match &result.answer {
            GateAnswer::Pass => ("pass", None, None),
            GateAnswer::Cap { verdict, .. } => ("cap", None, Some(*verdict)),
            GateAnswer::Hold { until, .. } => ("hold", *until, None),
            GateAnswer::Deny { .. } => ("deny", None, None),
        };
        // What was said in another boot is told by the wall clock alone.
        let left = until.filter(|until| until.boot_id == now.boot_id).map(|until| until.since(now));
        Self {
            gate: result.gate,
            result: name,
            detail: result.answer.detail().map(str::to_owned),
            until: until.map(Moment::to_rfc3339),
            left,
            cap,
            stops: result.answer.stops(),
        }
    }

    /// All answers, in order.
    pub fn chain(results: &[GateResult], now: Moment) -> Vec<Self> {
        results.iter().map(|result| Self::new(result, now)).collect()
    }
}
