//! What really exists on the host, in the same value types in which it is declared.
//!
//! Owns the canonical form of live containers, networks, volumes and images. Never knows libpod's JSON.
//! Filled by `podsteward-podman`; read by detection and by the listings.

mod stored;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

pub use stored::{ContainerUsage, DiskUsage, ImageSummary, ImageUsage, VolumeUsage};

use podsteward_specs::container::{
    CgroupNamespace, Device, Healthcheck, Mount, Networks, Port, Resources, SecretUse, Security, Ulimit,
};
use podsteward_specs::network::Subnet;
use podsteward_specs::quantity::Bytes;
use serde::{Deserialize, Serialize};

/// The label that names the object a live thing belongs to: its key.
pub const OBJECT_LABEL: &str = "dev.podsteward/object";
/// The label that names the instance of podsteward that owns it.
pub const INSTANCE_LABEL: &str = "dev.podsteward/instance";

/// Podman's word on what a container does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineState {
    /// Made, never started.
    Created,
    /// Prepared by the runtime, not started.
    Initialized,
    /// Running.
    Running,
    /// Frozen.
    Paused,
    /// Being stopped.
    Stopping,
    /// Ended, not yet cleaned up.
    Stopped,
    /// Ended.
    Exited,
    /// Being removed.
    Removing,
    /// A word that this version does not know.
    #[default]
    Unknown,
}

impl EngineState {
    /// Whether the main process is there and not frozen, by Podman's word.
    pub fn answers(self) -> bool {
        self == Self::Running
    }

    /// Whether the main process should exist, by Podman's word.
    pub fn is_up(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

/// A container as the list tells it: cheap, and enough to see whether it changed since.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContainerSummary {
    /// Podman's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Podman's word on its state.
    pub state: EngineState,
    /// The main process, while it runs.
    pub pid: Option<u32>,
    /// When it was last started, in milliseconds since 1970, but exact to the second only.
    pub started_ms: Option<i64>,
    /// When it last ended, in milliseconds since 1970, but exact to the second only.
    pub exited_ms: Option<i64>,
    /// How it last ended; `None` while it runs.
    pub exit_code: Option<i32>,
    /// Podman's word on its health, where the list tells it.
    pub health: Option<HealthStatus>,
    /// The names of its networks.
    pub networks: BTreeSet<String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// The image it was made from.
    pub image_id: String,
    /// Who else manages it, as inspect tells it.
    pub managed_by: Option<ForeignManager>,
}

/// A container as inspect tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LiveContainer {
    /// Podman's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: i64,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Podman's word on its state.
    pub state: EngineState,
    /// The main process, while it runs.
    pub pid: Option<u32>,
    /// When it was last started, in milliseconds since 1970.
    pub started_ms: Option<i64>,
    /// When it last ended, in milliseconds since 1970.
    pub finished_ms: Option<i64>,
    /// How it last ended; `None` while it runs.
    pub exit_code: Option<i32>,
    /// Whether it was ended by `podman stop` or `podman kill`, also while it is ending. Podman 4.3 always says no.
    pub stopped_by_user: bool,
    /// Whether the kernel killed it for want of memory. Podman 4.3 always says no.
    pub oom_killed: bool,
    /// Podman's own error text.
    pub error: Option<String>,
    /// The state of its healthcheck; `None`: it has none.
    pub health: Option<LiveHealth>,
    /// The id of the image it was made from.
    pub image_id: String,
    /// The image reference it was made with.
    pub image_name: String,
    /// Volumes without a name of the user's, by target path: a recreate attaches them again.
    pub anonymous_volumes: BTreeMap<String, String>,
    /// Where the data of its volumes and binds lies on the host, by target path; not of a tmpfs.
    pub mounts_on_host: BTreeMap<String, String>,
    /// The file that holds its log; `None`: its log driver keeps none.
    pub log_path: Option<String>,
    /// Who else manages it; such a container is never taken over.
    pub managed_by: Option<ForeignManager>,
    /// Its configuration.
    pub config: LiveConfig,
}

