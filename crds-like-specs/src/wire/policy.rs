//! The wire form of a `RemediationPolicy`.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::window::{Day, Window};
use crate::defaults::{SECONDS_MAX, TRIES_MAX};
use crate::duration;
use crate::policy::{KNOWN_FINDINGS, Mode, RiskTolerance};
use crate::window::{TIME_RULE, ZONE_RULE};

/// What is allowed where a score or a gain stands.
const UP_RULE: &str = "0 to 1, with at most 4 decimals";
/// What is allowed where a loss stands.
const DOWN_RULE: &str = "-1 to 0, with at most 4 decimals";

/// How far podsteward may go by itself. There is one, named `default`; what it does not say holds as documented.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "RemediationPolicySpec")]
pub(crate) struct RemediationPolicy {
    /// Whether remediation acts, asks, or only tells. Declared work is unaffected. Default `full`.
    pub(crate) mode: Option<Mode>,
    /// How bold it is. Default `medium`.
    pub(crate) risk_tolerance: Option<RiskTolerance>,
    /// The confidence that each verdict needs more than.
    pub(crate) thresholds: Option<Thresholds>,
    /// How long an action on a target rests after it was tried, by action. `0s`: not at all.
    pub(crate) cooldowns: Option<BTreeMap<String, Rest>>,
    /// When repeated failure stops an action.
    pub(crate) breaker: Option<Breaker>,
    /// How much at once, and how often.
    pub(crate) budgets: Option<Budgets>,
    /// How long an approval waits.
    pub(crate) approvals: Option<Approvals>,
    /// How outcomes change confidence.
    pub(crate) learning: Option<Learning>,
    /// When so much goes wrong at once that nothing is touched.
    pub(crate) storm: Option<Storm>,
    /// When the actions that are named may run. An action that no window names may run at any time.
    pub(crate) maintenance_windows: Option<Vec<MaintenanceWindow>>,
    /// When all but critical notifications wait. Nothing else waits for it.
    pub(crate) quiet_hours: Option<Window>,
    /// What holds for some containers only. Their own manifests say more than these.
    pub(crate) overrides: Option<Vec<Override>>,
    /// Findings that are known and left alone.
    pub(crate) suppress: Option<Vec<Suppression>>,
    /// When podsteward reports by itself on what it did.
    pub(crate) report: Option<Schedule>,
    /// When it proves by itself that it works.
    pub(crate) drill: Option<Schedule>,
}

/// When something is done by itself.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Schedule {
    /// How often, at least `1h`. `0s`: never. Default `7d`.
    #[schemars(title = duration::RULE)]
    pub(crate) every: Option<String>,
}

/// A number with decimals.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Decimal(pub(crate) serde_json::Number);

impl JsonSchema for Decimal {
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}

/// The confidence that each verdict needs more than. They descend.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Thresholds {
    /// For `auto-execute`. Default 0.90.
    #[schemars(title = UP_RULE, range(min = 0, max = 1))]
    pub(crate) auto_execute: Option<Decimal>,
    /// For `notify-execute`. Default 0.80.
    #[schemars(title = UP_RULE, range(min = 0, max = 1))]
    pub(crate) notify_execute: Option<Decimal>,
    /// For `queue`. Default 0.70.
    #[schemars(title = UP_RULE, range(min = 0, max = 1))]
    pub(crate) queue: Option<Decimal>,
}

/// How long an action rests.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, title = duration::RULE)]
pub(crate) struct Rest(pub(crate) String);

/// When repeated failure stops an action.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Breaker {
    /// So many failures in a row open the breaker of an action on a target, or of an action. Default 3.
    #[schemars(range(min = 1, max = TRIES_MAX))]
    pub(crate) failures: Option<u32>,
    /// Over so many targets at least they open the breaker of the action. Default 2.
    #[schemars(range(min = 1, max = TRIES_MAX))]
    pub(crate) targets: Option<u32>,
    /// So many actions with an open breaker open the one of all remediation. Default 2.
    #[schemars(range(min = 1, max = TRIES_MAX))]
    pub(crate) actions: Option<u32>,
    /// After this time one trial is allowed. Default `1d`.
    #[schemars(title = duration::RULE)]
    pub(crate) half_open_after: Option<String>,
}

/// How much at once, and how often.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Budgets {
    /// Restarts of one container by remediation within an hour. Default 5.
    #[schemars(range(max = TRIES_MAX))]
    pub(crate) restarts_per_hour: Option<u32>,
    /// Remediations at once among containers that depend on each other. Default 1.
    #[schemars(range(min = 1, max = TRIES_MAX))]
    pub(crate) concurrent_per_group: Option<u32>,
    /// Remediations at once, in percent of all containers (at least one). Default 10.
    #[schemars(range(min = 1, max = 100))]
    pub(crate) concurrent_percent: Option<u32>,
}

/// How long an approval waits.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Approvals {
    /// How long it waits for somebody. Default `7d`.
    #[schemars(title = duration::RULE)]
    pub(crate) ttl: Option<String>,
    /// Within what time it runs once it was given. Default `15m`.
    #[schemars(title = duration::RULE)]
    pub(crate) run_within: Option<String>,
}

