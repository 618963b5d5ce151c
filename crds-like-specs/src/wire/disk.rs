//! The wire form of a `DiskPolicy`.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Scalar;
use super::policy::Decimal;
use crate::defaults::TRIES_MAX;
use crate::duration;
use crate::quantity::BYTES_RULE;

/// What is allowed where a share stands.
pub(crate) const PERCENT_RULE: &str = "percent above 0 up to 100, with at most 2 decimals";
/// The least share that two decimals can tell.
const PERCENT_MIN: f64 = 0.01;
/// What is allowed where a confidence stands.
const CONFIDENCE_RULE: &str = "0 to 1, with at most 4 decimals";

/// A watched filesystem: when it is too full, and what may be thrown away of it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "DiskPolicySpec")]
pub(crate) struct DiskPolicy {
    /// A path on the filesystem, for example `/` or `/srv`.
    #[schemars(required, title = "an absolute path on the filesystem")]
    pub(crate) path: Option<String>,
    /// When it is too full, in percent used. The metadata of a btrfs is held against them, too.
    pub(crate) thresholds: Option<Thresholds>,
    /// When it has too few inodes left, in percent used.
    pub(crate) inodes: Option<Thresholds>,
    /// How far ahead is looked.
    pub(crate) forecast: Option<Forecast>,
    /// What may be thrown away, step by step until `target` is reached; it is measured anew after each. Default:
    /// `pruneDanglingImages` and `pruneBuildCache`. An empty list: nothing.
    pub(crate) cleanup: Option<Vec<Step>>,
    /// How long snapshots on this filesystem are kept at least. Default `7d`.
    #[schemars(title = duration::RULE)]
    pub(crate) snapshot_retention: Option<String>,
}

/// When it is too full, in percent used. `target` is below `act`, `warn` not above `act`, `act` not above `critical`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "DiskThresholds")]
pub(crate) struct Thresholds {
    /// From here on it is told. Default 75.
    #[schemars(title = PERCENT_RULE, range(min = PERCENT_MIN, max = 100))]
    pub(crate) warn: Option<Decimal>,
    /// From here on it is cleaned. Default 85.
    #[schemars(title = PERCENT_RULE, range(min = PERCENT_MIN, max = 100))]
    pub(crate) act: Option<Decimal>,
    /// Down to here it is cleaned. Default 70.
    #[schemars(title = PERCENT_RULE, range(min = PERCENT_MIN, max = 100))]
    pub(crate) target: Option<Decimal>,
    /// From here on nothing but a cleanup's own breaker holds it back. Default 95.
    #[schemars(title = PERCENT_RULE, range(min = PERCENT_MIN, max = 100))]
    pub(crate) critical: Option<Decimal>,
}

/// How far ahead is looked.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Forecast {
    /// How far back growth is looked at, at least `1d`. Default `7d`.
    #[schemars(title = duration::RULE)]
    pub(crate) lookback: Option<String>,
    /// What reaches `act` later than this is not told. Default `14d`.
    #[schemars(title = duration::RULE)]
    pub(crate) horizon: Option<String>,
    /// A forecast that is less sure than this is not told. Default 0.6.
    #[schemars(title = CONFIDENCE_RULE, range(min = 0, max = 1))]
    pub(crate) min_confidence: Option<Decimal>,
}

/// One thing that may be thrown away. The step without fields may be written with nothing behind it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "CleanupStep", extend("minProperties" = 1, "maxProperties" = 1))]
pub(crate) struct Step {
    /// Images without a name that no container uses.
    pub(crate) prune_dangling_images: Option<NoFields>,
    /// Images that no container uses and no manifest needs.
    pub(crate) prune_unused_images: Option<UnusedImages>,
    /// Containers that ended, with the labels named. Never one of podsteward's own, of a pod, of systemd, of a
    /// composition, or a toolbox.
    pub(crate) prune_containers: Option<Containers>,
    /// What image builds left.
    pub(crate) prune_build_cache: Option<NoFields>,
    /// Logs of containers that are too large are emptied.
    pub(crate) truncate_container_logs: Option<ContainerLogs>,
    /// Files under a directory. No link is followed, and no other filesystem is entered.
    pub(crate) delete_files: Option<Files>,
    /// The journal of systemd, down to a size.
    pub(crate) journal_vacuum: Option<Journal>,
    /// Volumes with their data, by name, that no container uses.
    pub(crate) prune_volumes: Option<Volumes>,
}

/// A step that needs no fields.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoFields {}

/// Images that no container uses and no manifest needs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UnusedImages {
    /// Unused for at least so long. Default `30d`.
    #[schemars(title = duration::RULE)]
    pub(crate) unused_for: Option<String>,
    /// So many newest ones of each repository stay. Default 1.
    #[schemars(range(max = TRIES_MAX))]
    pub(crate) keep_last: Option<u32>,
    /// Names that stay; `*` stands for anything, for example `localhost/*`.
    pub(crate) protect: Option<Vec<String>>,
}

/// Containers that ended.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Containers {
    /// Ended at least so long ago. Default `24h`.
    #[schemars(title = duration::RULE)]
    pub(crate) exited_for: Option<String>,
    /// The labels that they have, all of them: a map `NAME: VALUE`, or a list of `NAME` and `NAME=VALUE`. A name
    /// without a value stands for any.
    #[schemars(required)]
    pub(crate) labels: Option<Labels>,
}

/// The labels of a container.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(crate) enum Labels {
    /// By name.
    Map(BTreeMap<String, Option<String>>),
    /// `NAME` or `NAME=VALUE`.
    List(Vec<String>),
}

/// Logs of containers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ContainerLogs {
    /// Larger than this. Default `100Mi`.
    #[schemars(title = BYTES_RULE)]
    pub(crate) over: Option<Scalar>,
}

/// Files under a directory. Nothing of it has a default: what podsteward knows nothing of, it guesses nothing about.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Files {
    /// The directory, for example `/srv/app/cache`. Never one of the system's, a home, or where Podman keeps its own.
    #[schemars(required, title = "the absolute path of a directory of expendable files")]
    pub(crate) root: Option<String>,
    /// Which files below it: `*`, `?` and `[a-z]` within a name, `**` over directories, `{a,b}` for either.
    #[schemars(required, title = GLOB_RULE)]
    pub(crate) glob: Option<String>,
    /// Last changed at least so long ago.
    #[schemars(required, title = duration::RULE)]
    pub(crate) older_than: Option<String>,
}

/// What is allowed as a glob.
pub(crate) const GLOB_RULE: &str = "a glob relative to root such as *.log or old/**, without '.' and '..'";

/// The journal of systemd.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Journal {
    /// So much stays. Default `500Mi`.
    #[schemars(title = BYTES_RULE)]
    pub(crate) keep: Option<Scalar>,
}

/// Volumes with their data.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Volumes {
    /// Their names.
    #[schemars(required)]
    pub(crate) names: Option<Vec<String>>,
}
