//! The part of libpod's inspect that is compared or shown, as it comes over the socket.
//!
//! Owns the field names and tolerates what differs between versions: absent fields, `null` for empty lists, a
//! signal as number or name. The client crate's own inspect asks Podman to measure the container's size each
//! time, and loses fields of Podman 5. Never interprets: that is [`crate::convert`].

use std::collections::BTreeMap;

use serde::Deserialize;

/// A list that Go may write as `null`.
pub(crate) type List<T> = Option<Vec<T>>;
/// A map that Go may write as `null`.
pub(crate) type Map<T> = Option<BTreeMap<String, T>>;

/// `GET containers/{name}/json`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Inspect {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created: String,
    pub(crate) path: String,
    pub(crate) args: List<String>,
    pub(crate) image: String,
    pub(crate) image_name: String,
    pub(crate) pod: String,
    pub(crate) bounding_caps: List<String>,
    pub(crate) state: State,
    pub(crate) config: Config,
    pub(crate) host_config: HostConfig,
    pub(crate) mounts: List<MountPoint>,
    pub(crate) network_settings: NetworkSettings,
}

/// `State`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct State {
    pub(crate) status: String,
    pub(crate) pid: i64,
    pub(crate) exit_code: i32,
    #[serde(rename = "OOMKilled")]
    pub(crate) oom_killed: bool,
    pub(crate) stopped_by_user: bool,
    pub(crate) error: String,
    pub(crate) started_at: String,
    pub(crate) finished_at: String,
    #[serde(alias = "Healthcheck")]
    pub(crate) health: Option<Health>,
}

/// `State.Health`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Health {
    pub(crate) status: String,
    pub(crate) failing_streak: i64,
    pub(crate) log: List<HealthLog>,
}

/// One run of a healthcheck.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct HealthLog {
    pub(crate) end: String,
    pub(crate) output: String,
}

/// `Config`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Config {
    pub(crate) hostname: String,
    pub(crate) user: String,
    pub(crate) env: List<String>,
    pub(crate) cmd: List<String>,
    pub(crate) entrypoint: Option<Entrypoint>,
    pub(crate) working_dir: String,
    pub(crate) labels: Map<String>,
    pub(crate) annotations: Map<String>,
    pub(crate) stop_signal: Option<Signal>,
    pub(crate) stop_timeout: u64,
    pub(crate) healthcheck: Option<HealthConfig>,
}

/// The entry point as Podman 4 (joined with spaces) or Podman 5's own paths (words) write it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Entrypoint {
    /// `sleep inf`
    Line(String),
    /// `sleep`, `inf`
    Words(Vec<String>),
}

/// A signal as Podman 4 (number) or later paths (name) write it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Signal {
    /// 15
    Number(u8),
    /// SIGTERM
    Name(String),
}

/// `Config.Healthcheck`; times are nanoseconds.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct HealthConfig {
    pub(crate) test: List<String>,
    pub(crate) interval: u64,
    pub(crate) timeout: u64,
    pub(crate) start_period: u64,
    pub(crate) retries: u32,
}

/// `HostConfig`.
#[expect(clippy::struct_excessive_bools, reason = "the struct is Podman's")]
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct HostConfig {
    pub(crate) auto_remove: bool,
    pub(crate) cap_add: List<String>,
    pub(crate) cap_drop: List<String>,
    pub(crate) cgroup_mode: String,
    pub(crate) cgroup_parent: String,
    pub(crate) cpu_period: u64,
    pub(crate) cpu_quota: i64,
    pub(crate) cpu_shares: u64,
    pub(crate) devices: List<DevicePath>,
    pub(crate) dns: List<String>,
    pub(crate) dns_search: List<String>,
    pub(crate) extra_hosts: List<String>,
    pub(crate) group_add: List<String>,
    pub(crate) init: bool,
    pub(crate) log_config: LogConfig,
    pub(crate) memory: i64,
    pub(crate) memory_reservation: i64,
    pub(crate) memory_swap: i64,
    pub(crate) nano_cpus: i64,
    pub(crate) network_mode: String,
    pub(crate) pids_limit: i64,
    pub(crate) port_bindings: Map<List<HostPort>>,
    pub(crate) privileged: bool,
    pub(crate) readonly_rootfs: bool,
    pub(crate) restart_policy: RestartPolicy,
    pub(crate) security_opt: List<String>,
    pub(crate) shm_size: u64,
    pub(crate) tmpfs: Map<String>,
    pub(crate) ulimits: List<UlimitPair>,
    pub(crate) userns_mode: String,
}

/// A device; Podman tells no permissions.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct DevicePath {
    pub(crate) path_on_host: String,
    pub(crate) path_in_container: String,
    pub(crate) cgroup_permissions: String,
}

/// `HostConfig.LogConfig`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct LogConfig {
    #[serde(rename = "Type")]
    pub(crate) driver: String,
    pub(crate) path: String,
}

/// One published port.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct HostPort {
    pub(crate) host_ip: String,
    pub(crate) host_port: String,
}

/// `HostConfig.RestartPolicy`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RestartPolicy {
    pub(crate) name: String,
}

/// One limit of the process; -1 is unlimited.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UlimitPair {
    pub(crate) name: String,
    pub(crate) soft: i64,
    pub(crate) hard: i64,
}

/// One of `Mounts`: volumes and binds, but no tmpfs.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct MountPoint {
    #[serde(rename = "Type")]
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) destination: String,
    pub(crate) options: List<String>,
    pub(crate) propagation: String,
    #[serde(rename = "RW")]
    pub(crate) writable: bool,
}

/// `NetworkSettings`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct NetworkSettings {
    pub(crate) networks: Map<Attachment>,
}

/// One attachment to a network.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Attachment {
    #[serde(rename = "IPAddress")]
    pub(crate) ip_address: String,
    #[serde(rename = "GlobalIPv6Address")]
    pub(crate) ipv6_address: String,
    pub(crate) aliases: List<String>,
}