/// How outcomes change confidence.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Learning {
    /// The success rate that is assumed of what was never tried. Default 0.70.
    #[schemars(title = UP_RULE, range(min = 0, max = 1))]
    pub(crate) prior: Option<Decimal>,
    /// As how many attempts the assumption counts. Default 3.
    #[schemars(range(min = 1, max = TRIES_MAX))]
    pub(crate) prior_attempts: Option<u32>,
    /// After this time an outcome counts half. Default `30d`.
    #[schemars(title = duration::RULE)]
    pub(crate) half_life: Option<String>,
    /// Verified successes on the very target that `auto-execute` needs. Default 3.
    #[schemars(range(max = TRIES_MAX))]
    pub(crate) auto_execute_successes: Option<u32>,
    /// Added to confidence after a verified success. Default 0.05.
    #[schemars(title = UP_RULE, range(min = 0, max = 1))]
    pub(crate) verified: Option<Decimal>,
    /// Added after a success with a warning. Default 0.02.
    #[schemars(title = UP_RULE, range(min = 0, max = 1))]
    pub(crate) warning: Option<Decimal>,
    /// Added after a failure, and so never above 0. Default -0.10.
    #[schemars(title = DOWN_RULE, range(min = -1, max = 0))]
    pub(crate) failed: Option<Decimal>,
    /// The least that outcomes add together. Default -0.30.
    #[schemars(title = DOWN_RULE, range(min = -1, max = 0))]
    pub(crate) floor: Option<Decimal>,
    /// The most that outcomes add together. Default 0.10.
    #[schemars(title = UP_RULE, range(min = 0, max = 1))]
    pub(crate) ceiling: Option<Decimal>,
}

/// When so much goes wrong at once that nothing is touched.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Storm {
    /// More than so many of the containers, in percent. Default 30.
    #[schemars(range(min = 1, max = 100))]
    pub(crate) percent: Option<u32>,
    /// And so many at least. Default 3.
    #[schemars(range(min = 1, max = TRIES_MAX))]
    pub(crate) containers: Option<u32>,
    /// Within this time. Default `1m`.
    #[schemars(title = duration::RULE)]
    pub(crate) within: Option<String>,
    /// So long no remediation begins. Default `2m`.
    #[schemars(title = duration::RULE)]
    pub(crate) hold: Option<String>,
    /// So long after the start nothing counts. Default `2m`.
    #[schemars(title = duration::RULE)]
    pub(crate) grace: Option<String>,
}

/// When the actions that are named may run.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MaintenanceWindow {
    /// The actions, for example `drift-reconciliation`.
    #[schemars(required)]
    pub(crate) actions: Option<Vec<String>>,
    /// The IANA time zone, for example `Europe/Berlin`.
    #[schemars(required, title = ZONE_RULE)]
    pub(crate) zone: Option<String>,
    /// The days on which it begins: `Mon` to `Sun`. Default: every day.
    pub(crate) days: Option<Vec<Day>>,
    /// When it begins, `HH:MM`.
    #[schemars(required, title = TIME_RULE)]
    pub(crate) from: Option<String>,
    /// When it ends, `HH:MM`. Before `from`: on the next day.
    #[schemars(required, title = TIME_RULE)]
    pub(crate) to: Option<String>,
}

/// What holds for some containers only.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Override {
    /// Which containers.
    #[serde(rename = "match")]
    #[schemars(required)]
    pub(crate) matching: Option<Match>,
    /// Whether `service-restart` is allowed on any path.
    pub(crate) auto_restart: Option<bool>,
    /// Whether every remediation waits for `approve`.
    pub(crate) requires_confirmation: Option<bool>,
    /// How long a restart may take before it counts as failed.
    #[schemars(range(min = 1, max = SECONDS_MAX))]
    pub(crate) restart_timeout_seconds: Option<u64>,
    /// How many restarts an hour remediation may spend.
    #[schemars(range(max = TRIES_MAX))]
    pub(crate) max_restarts_per_hour: Option<u32>,
    /// Actions that are never taken on them, for example `drift-reconciliation`.
    pub(crate) deny: Option<Vec<String>>,
}

/// Which containers: exactly one of `names` and `labels`, and never every one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Match {
    /// By name.
    pub(crate) names: Option<Vec<String>>,
    /// By labels of the document: all of them, with these values.
    pub(crate) labels: Option<BTreeMap<String, String>>,
}

/// A finding that is known and left alone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Suppression {
    /// Which kind of finding.
    #[schemars(required)]
    pub(crate) finding: Option<Finding>,
    /// About which object. Default: about any.
    #[schemars(title = "KIND/NAME, for example container/web")]
    pub(crate) object: Option<String>,
    /// Until when: a time, or a date for its end in UTC. Default: for good.
    #[schemars(title = UNTIL_RULE)]
    pub(crate) until: Option<String>,
    /// Why.
    #[schemars(required, title = "why it is left alone")]
    pub(crate) reason: Option<String>,
}

/// What is allowed in `until`.
pub(crate) const UNTIL_RULE: &str = "a time such as 2026-12-31T18:00:00Z, or a date such as 2026-12-31";

/// A kind of finding.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Finding(pub(crate) String);

impl JsonSchema for Finding {
    fn schema_name() -> Cow<'static, str> {
        "Finding".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": KNOWN_FINDINGS })
    }
}
