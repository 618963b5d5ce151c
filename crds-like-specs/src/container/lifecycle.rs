//! When a container runs, what it waits for, and how far podsteward may go.
//!
//! Owns restart policy, dependencies, config files and remediation limits. Never what the container is made of.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What follows when the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum RestartPolicy {
    /// Start it again. The default, as in Kubernetes.
    #[default]
    Always,
    /// Start it again unless it ended with 0.
    OnFailure,
    /// Leave it.
    Never,
}

/// Whether a container should run at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum DesiredState {
    /// It should run.
    #[default]
    Running,
    /// It should exist and be stopped.
    Stopped,
}

/// One dependency on another container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Dependency {
    /// What must be true of it before this container is started.
    pub condition: DependencyCondition,
    /// Whether this container is restarted after the other one was.
    pub restart: bool,
}

/// What must be true of a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DependencyCondition {
    /// It runs.
    #[default]
    Started,
    /// It runs, its healthcheck says healthy, and its probes say ready.
    Healthy,
    /// It ended with 0.
    Completed,
}

/// A file on the host whose content matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ConfigFile {
    /// What follows when its content changes.
    pub on_change: OnChange,
}

/// What follows when a config file's content changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum OnChange {
    /// The container is stopped and started. The default.
    Restart,
    /// The container is made anew.
    Recreate,
    /// The main process gets this signal (number).
    Signal(u8),
}

/// How data is protected before a risky action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DataTier {
    /// No snapshot is taken.
    #[default]
    None,
    /// A snapshot is taken and read back first.
    Snapshot,
}

/// How much depends on a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Criticality {
    /// As usual.
    #[default]
    Normal,
    /// Remediation of it is judged one risk level up.
    Critical,
}

/// How far podsteward may go with one container by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remediation {
    /// Whether `service-restart` is allowed on any path. It does not void `restartPolicy`.
    pub auto_restart: Option<bool>,
    /// Whether every remediation waits for `approve`.
    pub requires_confirmation: Option<bool>,
    /// How long a restart may take before it counts as failed.
    pub restart_timeout: Option<Duration>,
    /// How many restarts an hour remediation may spend.
    pub max_restarts_per_hour: Option<u32>,
    /// How long a stop by hand is respected. Default 15 m.
    pub manual_hold: Duration,
    /// Actions that are never taken on it.
    pub deny: Vec<String>,
}
