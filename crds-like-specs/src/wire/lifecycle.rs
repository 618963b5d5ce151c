//! The wire form of what governs a container's life: dependencies, config files, remediation.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use schemars::JsonSchema;
use serde::Deserialize;

use super::Scalar;
use crate::container::DependencyCondition;
use crate::defaults::{SECONDS_MAX, TRIES_MAX};
use crate::duration;
use crate::signal;

/// A container that must be there first: its name, or its name with a condition.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Dependency {
    /// Just the name.
    Name(String),
    /// With details.
    Full(DependencyRef),
}

/// One dependency.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DependencyRef {
    /// The container.
    #[schemars(required)]
    pub(crate) name: Option<String>,
    /// What must be true of it. Default `started`.
    pub(crate) condition: Option<DependencyCondition>,
    /// Whether this container is restarted after the other one was. Default false.
    pub(crate) restart: Option<bool>,
}

/// A file on the host whose content matters.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ConfigFile {
    /// The path on the host.
    #[schemars(required, title = "an absolute path")]
    pub(crate) path: Option<String>,
    /// What follows when the content changes. Default `restart`.
    pub(crate) on_change: Option<OnChange>,
    /// The signal for `onChange: signal`. Default `SIGHUP`.
    #[schemars(title = signal::RULE)]
    pub(crate) signal: Option<Scalar>,
}

/// What follows when a config file's content changes.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OnChange {
    Restart,
    Recreate,
    Signal,
}

/// How far podsteward may go with one container by itself.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Remediation {
    /// Whether `service-restart` is allowed on any path. It does not void `restartPolicy`.
    pub(crate) auto_restart: Option<bool>,
    /// Whether every remediation waits for `approve`.
    pub(crate) requires_confirmation: Option<bool>,
    /// How long a restart may take before it counts as failed.
    #[schemars(range(min = 1, max = SECONDS_MAX))]
    pub(crate) restart_timeout_seconds: Option<u64>,
    /// How many restarts an hour remediation may spend.
    #[schemars(range(max = TRIES_MAX))]
    pub(crate) max_restarts_per_hour: Option<u32>,
    /// How long a stop by hand is respected. Default `15m`.
    #[schemars(title = duration::RULE)]
    pub(crate) manual_hold: Option<String>,
    /// Actions that are never taken on it, for example `drift-reconciliation`.
    pub(crate) deny: Option<Vec<String>>,
}
