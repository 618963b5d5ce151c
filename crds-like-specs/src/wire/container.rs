//! The wire form of a Container.
//!
//! Owns the list of its fields. Never checks one; see [`crate::validate`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Scalar;
use super::connect::{EnvVar, ExtraHost, Mount, Network, Port, Secret};
use super::lifecycle::{ConfigFile, Dependency, Remediation};
use super::probe::{Healthcheck, Probes};
use super::process::{Device, Resources, SecurityContext, Ulimit};
use crate::container::{CgroupNamespace, Criticality, DataTier, DesiredState, PullPolicy, RestartPolicy};
use crate::defaults::SECONDS_MAX;
use crate::quantity::BYTES_RULE;
use crate::signal;

/// One container. What is not declared follows the image or Podman, and is never drift.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ContainerSpec")]
pub(crate) struct Container {
    /// The image reference. It is pinned by digest when the container is made.
    #[schemars(required, title = "an image reference such as docker.io/library/nginx:1.27")]
    pub(crate) image: Option<String>,
    /// When the image is pulled. Default `IfNotPresent`; `Always` pulls only when the container is made.
    pub(crate) image_pull_policy: Option<PullPolicy>,
    /// Replaces the image's entry point.
    pub(crate) command: Option<Vec<String>>,
    /// Replaces the image's arguments.
    pub(crate) args: Option<Vec<String>>,
    /// The directory in which the process begins.
    #[schemars(title = "an absolute path")]
    pub(crate) working_dir: Option<String>,
    /// The host name inside.
    pub(crate) hostname: Option<String>,
    /// The user: `user`, `uid`, `user:group` or `uid:gid`.
    #[schemars(title = "a user or user:group, by name or number")]
    pub(crate) user: Option<Scalar>,
    /// Further groups of the process, by name or number.
    pub(crate) group_add: Option<Vec<Scalar>>,
    /// The environment.
    pub(crate) env: Option<Vec<EnvVar>>,
    /// Published ports.
    pub(crate) ports: Option<Vec<Port>>,
    /// Volumes, directories of the host and memory, mounted inside.
    pub(crate) mounts: Option<Vec<Mount>>,
    /// Networks, in order. `host` or `none` stands alone.
    pub(crate) networks: Option<Vec<Network>>,
    /// Limits and requests.
    pub(crate) resources: Option<Resources>,
    /// The weight when CPUs are contended.
    #[schemars(range(min = 2, max = 262_144))]
    pub(crate) cpu_shares: Option<u64>,
    /// The parent control group.
    #[schemars(title = "a slice such as user.slice, or a path such as /services")]
    pub(crate) cgroup_parent: Option<String>,
    /// The control group namespace.
    pub(crate) cgroup_namespace: Option<CgroupNamespace>,
    /// What follows when the process ends. Default `Always`.
    pub(crate) restart_policy: Option<RestartPolicy>,
    /// Whether it should run at all. Default `Running`.
    pub(crate) desired_state: Option<DesiredState>,
    /// Probes, as in Kubernetes.
    pub(crate) probes: Option<Probes>,
    /// Podman's own healthcheck.
    pub(crate) healthcheck: Option<Healthcheck>,
    /// Privileges and confinement.
    pub(crate) security_context: Option<SecurityContext>,
    /// Devices of the host.
    pub(crate) devices: Option<Vec<Device>>,
    /// Kernel parameters of the container's namespaces.
    pub(crate) sysctls: Option<BTreeMap<String, String>>,
    /// Resource limits of the process.
    pub(crate) ulimits: Option<Vec<Ulimit>>,
    /// The size of `/dev/shm`.
    #[schemars(title = BYTES_RULE)]
    pub(crate) shm_size: Option<Scalar>,
    /// Name servers, in order.
    pub(crate) dns: Option<Vec<String>>,
    /// Search domains, in order.
    pub(crate) dns_search: Option<Vec<String>>,
    /// Further lines of `/etc/hosts`.
    pub(crate) extra_hosts: Option<Vec<ExtraHost>>,
    /// The signal that asks the process to end.
    #[schemars(title = signal::RULE)]
    pub(crate) stop_signal: Option<Scalar>,
    /// How long the process may take to end before it is killed. Default 10.
    #[schemars(range(max = SECONDS_MAX))]
    pub(crate) stop_timeout_seconds: Option<u64>,
    /// How long it may take from the start call to running. Default 120.
    #[schemars(range(min = 1, max = SECONDS_MAX))]
    pub(crate) start_timeout_seconds: Option<u64>,
    /// The log driver.
    pub(crate) log_driver: Option<LogDriver>,
    /// Run an init process as pid 1.
    pub(crate) init: Option<bool>,
    /// Containers that must be there first.
    pub(crate) depends_on: Option<Vec<Dependency>>,
    /// Files on the host whose content matters.
    pub(crate) config_files: Option<Vec<ConfigFile>>,
    /// Podman secrets that the container gets.
    pub(crate) secrets: Option<Vec<Secret>>,
    /// How its data is protected before a risky action. Default `none`.
    pub(crate) data_tier: Option<DataTier>,
    /// How much depends on it. Default `normal`.
    pub(crate) criticality: Option<Criticality>,
    /// How far podsteward may go by itself.
    pub(crate) remediation: Option<Remediation>,
    /// Take over an existing container of this name that podsteward did not make. Default false.
    pub(crate) adopt: Option<bool>,
}

/// The log drivers that Podman knows and that this controller can read back.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LogDriver {
    K8sFile,
    Journald,
    None,
    Passthrough,
}

impl LogDriver {
    /// The name as Podman writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::K8sFile => "k8s-file",
            Self::Journald => "journald",
            Self::None => "none",
            Self::Passthrough => "passthrough",
        }
    }
}
