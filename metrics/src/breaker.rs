//! Breakers: what failed so often that it is not tried for a while.
//!
//! Owns what a breaker logs, and its series: one of each pair that is not closed, one of each action anywhere, and one
//! of all remediation. Never opens one: the domain does. Emitted by the runtime's workers and before a scrape.

use std::collections::BTreeMap;

use podsteward_domain::action::Action;
use podsteward_domain::breaker::BreakerState;
use podsteward_specs::key::Key;

use crate::registry::Catalogue;
use crate::samples::Samples;
use crate::telemetry::TARGET;

/// The label `action` of the breaker of all remediation.
const ALL: &str = "all";
/// The label `object` of a breaker that is about no single object.
const ANYWHERE: &str = "";

/// What happens to breakers.
#[derive(Debug)]
pub enum BreakerEvent<'a> {
    /// One opened.
    Opened {
        /// Of which action.
        action: Action,
        /// On which object; none: anywhere.
        key: Option<&'a Key>,
    },
    /// One closed.
    Closed {
        /// Of which action.
        action: Action,
        /// On which object; none: anywhere.
        key: Option<&'a Key>,
    },
    /// Where every breaker stands that has something to tell: the rest is closed.
    Sampled {
        /// The action, or `all`; the object, empty for an action anywhere; the state.
        states: &'a [(String, String, BreakerState)],
    },
}

impl BreakerEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::Opened { action, key } => {
                tracing::warn!(target: TARGET, object = %object(*key), %action, "breaker opened");
            }
            Self::Closed { action, key } => {
                tracing::info!(target: TARGET, object = %object(*key), %action, "breaker closed");
            }
            Self::Sampled { .. } => {}
        }
    }
}

fn object(key: Option<&Key>) -> String {
    key.map_or_else(|| ANYWHERE.to_owned(), Key::to_string)
}

/// The metrics of breakers.
#[derive(Debug)]
pub(crate) struct Metrics {
    states: Samples<2, i64>,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let states = catalogue.samples(
            "breaker_state",
            ["action", "object"],
            "0 closed, 1 half-open, 2 open; without an object: anywhere",
        );
        let metrics = Self { states };
        metrics.sample(&[]);
        metrics
    }

    pub(crate) fn count(&self, event: &BreakerEvent<'_>) {
        match event {
            BreakerEvent::Opened { action, key } => self.set(*action, *key, BreakerState::Open),
            BreakerEvent::Closed { action, key } => self.set(*action, *key, BreakerState::Closed),
            BreakerEvent::Sampled { states } => self.sample(states),
        }
    }

    fn set(&self, action: Action, key: Option<&Key>, state: BreakerState) {
        let object = object(key);
        self.states.set([action.as_str(), &object], shown(&object, state));
    }

    fn sample(&self, states: &[(String, String, BreakerState)]) {
        let remediations = Action::ALL.into_iter().filter(|action| !action.is_declared());
        let names = remediations.map(Action::label).chain([ALL]);
        let closed = names.map(|name| ([name.to_owned(), ANYWHERE.to_owned()], value(BreakerState::Closed)));
        let mut values: BTreeMap<_, _> = closed.collect();
        values.extend(states.iter().filter_map(|(action, object, state)| {
            shown(object, *state).map(|value| ([action.clone(), object.clone()], value))
        }));
        self.states.replace(values);
    }
}

/// What a series shows; none: there is no series, since pairs come and go and most are closed.
fn shown(object: &str, state: BreakerState) -> Option<i64> {
    (object == ANYWHERE || state != BreakerState::Closed).then(|| value(state))
}

fn value(state: BreakerState) -> i64 {
    match state {
        BreakerState::Closed => 0,
        BreakerState::HalfOpen => 1,
        BreakerState::Open => 2,
    }
}

#[cfg(test)]
mod tests;
