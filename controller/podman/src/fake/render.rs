//! What inspect tells of a container that was created so.
//!
//! Owns the image's and Podman's defaults for what is not declared. Never knows states: a fresh container is "created".

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use podsteward_domain::engine::ContainerCreate;
use podsteward_domain::live::{
    EngineState, HealthStatus, LiveCapabilities, LiveConfig, LiveContainer, LiveHealth, LiveSecurity,
};
use podsteward_specs::container::{
    CgroupNamespace, Container, EnvValue, MountSource, NetworkAttachment, Networks, Port, Resources,
    SecretTarget, SecretUse, Security, Ulimit,
};
use podsteward_specs::quantity::Bytes;

use super::storage;
use super::things::volume_of;
use super::world::FakeImage;
use crate::convert::untold;

/// The network of a container that declares none.
pub(super) const DEFAULT_NETWORK: &str = "podman";

/// What a container of Podman 5 holds when nothing is declared.
const DEFAULT_CAPABILITIES: [&str; 11] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// What the world gives a container.
pub(super) struct Identity {
    pub(super) id: String,
    pub(super) made_ms: i64,
    /// Volumes without a name of the user's, by target.
    pub(super) anonymous: BTreeMap<String, String>,
}

/// The container as inspect tells it right after its creation.
pub(super) fn live(create: &ContainerCreate, image: &FakeImage, identity: Identity) -> LiveContainer {
    let config = config(&create.container, image, &identity.id);
    let health = config.healthcheck.as_ref().map(|_| LiveHealth {
        status: HealthStatus::Starting,
        failing_streak: 0,
        last_check_ms: None,
        last_output: String::new(),
    });
    LiveContainer {
        mounts_on_host: mounts_on_host(&config, &identity.anonymous),
        log_path: storage::log_path(&identity.id, &config.log_driver),
        id: identity.id,
        name: create.name.clone(),
        created_ms: identity.made_ms,
        labels: create.labels.clone(),
        state: EngineState::Created,
        health,
        image_id: image.id.clone(),
        image_name: create.container.image.clone(),
        anonymous_volumes: identity.anonymous,
        config,
        ..LiveContainer::default()
    }
}

/// Where the data of volumes and binds lies, by target.
fn mounts_on_host(config: &LiveConfig, anonymous: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let declared = config.mounts.iter().filter_map(|(target, mount)| match &mount.source {
        MountSource::Volume(name) => Some((target.clone(), storage::mountpoint(name))),
        MountSource::Bind(path) => Some((target.clone(), path.clone())),
        MountSource::Tmpfs => None,
    });
    let anonymous = anonymous.iter().map(|(target, name)| (target.clone(), storage::mountpoint(name)));
    declared.chain(anonymous).collect()
}

/// The configuration: what is declared, else the image's, else Podman's own default.
fn config(container: &Container, image: &FakeImage, id: &str) -> LiveConfig {
    let declared = |words: &Option<Vec<String>>| words.clone().filter(|words| !words.is_empty());
    let command = declared(&container.command);
    let image_args = if command.is_some() { Vec::new() } else { image.args.clone() };
    let short_id = id.get(..12).unwrap_or(id);
    LiveConfig {
        args: declared(&container.args).unwrap_or(image_args),
        command: command.unwrap_or_else(|| image.entrypoint.clone()),
        working_dir: container.working_dir.clone().unwrap_or_else(|| or(&image.working_dir, "/")),
        hostname: container.hostname.clone().unwrap_or_else(|| short_id.to_owned()),
        user: container.user.clone().unwrap_or_else(|| image.user.clone()),
        group_add: container.group_add.clone(),
        env: env(container, image, short_id),
        ports: container.ports.iter().map(with_host_port).collect(),
        mounts: container.mounts.iter().map(|(target, mount)| (target.clone(), mount.canonical())).collect(),
        networks: container.networks.clone(),
        resources: resources(&container.resources),
        cgroup_parent: container.cgroup_parent.clone().unwrap_or_default(),
        cgroup_namespace: Some(container.cgroup_namespace.unwrap_or(CgroupNamespace::Private)),
        healthcheck: container.healthcheck.clone().or_else(|| image.healthcheck.clone()),
        security: security(&container.security),
        devices: container.devices.clone(),
        sysctls: Some(container.sysctls.clone()),
        ulimits: ulimits(container),
        shm_size: Some(container.shm_size.unwrap_or(Bytes(65_536_000))),
        dns: container.dns.clone().unwrap_or_default(),
        dns_search: container.dns_search.clone().unwrap_or_default(),
        extra_hosts: container.extra_hosts.clone(),
        stop_signal: container.stop_signal.or(image.stop_signal).or(Some(15)),
        stop_timeout: container.stop_timeout,
        log_driver: container.log_driver.clone().unwrap_or_else(|| "k8s-file".to_owned()),
        init: container.init.unwrap_or_default(),
        secret_mounts: Some(secret_mounts(container)),
        secret_env: Some(untold::secret_env(container)),
        restart_policy: "no".to_owned(),
    }
}

