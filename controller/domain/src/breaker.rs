//! Circuit breakers: repeated failure stops an action on a target, an action anywhere, or all remediation.
//!
//! Owns when one opens, is half open and closes. Never asks one: the gate `breaker` does.

use std::collections::BTreeMap;
use std::fmt;

use podsteward_specs::policy::Breaker as Policy;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::time::Moment;
use crate::track::{Overall, Track};

/// Where a breaker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreakerState {
    /// It lets everything pass.
    Closed,
    /// It lets one trial pass.
    HalfOpen,
    /// It stops everything.
    Open,
}

impl BreakerState {
    /// The name in listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half-open",
            Self::Open => "open",
        }
    }

    /// Where a breaker stands that opened at `opened`.
    pub fn of(opened: Option<Moment>, now: Moment, policy: &Policy) -> Self {
        match opened {
            None => Self::Closed,
            Some(opened) if now.left_of(opened, policy.half_open_after).is_zero() => Self::HalfOpen,
            Some(_) => Self::Open,
        }
    }
}

impl fmt::Display for BreakerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Since when the breaker of all remediation is open: since enough actions have theirs open.
pub fn global(overall: &BTreeMap<Action, Overall>, now: Moment, policy: &Policy) -> Option<Moment> {
    let open = |opened: &Moment| BreakerState::of(Some(*opened), now, policy) == BreakerState::Open;
    let mut opened: Vec<Moment> =
        overall.values().filter_map(|overall| overall.opened).filter(open).collect();
    opened.sort_by_key(|opened| std::cmp::Reverse(now.since(*opened)));
    let needed = usize::try_from(policy.actions.max(1)).unwrap_or(usize::MAX);
    opened.get(needed - 1).copied()
}

/// The track with its breaker opened, if it failed often enough, or failed its trial.
#[must_use]
pub fn after_failure(track: Track, now: Moment, policy: &Policy) -> Track {
    let trips = track.failures >= policy.failures || track.opened.is_some();
    Track { opened: if trips { Some(now) } else { None }, ..track }
}

/// The same for an action anywhere.
#[must_use]
pub fn after_failure_anywhere(overall: Overall, now: Moment, policy: &Policy) -> Overall {
    let at_least = |count: usize, bound: u32| count >= usize::try_from(bound).unwrap_or(usize::MAX);
    let spread = at_least(overall.failing_targets(), policy.targets);
    let trips = at_least(overall.failing.len(), policy.failures) && spread || overall.opened.is_some();
    Overall { opened: if trips { Some(now) } else { None }, ..overall }
}
