//! What is remembered beyond one object's own memory, as far as judging an action on it needs it.
//!
//! Owns the shape. Read by the runtime for every look, and by the store once more inside the transaction that begins
//! a plan, so that no answer of a person and no end of another plan slips in between.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::alert::Answer;
use crate::approval::Approval;
use crate::time::Moment;
use crate::track::{Overall, Track};

/// How long a person's word to act now counts.
const FORCE_COUNTS: Duration = Duration::from_mins(2);

/// What judging an action on one target needs to remember.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// How each action did on the target.
    pub tracks: BTreeMap<Action, Track>,
    /// How each action did anywhere.
    pub overall: BTreeMap<Action, Overall>,
    /// The open approvals of the target.
    pub approvals: Vec<Approval>,
    /// A person's words to act on it now, by action.
    pub forced: BTreeMap<Action, Forced>,
    /// What was done because of alerts, the oldest first.
    pub answered: Vec<Answer>,
}

/// A person's word to take one action on a target now, whatever its cooldown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forced {
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
}

impl Standing {
    /// Whether a person's word skips the cooldown now of what was last tried at `ended`. It counts once: what was tried
    /// since it was said has used it.
    pub fn is_forced(&self, action: Action, now: Moment, ended: Option<Moment>) -> bool {
        let unused = |forced: &Forced| ended.is_none_or(|ended| now.since(ended) >= now.since(forced.at));
        self.forced.get(&action).is_some_and(|forced| now.since(forced.at) < FORCE_COUNTS && unused(forced))
    }
}
