//! What a container is made of: environment, ports, mounts, networks, limits, privileges.
//!
//! Owns the value types. They are ordered and comparable, and the live container is read into the very same
//! types, so that a comparison is `==`.

use std::collections::BTreeSet;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::quantity::{Bytes, MilliCpu};

/// When an image is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum PullPolicy {
    /// Only when it is not there. The default: an unplanned pull is an unplanned update.
    #[default]
    IfNotPresent,
    /// Each time a container is created from it.
    Always,
    /// Never; it must be there.
    Never,
}

/// The value of an environment variable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum EnvValue {
    /// A text.
    Value(String),
    /// The content of this Podman secret. Only the reference is ever compared, logged or stored.
    SecretRef(String),
}

/// One published port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Port {
    /// The port inside.
    pub container_port: u16,
    /// The port on the host; `None`: Podman picks one.
    pub host_port: Option<u16>,
    /// The address on the host; `None`: all of them.
    pub host_ip: Option<IpAddr>,
    /// The protocol. Default TCP.
    pub protocol: Protocol,
}

impl Port {
    /// The same port as Podman tells it: "all IPv4 addresses" and no address are one thing to it.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let host_ip = self.host_ip.filter(|ip| *ip != IpAddr::from([0, 0, 0, 0]));
        Self { host_ip, ..self.clone() }
    }
}

/// A transport protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub enum Protocol {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// The name as Podman writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
        }
    }
}

/// One mount; its target is the key in [`super::Container::mounts`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Mount {
    /// What is mounted.
    pub source: MountSource,
    /// Whether it may not be written.
    pub read_only: bool,
    /// Further mount options, for example `z`, `noexec`, `size=64m`.
    pub options: BTreeSet<String>,
}

impl Mount {
    /// The same mount without the options that say nothing: those that Podman gives to every mount of its type,
    /// those that the other fields say, and `z`, `Z` and `U`, which are work done once at creation.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let silent: &[&str] = match self.source {
            MountSource::Bind(_) => &["rw", "ro", "bind", "rbind", "rprivate", "z", "Z", "U"],
            MountSource::Volume(_) => {
                &["rw", "ro", "bind", "rbind", "rprivate", "nosuid", "nodev", "z", "Z", "U"]
            }
            MountSource::Tmpfs => &["rw", "ro", "rprivate", "nosuid", "nodev", "tmpcopyup", "U"],
        };
        let options = self.options.iter().filter(|option| !silent.contains(&option.as_str())).cloned();
        let read_only = self.read_only || self.options.contains("ro");
        Self { source: self.source.clone(), read_only, options: options.collect() }
    }
}

/// What is mounted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum MountSource {
    /// A named volume.
    Volume(String),
    /// A path on the host.
    Bind(String),
    /// Memory.
    Tmpfs,
}

/// How a container is connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Networks {
    /// It shares the host's network (`networks: [{name: host}]`).
    Host,
    /// It has none (`networks: [{name: none}]`).
    None,
    /// It is attached to these, in order.
    Attached(Vec<NetworkAttachment>),
}

/// One attachment to a network.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NetworkAttachment {
    /// The network.
    pub name: String,
    /// A fixed address.
    pub ip: Option<IpAddr>,
    /// Further names that resolve to the container.
    pub aliases: BTreeSet<String>,
}

/// Limits and requests. `None` is "not declared".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Resources {
    /// The most memory.
    pub memory: Option<Bytes>,
    /// The most memory and swap together; `-1` in a manifest is `u64::MAX` here: no limit.
    pub memory_swap: Option<Bytes>,
    /// The most CPU.
    pub cpu: Option<MilliCpu>,
    /// The most processes.
    pub pids: Option<i64>,
    /// Memory that is given back last under pressure (`resources.requests.memory`).
    pub memory_reservation: Option<Bytes>,
    /// The weight when CPUs are contended (`cpuShares`).
    pub cpu_shares: Option<u64>,
}

/// The control group namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CgroupNamespace {
    /// Its own.
    Private,
    /// The host's.
    Host,
}

/// Privileges and confinement. `None` is "not declared".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Security {
    /// All privileges.
    pub privileged: Option<bool>,
    /// The root filesystem may not be written.
    pub read_only_root_filesystem: Option<bool>,
    /// No program inside gains privileges.
    pub no_new_privileges: Option<bool>,
    /// Capabilities beyond the default, without `CAP_`, upper case.
    pub capabilities_add: BTreeSet<String>,
    /// Capabilities taken away, without `CAP_`, upper case; may be `ALL`.
    pub capabilities_drop: BTreeSet<String>,
    /// The user namespace: `host`, `keep-id`, `auto`, `private` with options as Podman writes them.
    pub user_namespace: Option<String>,
    /// `SELinux` label options, for example `disable`, `type:container_t`.
    pub selinux_label: BTreeSet<String>,
}

/// One device; its path inside is the key in [`super::Container::devices`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Device {
    /// The path on the host.
    pub host_path: String,
    /// Some of `rwm`. Default `rwm`.
    pub permissions: String,
}

/// One resource limit of the process; `u64::MAX` is unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Ulimit {
    /// The limit that holds.
    pub soft: u64,
    /// How far the process may raise it.
    pub hard: u64,
}

/// One Podman secret that a container gets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SecretUse {
    /// The secret's name.
    pub name: String,
    /// How the container gets it.
    pub target: SecretTarget,
}

/// How a container gets a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum SecretTarget {
    /// As this environment variable.
    Env(String),
    /// As a file.
    Mount {
        /// The path inside; relative to `/run/secrets`. Default: the secret's name.
        target: String,
        /// The owner. Default 0.
        uid: u32,
        /// The group. Default 0.
        gid: u32,
        /// The permissions. Default 0o444.
        mode: u32,
    },
}
