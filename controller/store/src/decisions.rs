//! The decision log: every evaluation, also when nothing was done.
//!
//! Owns the table `decisions`. The same withholding again is counted, not repeated.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::decision::{Decision, Gate};
use podsteward_domain::intent::{IntentId, Outcome};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::store::Store;

/// A decision's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DecisionId(pub i64);

/// A decision as it stands in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoggedDecision {
    /// Its number.
    pub id: DecisionId,
    /// When it was first made.
    pub at: Moment,
    /// When it was last made.
    pub last: Moment,
    /// How often in a row.
    pub count: u64,
    /// What was decided.
    pub decision: Decision,
    /// The gate that withheld it.
    pub withheld_by: Option<Gate>,
    /// The intent that carries it out.
    pub intent: Option<IntentId>,
    /// What came of it; none while it is in progress, and if it was withheld.
    pub outcome: Option<Outcome>,
    /// For people: why it was withheld, or what came of it.
    pub detail: String,
    /// How long it took.
    pub duration: Option<Duration>,
}

/// Which decisions are asked for. The default is all of them, up to a thousand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionFilter {
    /// On this object.
    pub target: Option<Key>,
    /// Of this action.
    pub action: Option<Action>,
    /// Last made at or after this time, in milliseconds since 1970.
    pub since_ms: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

impl Default for DecisionFilter {
    fn default() -> Self {
        Self { target: None, action: None, since_ms: None, limit: 1000 }
    }
}

impl Store {
    /// Records a decision that is not carried out by an intent: withheld, queued or only told.
    pub fn record_decision(&self, decision: &Decision, now: Moment) -> Result<DecisionId> {
        let _ = (decision, now);
        todo!()
    }

    /// The decisions asked for, the latest first.
    pub fn decisions(&self, filter: &DecisionFilter) -> Result<Vec<LoggedDecision>> {
        let _ = filter;
        todo!()
    }
}
