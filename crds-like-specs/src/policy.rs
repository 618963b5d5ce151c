//! The validated form of a `RemediationPolicy`: how far podsteward may go by itself.
//!
//! Owns what a policy may say, and what holds without one ([`RemediationPolicy::default`]). Never judges an action:
//! `podsteward-domain` does. There is one policy, named `default`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::defaults::policy as defaults;
use crate::key::Key;
use crate::window::Window;

/// The name of the one policy.
pub const POLICY_NAME: &str = "default";

/// The actions of remediation, which may be denied, windowed and rested; a playbook is named `playbook/NAME`.
pub const ACTIONS: [&str; 7] = [
    "service-restart",
    "drift-reconciliation",
    "disk-cleanup",
    "predictive-maintenance",
    "resource-pressure",
    "image-update",
    "orphan-removal",
];

/// The actions that carry out what the manifests declare. No policy holds them back.
pub const DECLARED_ACTIONS: [&str; 4] = ["apply", "start", "liveness-restart", "snapshot-restore"];

/// The kinds of findings that may be suppressed, by name.
pub const KNOWN_FINDINGS: &[&str] = &[
    "missing",
    "edited",
    "drift",
    "unfixable",
    "not_running",
    "crash_loop",
    "hand_stopped",
    "not_stopped",
    "unhealthy",
    "never_healthy",
    "not_ready",
    "liveness_failed",
    "startup_failed",
    "probe_cannot_run",
    "alert",
    "alert_route_unsound",
    "alert_path_unproven",
    "config_changed",
    "dependency_restarted",
    "waiting",
    "restore_requested",
    "playbook_requested",
    "command_not_allowed",
    "deleted",
    "mass_deletion",
    "orphan",
    "foreign",
    "image_moved",
    "terminal",
    "quarantined",
    "manifest_invalid",
    "source_unknown",
    "not_supported",
    "disk_warning",
    "disk_pressure",
    "disk_critical",
    "inode_pressure",
    "metadata_pressure",
    "disk_forecast",
    "cleanup_ineffective",
    "backup_missing",
    "backup_stale",
    "backup_failed",
    "backup_unproven",
    "memory_pressure",
    "resource_pressure",
    "storm",
    "breaker_open",
    "outbox_stuck",
    "channel_refused",
    "channel_failing",
    "secret_exposed",
    "drill_failed",
    "drill_overdue",
];

/// How far podsteward may go by itself. Every field holds its default where nothing is declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemediationPolicy {
    /// Whether remediation acts, asks, or only tells.
    pub mode: Mode,
    /// How bold it is.
    pub risk_tolerance: RiskTolerance,
    /// The confidence that each verdict needs more than.
    pub thresholds: Thresholds,
    /// How long an action on a target rests after it was tried, by action; an action that is not listed rests as long
    /// as its own default says.
    pub cooldowns: BTreeMap<String, Duration>,
    /// When repeated failure stops an action.
    pub breaker: Breaker,
    /// How much at once, and how often.
    pub budgets: Budgets,
    /// How long an approval waits.
    pub approvals: Approvals,
    /// How outcomes change confidence.
    pub learning: Learning,
    /// When so much goes wrong at once that nothing is touched.
    pub storm: Storm,
    /// When the actions that are named may run. An action that no window names may run at any time.
    pub maintenance_windows: Vec<MaintenanceWindow>,
    /// When notifications wait.
    pub quiet_hours: Option<Window>,
    /// What holds for some containers only. Their own manifests say more than these.
    pub overrides: Vec<Override>,
    /// Findings that are known and left alone.
    pub suppress: Vec<Suppression>,
    /// How often podsteward reports by itself on what it did; `None`: never. Default 7 d.
    pub report_every: Option<Duration>,
    /// How often it proves by itself that it works; `None`: never. Default 7 d.
    pub drill_every: Option<Duration>,
}

/// Whether remediation acts, asks, or only tells. Declared work is unaffected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It only tells.
    Observe,
    /// It asks first.
    Ask,
    /// It acts where it is sure enough. The default.
    #[default]
    Full,
}

/// How bold remediation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RiskTolerance {
    /// Each bound is 0.05 higher.
    Low,
    /// The bounds as they stand. The default.
    #[default]
    Medium,
    /// Each bound is 0.10 lower.
    High,
}

/// The confidence that each verdict needs more than, in basis points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Thresholds {
    /// For `auto-execute`. Default 0.90.
    pub auto_execute: u16,
    /// For `notify-execute`. Default 0.80.
    pub notify_execute: u16,
    /// For `queue`. Default 0.70.
    pub queue: u16,
}

