//! The wire form of an `AlertRoute`.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::policy::Decimal;
use crate::defaults::TRIES_MAX;
use crate::duration;
use crate::key::NAME_RULE;

/// What is allowed where a confidence stands.
const CONFIDENCE_RULE: &str = "0 to 1, with at most 4 decimals";

/// What follows from an alert: either `action` or `playbook`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "AlertRouteSpec")]
pub(crate) struct AlertRoute {
    /// Which alerts.
    #[serde(rename = "match")]
    #[schemars(required)]
    pub(crate) matching: Option<AlertMatch>,
    /// An action on the target, for example `service-restart`.
    pub(crate) action: Option<String>,
    /// A playbook, by name.
    #[schemars(title = NAME_RULE)]
    pub(crate) playbook: Option<String>,
    /// The label of the alert whose value names the target: an object's key, the name of a container, or for a disk its
    /// name or path. Needed with `action`.
    pub(crate) target_label: Option<String>,
    /// What the playbook's parameters are set to.
    pub(crate) parameters: Option<BTreeMap<String, String>>,
    /// How sure the alert is of itself: the prediction term of the confidence. Default 1.
    #[schemars(title = CONFIDENCE_RULE, range(min = 0, max = 1))]
    pub(crate) confidence: Option<Decimal>,
    /// Whether what it proposes always waits for `approve`. Default `false`.
    pub(crate) requires_confirmation: Option<bool>,
    /// How often it may act on one target.
    pub(crate) limits: Option<Limits>,
}

/// Which alerts: at least one of both; all that is named must be equal.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "AlertMatch")]
pub(crate) struct AlertMatch {
    /// The value of the label `alertname`.
    pub(crate) alertname: Option<String>,
    /// Further labels with their values.
    pub(crate) labels: Option<BTreeMap<String, String>>,
}

/// How often it may act on one target.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "AlertLimits")]
pub(crate) struct Limits {
    /// So often.
    #[schemars(required, range(min = 1, max = TRIES_MAX))]
    pub(crate) per_target: Option<u32>,
    /// Within this time.
    #[schemars(required, title = duration::RULE)]
    pub(crate) per: Option<String>,
}
