//! The wire form of what holds a container's process: limits, privileges, devices.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use schemars::JsonSchema;
use serde::Deserialize;

use super::{OneOrMany, Scalar};
use crate::defaults::PIDS_MAX;
use crate::quantity::{BYTES_RULE, CPU_RULE};

/// What is allowed for `memorySwap`.
pub(crate) const SWAP_RULE: &str = "bytes such as 512Mi, not less than memory, or -1 for no limit";
/// What is allowed for one bound of a ulimit.
pub(crate) const ULIMIT_RULE: &str = "a whole number, or unlimited";

/// Limits and requests.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Resources {
    /// What it may not exceed.
    pub(crate) limits: Option<Limits>,
    /// What is kept for it.
    pub(crate) requests: Option<Requests>,
}

/// What a container may not exceed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Limits {
    /// The most memory.
    #[schemars(title = BYTES_RULE)]
    pub(crate) memory: Option<Scalar>,
    /// The most memory and swap together; -1 for no limit.
    #[schemars(title = SWAP_RULE)]
    pub(crate) memory_swap: Option<Scalar>,
    /// The most CPU.
    #[schemars(title = CPU_RULE)]
    pub(crate) cpu: Option<Scalar>,
    /// The most processes; -1 for no limit.
    #[schemars(title = "at least 1, or -1 for no limit", range(min = -1, max = PIDS_MAX))]
    pub(crate) pids: Option<i64>,
}

/// What is kept for a container.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Requests {
    /// Memory that is given back last under pressure.
    #[schemars(title = BYTES_RULE)]
    pub(crate) memory: Option<Scalar>,
}

/// Privileges and confinement.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SecurityContext {
    /// All privileges.
    pub(crate) privileged: Option<bool>,
    /// The root filesystem may not be written.
    pub(crate) read_only_root_filesystem: Option<bool>,
    /// No program inside gains privileges.
    pub(crate) no_new_privileges: Option<bool>,
    /// Linux capabilities.
    pub(crate) capabilities: Option<Capabilities>,
    /// The user namespace: `host`, `keep-id`, `auto` or `private`, with options as Podman writes them.
    #[schemars(title = "host, private, keep-id, auto or nomap, with options such as keep-id:uid=1000")]
    pub(crate) user_namespace: Option<String>,
    /// Label options of `SELinux`, for example `disable` or `type:container_t`.
    pub(crate) selinux_label: Option<OneOrMany>,
}

/// Linux capabilities, with or without `CAP_`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Capabilities {
    /// Beyond the default.
    pub(crate) add: Option<Vec<String>>,
    /// Taken away; may be `ALL`.
    pub(crate) drop: Option<Vec<String>>,
}

/// A device: `HOST[:CONTAINER[:PERMISSIONS]]`, or its parts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Device {
    /// `HOST[:CONTAINER[:PERMISSIONS]]`.
    Line(String),
    /// The parts.
    Full(DeviceRef),
}

/// One device.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DeviceRef {
    /// The path on the host.
    #[schemars(required, title = "an absolute path")]
    pub(crate) host_path: Option<String>,
    /// The path inside. Default: the path on the host.
    #[schemars(title = "an absolute path")]
    pub(crate) container_path: Option<String>,
    /// Some of `r`, `w` and `m`. Default `rwm`.
    #[schemars(title = "some of r, w and m")]
    pub(crate) permissions: Option<String>,
}

/// One resource limit of the process.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Ulimit {
    /// The limit, for example `nofile`.
    #[schemars(required)]
    pub(crate) name: Option<String>,
    /// The limit that holds.
    #[schemars(required, title = ULIMIT_RULE)]
    pub(crate) soft: Option<Scalar>,
    /// How far the process may raise it. Default: as `soft`.
    #[schemars(title = ULIMIT_RULE)]
    pub(crate) hard: Option<Scalar>,
}
