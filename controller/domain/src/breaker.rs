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

/// When a breaker that opened at `opened` lets a trial pass; `None`: it does already, or is closed.
pub fn half_opens(opened: Option<Moment>, now: Moment, policy: &Policy) -> Option<Moment> {
    now.end_of(opened?, policy.half_open_after)
}

/// Since when the breaker of all remediation is open: since the latest of enough actions opened theirs, until enough
/// of them are closed again.
pub fn global(overall: &BTreeMap<Action, Overall>, now: Moment, policy: &Policy) -> Option<Moment> {
    let opened: Vec<Moment> = overall.values().filter_map(|overall| overall.opened).collect();
    let enough = at_least(opened.len(), policy.actions.max(1));
    opened.into_iter().filter(|_| enough).min_by_key(|opened| now.since(*opened))
}

/// What a success leaves of a breaker: only the trial of one that was half open when it began closes it. What was
/// begun before it opened says nothing about what came after.
pub fn after_success(opened: Option<Moment>, begun: Moment, policy: &Policy) -> Option<Moment> {
    opened.filter(|_| BreakerState::of(opened, begun, policy) == BreakerState::Open)
}

/// The track with its breaker opened, if it failed often enough, if nothing is left to try, or if it failed its trial.
#[must_use]
pub fn after_failure(track: Track, given_up: bool, now: Moment, policy: &Policy) -> Track {
    let trips = track.failures >= policy.failures || given_up || track.opened.is_some();
    Track { opened: if trips { Some(now) } else { None }, ..track }
}

/// The same for an action anywhere.
#[must_use]
pub fn after_failure_anywhere(overall: Overall, now: Moment, policy: &Policy) -> Overall {
    let spread = at_least(overall.failing_targets(), policy.targets);
    let trips = at_least(overall.failing.len(), policy.failures) && spread || overall.opened.is_some();
    Overall { opened: if trips { Some(now) } else { None }, ..overall }
}

fn at_least(count: usize, bound: u32) -> bool {
    count >= usize::try_from(bound).unwrap_or(usize::MAX)
}