/// When repeated failure stops an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Breaker {
    /// So many failures in a row open the breaker of an action on a target, or of an action. Default 3.
    pub failures: u32,
    /// Over so many targets at least they open the breaker of the action. Default 2.
    pub targets: u32,
    /// So many actions with an open breaker open the one of all remediation. Default 2.
    pub actions: u32,
    /// After this time one trial is allowed. Default 24 h.
    pub half_open_after: Duration,
}

/// How much at once, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Budgets {
    /// Restarts of one container by remediation within an hour. Default 5.
    pub restarts_per_hour: u32,
    /// Remediations at once among containers that depend on each other. Default 1.
    pub concurrent_per_group: u32,
    /// Remediations at once, in percent of all containers (at least one). Default 10.
    pub concurrent_percent: u32,
}

/// How long an approval waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Approvals {
    /// How long it waits for somebody. Default 7 d.
    pub ttl: Duration,
    /// Within what time it runs once it was given. Default 15 m.
    pub run_within: Duration,
}

/// How outcomes change confidence. Points are basis points: 500 is 0.05.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Learning {
    /// The success rate that is assumed of what was never tried, in basis points. Default 0.70.
    pub prior: u16,
    /// As how many attempts the assumption counts. Default 3.
    pub prior_attempts: u32,
    /// After this time an outcome counts half. Default 30 d.
    pub half_life: Duration,
    /// Verified successes on the very target that `auto-execute` needs. Default 3.
    pub auto_execute_successes: u32,
    /// After a verified success. Default +500.
    pub verified: i32,
    /// After a success with a warning. Default +200.
    pub warning: i32,
    /// After a failure. Default -1000.
    pub failed: i32,
    /// The least adjustment. Default -3000.
    pub floor: i32,
    /// The greatest adjustment. Default +1000.
    pub ceiling: i32,
}

/// When so much goes wrong at once that nothing is touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Storm {
    /// More than so many of the containers, in percent. Default 30.
    pub percent: u32,
    /// And so many at least. Default 3.
    pub containers: u32,
    /// Within this time. Default 60 s.
    pub within: Duration,
    /// So long no remediation begins. Default 2 m.
    pub hold: Duration,
    /// So long after the start nothing counts. Default 2 m.
    pub grace: Duration,
}

/// When the actions that are named may run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MaintenanceWindow {
    /// The actions.
    pub actions: BTreeSet<String>,
    /// When.
    pub window: Window,
}

/// Which containers an override is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Match {
    /// By name.
    Names(BTreeSet<String>),
    /// By labels of the document: all of them, with these values.
    Labels(BTreeMap<String, String>),
}

impl Match {
    /// Whether an object of this name with these labels is meant.
    pub fn matches(&self, name: &str, labels: &BTreeMap<String, String>) -> bool {
        match self {
            Self::Names(names) => names.contains(name),
            Self::Labels(wanted) => wanted.iter().all(|(label, value)| labels.get(label) == Some(value)),
        }
    }
}

/// What holds for some containers only. `None` is "not declared".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Override {
    /// Which containers.
    pub matching: Match,
    /// Whether `service-restart` is allowed on any path.
    pub auto_restart: Option<bool>,
    /// Whether every remediation waits for `approve`.
    pub requires_confirmation: Option<bool>,
    /// How long a restart may take before it counts as failed.
    pub restart_timeout: Option<Duration>,
    /// How many restarts an hour remediation may spend.
    pub max_restarts_per_hour: Option<u32>,
    /// Actions that are never taken on them.
    pub deny: Vec<String>,
}

/// A finding that is known and left alone: it costs no health, calls for no remediation and notifies nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suppression {
    /// Which kind of finding.
    pub finding: String,
    /// About which object; `None`: about any.
    pub object: Option<Key>,
    /// Until when, in milliseconds since 1970; `None`: for good.
    pub until_ms: Option<i64>,
    /// Why.
    pub reason: String,
}

impl Default for RemediationPolicy {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            risk_tolerance: RiskTolerance::default(),
            thresholds: defaults::THRESHOLDS,
            cooldowns: BTreeMap::new(),
            breaker: defaults::BREAKER,
            budgets: defaults::BUDGETS,
            approvals: defaults::APPROVALS,
            learning: defaults::LEARNING,
            storm: defaults::STORM,
            maintenance_windows: Vec::new(),
            quiet_hours: None,
            overrides: Vec::new(),
            suppress: Vec::new(),
            report_every: Some(defaults::REPORT_EVERY),
            drill_every: Some(defaults::DRILL_EVERY),
        }
    }
}