impl LiveContainer {
    /// Which start of which container it is: `ID@STARTED_MS`; `None`: it was never started.
    pub fn start(&self) -> Option<String> {
        Some(format!("{}@{}", self.id, self.started_ms?))
    }
}

/// Who else manages a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum ForeignManager {
    /// A systemd unit (`PODMAN_SYSTEMD_UNIT`).
    Systemd(String),
    /// A pod.
    Pod(String),
    /// Podman removes it when it ends (`--rm`).
    AutoRemove,
}

/// The configuration of a live container. Where Podman cannot tell a field, it is `None`, and only the last
/// applied document is compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LiveConfig {
    /// The entry point.
    pub command: Vec<String>,
    /// The arguments.
    pub args: Vec<String>,
    /// The directory in which the process begins.
    pub working_dir: String,
    /// The host name inside.
    pub hostname: String,
    /// The user, as given.
    pub user: String,
    /// Further groups.
    pub group_add: BTreeSet<String>,
    /// The environment as given, the image's included.
    pub env: BTreeMap<String, String>,
    /// Published ports.
    pub ports: BTreeSet<Port>,
    /// Mounts by target path, anonymous volumes excluded.
    pub mounts: BTreeMap<String, Mount>,
    /// Networks. Sorted by name: Podman's order is random.
    pub networks: Option<Networks>,
    /// Limits; a field is `None` when there is no limit.
    pub resources: Resources,
    /// The parent control group.
    pub cgroup_parent: String,
    /// The control group namespace, where Podman tells.
    pub cgroup_namespace: Option<CgroupNamespace>,
    /// Its healthcheck.
    pub healthcheck: Option<Healthcheck>,
    /// Privileges and confinement.
    pub security: LiveSecurity,
    /// Devices by path inside.
    pub devices: BTreeMap<String, Device>,
    /// Kernel parameters; `None` when Podman does not tell.
    pub sysctls: Option<BTreeMap<String, String>>,
    /// Resource limits of the process, those that nobody declared included.
    pub ulimits: BTreeMap<String, Ulimit>,
    /// The size of `/dev/shm`.
    pub shm_size: Option<Bytes>,
    /// Name servers.
    pub dns: Vec<String>,
    /// Search domains.
    pub dns_search: Vec<String>,
    /// Further lines of `/etc/hosts`.
    pub extra_hosts: BTreeMap<String, String>,
    /// The signal that asks the process to end.
    pub stop_signal: Option<u8>,
    /// How long it may take to end.
    pub stop_timeout: Duration,
    /// The log driver.
    pub log_driver: String,
    /// Whether an init process runs as pid 1.
    pub init: bool,
    /// Secrets mounted as files; `None` when Podman does not tell.
    pub secret_mounts: Option<Vec<SecretUse>>,
    /// Secrets in the environment by variable; `None` when Podman does not tell.
    pub secret_env: Option<BTreeMap<String, String>>,
    /// Podman's own restart policy: `no` on what podsteward made.
    pub restart_policy: String,
}

/// Privileges and confinement of a live container.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LiveSecurity {
    /// All privileges.
    pub privileged: bool,
    /// The root filesystem may not be written.
    pub read_only_root_filesystem: bool,
    /// No program inside gains privileges.
    pub no_new_privileges: bool,
    /// Capabilities.
    pub capabilities: LiveCapabilities,
    /// The user namespace; `None` when Podman does not tell.
    pub user_namespace: Option<String>,
    /// `SELinux` label options; `None` when Podman does not tell.
    pub selinux_label: Option<BTreeSet<String>>,
}

/// The capabilities of a live container. Names are upper case, without `CAP_`.
///
/// Podman tells what was added to and dropped from its own default set, which differs from version to version: a
/// declared drop of a capability that is not in the default set is not told at all. So a declaration is compared
/// by what it comes to, with [`LiveCapabilities::expected`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LiveCapabilities {
    /// What processes inside may hold.
    pub held: BTreeSet<String>,
    /// What a container of this Podman holds when nothing is declared.
    pub default: BTreeSet<String>,
}