/// A text, or another one in place of an empty one.
fn or(text: &str, other: &str) -> String {
    if text.is_empty() { other.to_owned() } else { text.to_owned() }
}

/// The environment: the image's, Podman's own and what is declared, secrets left out.
fn env(container: &Container, image: &FakeImage, short_id: &str) -> BTreeMap<String, String> {
    let own = [("HOME", "/root"), ("HOSTNAME", short_id), ("container", "podman")];
    let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let declared = container.env.iter().filter_map(|(name, value)| match value {
        EnvValue::Value(text) => Some((name.clone(), text.clone())),
        EnvValue::SecretRef(_) => None,
    });
    own.into_iter().chain(image.env.clone()).chain(declared).collect()
}

/// Podman picks a port on the host where none is declared.
fn with_host_port(port: &Port) -> Port {
    let picked = 30_000 + port.container_port % 10_000;
    Port { host_port: port.host_port.or(Some(picked)), ..port.canonical() }
}

/// Limits with those that Podman works out.
fn resources(declared: &Resources) -> Resources {
    let doubled = declared.memory.map(|bytes| Bytes(bytes.0.saturating_mul(2)));
    Resources {
        memory_swap: declared.memory_swap.or(doubled),
        pids: declared.pids.or(Some(2048)),
        ..declared.clone()
    }
}

/// Privileges with the capabilities that they come to.
fn security(declared: &Security) -> LiveSecurity {
    let default: BTreeSet<String> = DEFAULT_CAPABILITIES.iter().map(|name| (*name).to_owned()).collect();
    let mut capabilities = LiveCapabilities { held: BTreeSet::new(), default };
    capabilities.held = capabilities.expected(declared);
    if capabilities.held.remove("ALL") {
        let kept = capabilities.default.iter().filter(|name| !declared.capabilities_drop.contains(*name));
        capabilities.held.extend(kept.cloned().collect::<Vec<_>>());
    }
    LiveSecurity {
        privileged: declared.privileged.unwrap_or_default(),
        read_only_root_filesystem: declared.read_only_root_filesystem.unwrap_or_default(),
        no_new_privileges: declared.no_new_privileges.unwrap_or_default(),
        capabilities,
        user_namespace: declared.user_namespace.clone(),
        selinux_label: Some(declared.selinux_label.clone()),
    }
}

/// Limits of the process; declaring any voids Podman's defaults for the others.
fn ulimits(container: &Container) -> BTreeMap<String, Ulimit> {
    if !container.ulimits.is_empty() {
        return container.ulimits.clone();
    }
    let limit = |number| Ulimit { soft: number, hard: number };
    BTreeMap::from([("nofile".to_owned(), limit(1_048_576)), ("nproc".to_owned(), limit(1_048_576))])
}

/// Secrets mounted as files.
fn secret_mounts(container: &Container) -> Vec<SecretUse> {
    let files = container.secrets.iter().filter(|secret| matches!(secret.target, SecretTarget::Mount { .. }));
    files.cloned().collect()
}

/// The names of all secrets that a container needs.
pub(super) fn secrets(container: &Container) -> BTreeSet<String> {
    let files = container.secrets.iter().map(|secret| secret.name.clone());
    untold::secret_env(container).into_values().chain(files).collect()
}

/// The networks of a container that is attached to networks.
pub(super) fn attached(container: &Container) -> Option<Vec<NetworkAttachment>> {
    match &container.networks {
        Some(Networks::Attached(attached)) => Some(attached.clone()),
        Some(Networks::Host | Networks::None) => None,
        None => {
            let name = DEFAULT_NETWORK.to_owned();
            Some(vec![NetworkAttachment { name, ip: None, aliases: BTreeSet::new() }])
        }
    }
}

/// The address that a container is given on the network at this place.
pub(super) fn given_address(id: &str, place: usize) -> IpAddr {
    let byte = |at: usize| id.as_bytes().get(at).copied().unwrap_or(1);
    let network = u8::try_from(place).unwrap_or(u8::MAX);
    IpAddr::from([10, 88u8.saturating_add(network), byte(0), byte(1)])
}

/// The volumes of a container, anonymous ones included.
pub(super) fn volumes(live: &LiveContainer) -> Vec<String> {
    let named = live.config.mounts.values().filter_map(|mount| volume_of(&mount.source));
    named.chain(live.anonymous_volumes.values()).cloned().collect()
}
