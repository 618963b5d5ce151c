//! The wire form of a `BackupCheck`.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use schemars::JsonSchema;
use serde::Deserialize;

use super::Scalar;
use crate::backup::SELECTOR_RULE;
use crate::duration;
use crate::quantity::BYTES_RULE;

/// What is allowed where a glob stands.
pub(crate) const PATH_RULE: &str = "an absolute path with a directory before the first wildcard such as /srv/backup/*/dump.sql, without '.' and '..'";

/// What proves that a backup was made: exactly one of `path`, `command` and `metricFile`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "BackupCheckSpec")]
pub(crate) struct BackupCheck {
    /// A glob of files; the newest one counts.
    #[schemars(title = PATH_RULE)]
    pub(crate) path: Option<String>,
    /// A smaller file proves nothing. Default 1: an empty one does not.
    #[schemars(title = BYTES_RULE)]
    pub(crate) min_size: Option<Scalar>,
    /// A program by its absolute path, with its arguments, without a shell; 0 is well. It stands in the file of
    /// `--allow-commands`. If the last line that it prints is a number, that is when it was done, in seconds since 1970.
    pub(crate) command: Option<Vec<String>>,
    /// How long the command may take. Default `1m`.
    #[schemars(title = duration::RULE)]
    pub(crate) timeout: Option<String>,
    /// A sample in a file of Prometheus' text format: when it was done, in seconds since 1970.
    pub(crate) metric_file: Option<MetricFile>,
    /// An older one is stale.
    #[schemars(required, title = duration::RULE)]
    pub(crate) max_age: Option<String>,
    /// Whether there should be one now. Default `true`.
    pub(crate) expected: Option<bool>,
    /// The objects whose data it holds, for example `container/db`. Default: everything on the host.
    pub(crate) objects: Option<Vec<String>>,
    /// What proves that it can be restored.
    pub(crate) restore: Option<RestoreProof>,
}

/// A sample in a file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MetricFile {
    /// The file.
    #[schemars(required, title = "the absolute path of a file")]
    pub(crate) path: Option<String>,
    /// The sample: a name, with labels where there is more than one. Its value is when it was done; 0: never.
    #[schemars(required, title = SELECTOR_RULE)]
    pub(crate) metric: Option<String>,
    /// A sample of the same file that is 1 while the last run went well; anything else is a failure.
    #[schemars(title = SELECTOR_RULE)]
    pub(crate) success: Option<String>,
}

/// What proves that it can be restored: exactly one of `path`, `command` and `metricFile`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RestoreProof {
    /// A glob of files; the newest one counts.
    #[schemars(title = PATH_RULE)]
    pub(crate) path: Option<String>,
    /// A smaller file proves nothing. Default 1: an empty one does not.
    #[schemars(title = BYTES_RULE)]
    pub(crate) min_size: Option<Scalar>,
    /// A program by its absolute path, with its arguments, without a shell; 0 is well.
    pub(crate) command: Option<Vec<String>>,
    /// How long the command may take. Default `1m`.
    #[schemars(title = duration::RULE)]
    pub(crate) timeout: Option<String>,
    /// A sample in a file of Prometheus' text format.
    pub(crate) metric_file: Option<MetricFile>,
    /// An older one proves nothing any more. Default `35d`: a monthly test may be late by some days.
    #[schemars(title = duration::RULE)]
    pub(crate) max_age: Option<String>,
}
