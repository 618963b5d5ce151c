//! Alerts that the monitoring sent: what they call for, and when they stop to.
//!
//! Owns what an alert is once it came in, whether it still holds, and what the alerts of one route call for on one target.
//! Its labels and its summary were written by others: they are compared and shown, and nothing else is ever done with
//! them. Which target is meant is found by [`route`], what is said of it by [`say`], and what is wrong with a route by
//! [`lint`]. Never receives an alert: the runtime does.

pub mod lint;
pub mod route;
pub mod say;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use podsteward_specs::alert::{ALERTNAME, AlertLimits, AlertRoute, Response, TEST_ALERT};
use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::action::{Action, PlaybookName};
use crate::finding::Severity;
use crate::intent::IntentId;
use crate::score::Score;
use crate::time::Moment;
use crate::world::World;

pub use route::{Aim, Routed, Routing};

/// An alert that was not repeated for so long is not known to hold any more: twice the time after which Alertmanager
/// repeats one by default.
pub const UNKNOWN_AFTER: Duration = Duration::from_hours(8);
/// An alert that began while a plan was under way on its target, or so soon after, may be the plan's own doing: what comes
/// of it is waited for.
pub const SELF_CAUSED: Duration = Duration::from_mins(1);
/// So long after a plan such an alert calls for nothing.
pub const AFTERMATH: Duration = Duration::from_mins(5);
/// An alert that is still sent as firing so long after it was acted on was not helped.
pub const NOT_HELPED: Duration = Duration::from_mins(5);
/// So long after a test alert the way from the monitoring is not proven any more: one a week, and a day.
pub const PROOF_HOLDS: Duration = Duration::from_hours(8 * 24);

/// One occurrence of an alert: it fires from a time on until it is resolved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Episode {
    /// What tells the alert from others, as the sender says it.
    pub fingerprint: String,
    /// When it began, in milliseconds since 1970.
    pub starts_ms: i64,
}

/// An alert, by the latest word on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Which occurrence.
    pub episode: Episode,
    /// Its labels, as they came.
    pub labels: BTreeMap<String, String>,
    /// What somebody wrote about it, if anything.
    pub summary: String,
    /// Whether the latest word says that it is over.
    pub resolved: bool,
    /// When it was first heard of.
    pub first: Moment,
    /// When it was last heard of.
    pub heard: Moment,
}

/// Whether an alert holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertState {
    /// It holds.
    Firing,
    /// It was not repeated in time.
    Unknown,
    /// It is over.
    Resolved,
}

impl AlertState {
    /// The name in listings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Unknown => "unknown",
            Self::Resolved => "resolved",
        }
    }
}

impl Alert {
    /// Its name, as it came.
    pub fn name(&self) -> &str {
        self.labels.get(ALERTNAME).map_or("", String::as_str)
    }

    /// Whether it holds.
    pub fn state(&self, now: Moment) -> AlertState {
        match (self.resolved, now.since(self.heard) >= UNKNOWN_AFTER) {
            (true, _) => AlertState::Resolved,
            (false, true) => AlertState::Unknown,
            (false, false) => AlertState::Firing,
        }
    }

    /// How bad it is, by its label `severity`; without one that is known, a warning.
    pub fn severity(&self) -> Severity {
        match self.labels.get("severity").map(String::as_str) {
            Some("critical") => Severity::Critical,
            Some("info" | "none") => Severity::Info,
            _ => Severity::Warning,
        }
    }

    /// Whether it is still sent as firing long after a plan was begun because of it.
    pub fn is_unhelped(&self, answer: &Answer) -> bool {
        self.heard.since(answer.at) >= NOT_HELPED
    }

    /// Whether it is the one that proves the way from the monitoring to podsteward.
    pub fn is_test(&self) -> bool {
        self.name() == TEST_ALERT
    }
}

/// A plan that was begun because of alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The plan.
    pub intent: IntentId,
    /// The route.
    pub route: Key,
    /// What was done.
    pub action: Action,
    /// The occurrences that it was done for.
    pub episodes: Vec<Episode>,
    /// When it was begun.
    pub at: Moment,
}

/// What a plan is an answer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// The route.
    pub route: Key,
    /// The occurrences.
    pub episodes: Vec<Episode>,
}

/// What the firing alerts of one route call for on one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The route.
    pub route: Key,
    /// The action.
    pub action: Action,
    /// How sure the alerts make of themselves: the prediction term.
    pub confidence: Score,
    /// Whether it always waits for a person.
    pub requires_confirmation: bool,
    /// How often it may act on the target.
    pub limits: Option<AlertLimits>,
    /// What the playbook's parameters are set to.
    pub parameters: BTreeMap<String, String>,
    /// The alerts, each firing.
    pub alerts: Vec<Arc<Alert>>,
    /// Why there is nothing to act on, if there is not.
    pub nowhere: Option<String>,
}

impl Call {
    /// What a plan for it is an answer to.
    pub fn answers(&self) -> Answers {
        let episodes = self.alerts.iter().map(|alert| alert.episode.clone()).collect();
        Answers { route: self.route.clone(), episodes }
    }
}

/// What the firing alerts about an object call for: one call a route.
pub fn calls(world: &World) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    let firing = |routed: &&Routed| routed.alert.state(world.now) == AlertState::Firing;
    for routed in world.alerts.iter().filter(firing) {
        let alert = Arc::clone(&routed.alert);
        let nowhere = routed.aim.nowhere().map(str::to_owned);
        match calls.iter_mut().find(|call| call.route == routed.key) {
            Some(call) => {
                call.alerts.push(alert);
                // With one that has a target there is something to do.
                call.nowhere = call.nowhere.take().filter(|_| nowhere.is_some());
            }
            None => calls.extend(call(routed, alert, nowhere)),
        }
    }
    calls
}

fn call(routed: &Routed, alert: Arc<Alert>, nowhere: Option<String>) -> Option<Call> {
    let route: &AlertRoute = routed.document.alert_route()?;
    Some(Call {
        route: routed.key.clone(),
        action: action(&route.response)?,
        confidence: Score::new(route.confidence),
        requires_confirmation: route.requires_confirmation,
        limits: route.limits,
        parameters: route.parameters.clone(),
        alerts: vec![alert],
        nowhere,
    })
}

/// The action that a route names.
fn action(response: &Response) -> Option<Action> {
    match response {
        Response::Action(name) => Action::from_name(name),
        Response::Playbook(name) => Some(Action::Playbook(PlaybookName::new(name))),
    }
}

/// Whether one of the occurrences that a plan is an answer to still fires, so that the plan has not helped yet.
pub fn still_fires(world: &World, answers: &Answers) -> bool {
    let mut firing = world.alerts.iter().filter(|it| it.alert.state(world.now) == AlertState::Firing);
    firing.any(|it| answers.episodes.contains(&it.alert.episode))
}

/// When the next of the alerts about an object stops being known to hold.
pub fn again(world: &World) -> Option<Duration> {
    let left = |routed: &Routed| Some(world.now.end_of(routed.alert.heard, UNKNOWN_AFTER)?.since(world.now));
    world.alerts.iter().filter_map(left).min()
}

/// Whether an alert may be the doing of a plan on its target.
pub fn is_self_caused(alert: &Alert, begun: Moment, ended: Moment) -> bool {
    let until =
        ended.wall_ms.saturating_add_unsigned(u64::try_from(SELF_CAUSED.as_millis()).unwrap_or(u64::MAX));
    (begun.wall_ms..=until).contains(&alert.episode.starts_ms)
}

#[cfg(test)]
mod tests;