impl LiveCapabilities {
    /// Whether these are the capabilities that a declaration comes to. `ALL` stands for every capability the
    /// kernel has, so an added `ALL` is met by any set that holds the default and everything else that is added.
    pub fn meet(&self, declared: &Security) -> bool {
        let (add, drop) = (&declared.capabilities_add, &declared.capabilities_drop);
        if add.contains("ALL") {
            let rest_is_held =
                self.default.iter().all(|name| drop.contains(name) || self.held.contains(name));
            return rest_is_held && drop.iter().all(|name| !self.held.contains(name));
        }
        self.held == self.expected(declared)
    }

    /// The set that a declaration comes to, as Podman makes it: the default without what is dropped, with what
    /// is added. `ALL` in the drops leaves only what is added.
    pub fn expected(&self, declared: &Security) -> BTreeSet<String> {
        let (add, drop) = (&declared.capabilities_add, &declared.capabilities_drop);
        let kept = self.default.iter().filter(|name| !drop.contains("ALL") && !drop.contains(*name));
        kept.chain(add).cloned().collect()
    }
}

/// Podman's word on a container's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HealthStatus {
    /// No result counts yet.
    Starting,
    /// The last check succeeded.
    Healthy,
    /// The last checks failed.
    Unhealthy,
}

/// The state of a container's healthcheck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveHealth {
    /// Podman's word.
    pub status: HealthStatus,
    /// Failures in a row.
    pub failing_streak: u32,
    /// When the last check ended, in milliseconds since 1970.
    pub last_check_ms: Option<i64>,
    /// What the last check printed, cut to a readable length.
    pub last_output: String,
}

/// A network as Podman tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LiveNetwork {
    /// Its name.
    pub name: String,
    /// Podman's id.
    pub id: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// The driver.
    pub driver: String,
    /// Address ranges with their gateways and the part that is given out.
    pub subnets: Vec<LiveSubnet>,
    /// No way out.
    pub internal: bool,
    /// Names are resolved.
    pub dns: bool,
    /// IPv6 addresses are given out.
    pub ipv6: bool,
    /// Options of the driver.
    pub options: BTreeMap<String, String>,
}

/// One address range of a live network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSubnet {
    /// The range.
    pub subnet: Subnet,
    /// The gateway's address.
    pub gateway: Option<std::net::IpAddr>,
    /// The first and the last address that are given out, where limited.
    pub lease_range: Option<(Option<std::net::IpAddr>, Option<std::net::IpAddr>)>,
}

/// A volume as Podman tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LiveVolume {
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// The driver.
    pub driver: String,
    /// Options of the driver.
    pub options: BTreeMap<String, String>,
    /// Where its data lies on the host.
    pub mountpoint: String,
}

/// An image in local storage.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LiveImage {
    /// Podman's id: the digest of its configuration.
    pub id: String,
    /// The digest of its manifest.
    pub digest: String,
    /// The names it goes by.
    pub names: Vec<String>,
}

/// The instance and object that a live thing says it belongs to.
pub fn owner(labels: &BTreeMap<String, String>) -> Option<(&str, &str)> {
    Some((labels.get(INSTANCE_LABEL)?.as_str(), labels.get(OBJECT_LABEL)?.as_str()))
}

/// The first and the last address that a network gives out when its `ipRange` is this range, as Podman works them
/// out: the range's own first address is left out.
pub fn lease_bounds(range: Subnet) -> (std::net::IpAddr, std::net::IpAddr) {
    use std::net::IpAddr;
    match range.base {
        IpAddr::V4(base) => {
            let hosts = u32::MAX.checked_shr(u32::from(range.prefix)).unwrap_or(0);
            let base = u32::from(base);
            (IpAddr::V4(base.saturating_add(1).into()), IpAddr::V4((base | hosts).into()))
        }
        IpAddr::V6(base) => {
            let hosts = u128::MAX.checked_shr(u32::from(range.prefix)).unwrap_or(0);
            let base = u128::from(base);
            (IpAddr::V6(base.saturating_add(1).into()), IpAddr::V6((base | hosts).into()))
        }
    }
}
