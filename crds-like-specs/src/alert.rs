//! The validated form of an `AlertRoute`: what follows from an alert that came in.
//!
//! Owns what a route may say. Never receives an alert, and never decides: a route only proposes.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::key::Name;

/// The actions that a route may name, and so the only ones that an alert calls for. Drift and what will be short of space
/// podsteward sees by itself, and what is removed for good does not follow from a text that somebody sent.
pub const ROUTE_ACTIONS: [&str; 3] = ["service-restart", "disk-cleanup", "resource-pressure"];
/// The label that holds an alert's name.
pub const ALERTNAME: &str = "alertname";
/// The name of the alert that somebody sends to prove the way from the monitoring to podsteward. No route is for it.
pub const TEST_ALERT: &str = "PodstewardTest";

/// What follows from an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlertRoute {
    /// Which alerts.
    pub matching: AlertMatch,
    /// What is proposed then.
    pub response: Response,
    /// The label of the alert whose value names the target; `None`: the playbook has no target of its own.
    pub target_label: Option<String>,
    /// What the playbook's parameters are set to.
    pub parameters: BTreeMap<String, String>,
    /// How sure the alert makes of itself, in basis points: the prediction term. Default 1.00, an observed fact.
    pub confidence: u16,
    /// Whether what it proposes always waits for `approve`.
    pub requires_confirmation: bool,
    /// How often it may act on one target.
    pub limits: Option<AlertLimits>,
}

/// Which alerts a route is about. All that is named must be equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlertMatch {
    /// The value of the label `alertname`.
    pub alertname: Option<String>,
    /// Further labels with their values.
    pub labels: BTreeMap<String, String>,
}

/// What is proposed when an alert comes in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Response {
    /// An action on the target, by name.
    Action(String),
    /// A playbook.
    Playbook(Name),
}

/// How often a route may act on one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AlertLimits {
    /// So often.
    pub per_target: u32,
    /// Within this time.
    pub per: Duration,
}

impl AlertMatch {
    /// Whether an alert with these labels is meant.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        let is = |name: &str, value: &String| labels.get(name) == Some(value);
        self.alertname.as_ref().is_none_or(|name| is(ALERTNAME, name))
            && self.labels.iter().all(|(name, value)| is(name, value))
    }
}
