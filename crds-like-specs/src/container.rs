//! The validated form of a Container.
//!
//! Owns what a container may declare, with no impossible value left. `None` and empty mean "not declared": the
//! image's or Podman's default holds and is never drift. Never knows the live container.
//! Compared by `podsteward-domain`, created by `podsteward-podman`.

mod lifecycle;
mod probe;
mod runtime;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;

pub use lifecycle::{
    ConfigFile, Criticality, DataTier, Dependency, DependencyCondition, DesiredState, OnChange, Remediation,
    RestartPolicy,
};
pub use probe::{Healthcheck, HealthcheckCommand, Probe, ProbeHandler, Probes};
pub use runtime::{
    CgroupNamespace, Device, EnvValue, Mount, MountSource, NetworkAttachment, Networks, Port, Protocol,
    PullPolicy, Resources, SecretTarget, SecretUse, Security, Ulimit,
};

use crate::key::Name;
use crate::quantity::Bytes;

/// A container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Container {
    /// The image reference as declared.
    pub image: String,
    /// When the image is pulled. Default `IfNotPresent`.
    pub image_pull_policy: PullPolicy,
    /// Replaces the image's entry point.
    pub command: Option<Vec<String>>,
    /// Replaces the image's arguments.
    pub args: Option<Vec<String>>,
    /// The directory in which the process begins.
    pub working_dir: Option<String>,
    /// The host name inside.
    pub hostname: Option<String>,
    /// `user`, `uid`, `user:group` or `uid:gid`.
    pub user: Option<String>,
    /// Further groups of the process.
    pub group_add: BTreeSet<String>,
    /// The environment, by name.
    pub env: BTreeMap<String, EnvValue>,
    /// Published ports.
    pub ports: BTreeSet<Port>,
    /// Mounts, by target path.
    pub mounts: BTreeMap<String, Mount>,
    /// Networks, in order.
    pub networks: Option<Networks>,
    /// Limits and requests.
    pub resources: Resources,
    /// The parent control group.
    pub cgroup_parent: Option<String>,
    /// The control group namespace.
    pub cgroup_namespace: Option<CgroupNamespace>,
    /// What follows when the process ends. Default `Always`.
    pub restart_policy: RestartPolicy,
    /// Whether it should run at all. Default `Running`.
    pub desired_state: DesiredState,
    /// Startup, readiness and liveness probes.
    pub probes: Probes,
    /// Podman's own healthcheck.
    pub healthcheck: Option<Healthcheck>,
    /// Privileges and confinement.
    pub security: Security,
    /// Devices, by path inside.
    pub devices: BTreeMap<String, Device>,
    /// Kernel parameters of the container's namespaces.
    pub sysctls: BTreeMap<String, String>,
    /// Resource limits of the process, by name without `RLIMIT_` and in lower case: `nofile`, `nproc`.
    pub ulimits: BTreeMap<String, Ulimit>,
    /// The size of `/dev/shm`.
    pub shm_size: Option<Bytes>,
    /// Name servers, in order.
    pub dns: Option<Vec<String>>,
    /// Search domains, in order.
    pub dns_search: Option<Vec<String>>,
    /// Further lines of `/etc/hosts`: host name to address.
    pub extra_hosts: BTreeMap<String, String>,
    /// The signal that asks the process to end, as a number.
    pub stop_signal: Option<u8>,
    /// How long it may take to end before it is killed. Default 10 s.
    pub stop_timeout: Duration,
    /// How long it may take from the start call to running. Default 2 m.
    pub start_timeout: Duration,
    /// The log driver: `k8s-file`, `journald`, `none`, `passthrough`.
    pub log_driver: Option<String>,
    /// Run an init process as pid 1.
    pub init: Option<bool>,
    /// What must be there first, by container name.
    pub depends_on: BTreeMap<Name, Dependency>,
    /// Files on the host whose content matters, by path.
    pub config_files: BTreeMap<String, ConfigFile>,
    /// Podman secrets that the container gets.
    pub secrets: Vec<SecretUse>,
    /// How its data is protected before a risky action.
    pub data_tier: DataTier,
    /// How much depends on it.
    pub criticality: Criticality,
    /// How far podsteward may go by itself.
    pub remediation: Remediation,
    /// Take over an existing container of this name that podsteward did not make.
    pub adopt: bool,
}
