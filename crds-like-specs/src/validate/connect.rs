//! The checks of what connects a container: environment, secrets, ports, networks, mounts, host names.
//!
//! Owns the checks within one container. Never compares two containers (see [`crate::cross`]).

use std::collections::{BTreeMap, BTreeSet};

use super::field::Field;
use super::text;
use crate::container::{
    EnvValue, Mount, MountSource, NetworkAttachment, Networks, Port, Protocol, SecretTarget, SecretUse,
};
use crate::cross::ports_clash;
use crate::defaults;
use crate::document::Spots;
use crate::wire::{OneOrMany, connect as wire};

/// Checks the environment: a value or a secret each, no name twice.
pub(super) fn env(wire: Option<Vec<wire::EnvVar>>, field: &Field<'_>) -> BTreeMap<String, EnvValue> {
    let mut env = BTreeMap::new();
    for (position, variable) in wire.into_iter().flatten().enumerate() {
        let field = field.item(position);
        let name = field.key("name").read(variable.name.as_deref(), text::env_name);
        let secret = variable.secret_ref.and_then(|secret| secret_ref(secret, &field.key("secretRef")));
        let value = match (variable.value, secret) {
            (Some(value), None) => field.key("value").take(text::no_nul(&value)).map(EnvValue::Value),
            (None, Some(secret)) => Some(EnvValue::SecretRef(secret)),
            (Some(_), Some(_)) => {
                let message = "has both value and secretRef (exactly one of them)";
                field.problem_among(&["value", "secretRef"], message);
                None
            }
            (None, None) => {
                // A secretRef that was refused has its own problem already.
                if field.key("secretRef").node().is_none() {
                    let message = "has neither value nor secretRef (exactly one of them)";
                    field.problem_among(&["value", "secretRef"], message);
                }
                None
            }
        };
        if let (Some(name), Some(value)) = (name, value) {
            field.insert(&mut env, name, value, "variable");
        }
    }
    env
}

fn secret_ref(wire: wire::SecretRef, field: &Field<'_>) -> Option<String> {
    let name = match wire {
        wire::SecretRef::Name(name) => Some(name),
        wire::SecretRef::Full(secret) => secret.name,
    };
    field.key_or_self("name").read(name.as_deref(), text::podman_name)
}

/// Checks the secrets: no variable and no path twice, no variable that `env` sets, too.
pub(super) fn secrets(
    wire: Option<Vec<wire::Secret>>,
    field: &Field<'_>,
    env: &BTreeMap<String, EnvValue>,
) -> Vec<SecretUse> {
    let mut secrets: Vec<SecretUse> = Vec::new();
    for (position, secret) in wire.into_iter().flatten().enumerate() {
        let field = field.item(position);
        let name = field.key("name").read(secret.name.as_deref(), text::podman_name);
        let Some(name) = name else { continue };
        let Some(target) = secret_target(&name, &secret, &field) else { continue };
        let taken = secrets.iter().any(|other| target_name(&other.target) == target_name(&target));
        if taken {
            field.problem("has the target of an earlier secret (each target once)");
        }
        if let SecretTarget::Env(variable) = &target
            && env.contains_key(variable)
        {
            field.problem(format!("sets the variable {variable}, which env sets, too (one of them)"));
        }
        secrets.push(SecretUse { name, target });
    }
    secrets
}

fn secret_target(name: &str, secret: &wire::Secret, field: &Field<'_>) -> Option<SecretTarget> {
    let target = secret.target.as_deref().unwrap_or(name);
    if matches!(secret.kind, Some(wire::SecretType::Env)) {
        let file_only =
            [("uid", secret.uid.is_some()), ("gid", secret.gid.is_some()), ("mode", secret.mode.is_some())];
        for (key, _) in file_only.iter().filter(|(_, declared)| *declared) {
            field.key(key).problem("says nothing for a variable (only with type: mount)");
        }
        return field.key("target").take(text::env_name(target)).map(SecretTarget::Env);
    }
    let mode = field.key("mode").read(secret.mode.as_deref(), mode);
    let target = field.key("target").take(secret_path(target))?;
    let mode = mode.unwrap_or(defaults::SECRET_MODE);
    Some(SecretTarget::Mount {
        target,
        uid: secret.uid.unwrap_or_default(),
        gid: secret.gid.unwrap_or_default(),
        mode,
    })
}

fn secret_path(text: &str) -> Result<String, String> {
    if text.starts_with('/') { text::path(text) } else { text::podman_name(text) }
}

fn mode(text: &str) -> Result<u32, String> {
    let digits = text.strip_prefix("0o").unwrap_or(text);
    let sound = (3..=4).contains(&digits.len());
    let mode = u32::from_str_radix(digits, 8).ok().filter(|mode| sound && *mode <= 0o777);
    mode.ok_or_else(|| format!("'{text}' is not a mode (octal permissions in quotes such as \"0440\")"))
}

/// Whether the target is a variable, and its name or path.
fn target_name(target: &SecretTarget) -> (bool, &str) {
    match target {
        SecretTarget::Env(variable) => (true, variable),
        SecretTarget::Mount { target, .. } => (false, target),
    }
}

/// Checks the published ports and remembers where each stands.
pub(super) fn ports(wire: Option<Vec<wire::Port>>, field: &Field<'_>, spots: &mut Spots) -> BTreeSet<Port> {
    let mut ports: BTreeSet<Port> = BTreeSet::new();
    for (position, port) in wire.into_iter().flatten().enumerate() {
        let field = field.item(position);
        let host_ip = field.key("hostIP").read(port.host_ip.as_deref(), text::ip);
        let refused = port.host_ip.is_some() && host_ip.is_none();
        let Some(container_port) = port.container_port.filter(|_| !refused) else { continue };
        let protocol = port.protocol.map(protocol).unwrap_or_default();
        let port = Port { container_port, host_port: port.host_port, host_ip, protocol };
        if ports.contains(&port) {
            field.problem("declares the same port a second time");
        } else if let Some(other) = ports.iter().find(|other| ports_clash(other, &port)) {
            let other = spots.ports.get(other).map_or("", |spot| spot.path.as_str());
            field.problem(format!("takes the same port of the host as {other}"));
        }
        spots.ports.insert(port.clone(), field.spot());
        ports.insert(port);
    }
    ports
}

fn protocol(wire: wire::Protocol) -> Protocol {
    match wire {
        wire::Protocol::Tcp | wire::Protocol::TcpLower => Protocol::Tcp,
        wire::Protocol::Udp | wire::Protocol::UdpLower => Protocol::Udp,
        wire::Protocol::Sctp | wire::Protocol::SctpLower => Protocol::Sctp,
    }
}

/// Ports need a network of the container's own: Podman ignores them otherwise, which helps nobody.
pub(super) fn check_ports_and_networks(
    ports: &BTreeSet<Port>,
    networks: Option<&Networks>,
    field: &Field<'_>,
) {
    let without = match networks {
        Some(Networks::Host) => "host",
        Some(Networks::None) => "none",
        Some(Networks::Attached(_)) | None => return,
    };
    if !ports.is_empty() {
        field.problem(format!("cannot be published with network {without} (leave one of them out)"));
    }
}

/// Checks the networks: `host` and `none` alone, no network twice.
pub(super) fn networks(wire: Option<Vec<wire::Network>>, field: &Field<'_>) -> Option<Networks> {
    let wire = wire?;
    if wire.is_empty() {
        field.problem(
            "is empty (at least one network, or none for no network; left out, Podman's default holds)",
        );
    }
    let alone = wire.len() == 1;
    let mut attached: Vec<NetworkAttachment> = Vec::new();
    for (position, network) in wire.into_iter().enumerate() {
        let field = field.item(position);
        let (name, ip, aliases) = match network {
            wire::Network::Name(name) => (Some(name), None, None),
            wire::Network::Full(full) => (full.name, full.ip, full.aliases),
        };
        let special = name.as_deref().filter(|name| matches!(*name, "host" | "none"));
        if let Some(special) = special {
            if !alone || ip.is_some() || aliases.is_some() {
                field.problem(format!("{special} stands alone (no other network, no ip, no aliases)"));
            } else {
                return Some(if special == "host" { Networks::Host } else { Networks::None });
            }
            continue;
        }
        let name = field.key_or_self("name").read(name.as_deref(), text::podman_name);
        let ip = field.key("ip").read(ip.as_deref(), text::ip);
        let aliases = host_names(aliases, &field.key("aliases")).into_iter().collect();
        let Some(name) = name else { continue };
        if attached.iter().any(|other| other.name == name) {
            field.problem(format!("declares the network {name} a second time"));
        }
        attached.push(NetworkAttachment { name, ip, aliases });
    }
    Some(Networks::Attached(attached))
}

fn host_names(wire: Option<Vec<String>>, field: &Field<'_>) -> Vec<String> {
    let names = wire.into_iter().flatten().enumerate();
    names.filter_map(|(position, name)| field.item(position).take(text::host_name(&name))).collect()
}

/// Checks the mounts: a source where one is needed, no target twice.
pub(super) fn mounts(wire: Option<Vec<wire::Mount>>, field: &Field<'_>) -> BTreeMap<String, Mount> {
    let mut mounts = BTreeMap::new();
    for (position, mount) in wire.into_iter().flatten().enumerate() {
        let field = field.item(position);
        let target = field.key("target").read(mount.target.as_deref(), mount_target);
        let options = mount_options(mount.options, &field.key("options"));
        let source = mount.kind.and_then(|kind| mount_source(kind, mount.source.as_deref(), &field));
        if let (Some(target), Some(source)) = (target, source) {
            let mount = Mount { source, read_only: mount.read_only.unwrap_or_default(), options };
            field.insert(&mut mounts, target, mount, "target");
        }
    }
    mounts
}

fn mount_target(text: &str) -> Result<String, String> {
    match text::path(text)?.as_str() {
        "/" => Err("is the root of the container (a path below it)".to_owned()),
        path => Ok(path.to_owned()),
    }
}

fn mount_source(kind: wire::MountType, source: Option<&str>, field: &Field<'_>) -> Option<MountSource> {
    let source_field = field.key("source");
    match (kind, source) {
        (wire::MountType::Volume, Some(source)) => {
            source_field.take(text::podman_name(source)).map(MountSource::Volume)
        }
        (wire::MountType::Bind, Some(source)) => source_field.take(text::path(source)).map(MountSource::Bind),
        (wire::MountType::Tmpfs, None) => Some(MountSource::Tmpfs),
        (wire::MountType::Volume, None) => {
            source_field.problem("is missing (the volume's name)");
            None
        }
        (wire::MountType::Bind, None) => {
            source_field.problem("is missing (the path on the host)");
            None
        }
        (wire::MountType::Tmpfs, Some(_)) => {
            source_field.problem("says nothing for a tmpfs (only with type: volume or bind)");
            None
        }
    }
}

fn mount_options(wire: Option<Vec<String>>, field: &Field<'_>) -> BTreeSet<String> {
    let mut options = BTreeSet::new();
    for (position, option) in wire.into_iter().flatten().enumerate() {
        let field = field.item(position);
        if matches!(option.as_str(), "ro" | "rw") {
            field.problem("is not an option here (write readOnly: true or false)");
        } else if option.contains(',') {
            field.problem(format!("'{option}' holds a comma (one option an item)"));
        } else if let Some(option) = field.take(text::word(&option)) {
            options.insert(option);
        }
    }
    options
}

/// Checks the name servers.
pub(super) fn dns(wire: Option<Vec<String>>, field: &Field<'_>) -> Option<Vec<String>> {
    let servers = wire?.into_iter().enumerate();
    let ips = servers.filter_map(|(position, server)| field.item(position).take(text::ip(&server)));
    Some(ips.map(|ip| ip.to_string()).collect())
}

/// Checks the search domains; a single dot means "none" to Podman.
pub(super) fn dns_search(wire: Option<Vec<String>>, field: &Field<'_>) -> Option<Vec<String>> {
    let domain = |text: &str| if text == "." { Ok(text.to_owned()) } else { text::host_name(text) };
    let domains = wire?.into_iter().enumerate();
    Some(domains.filter_map(|(position, name)| field.item(position).take(domain(&name))).collect())
}

/// Checks the further lines of `/etc/hosts`: no host twice.
pub(super) fn extra_hosts(wire: Option<Vec<wire::ExtraHost>>, field: &Field<'_>) -> BTreeMap<String, String> {
    let mut hosts = BTreeMap::new();
    for (position, host) in wire.into_iter().flatten().enumerate() {
        let field = field.item(position);
        let (names, ip) = match host {
            wire::ExtraHost::Full(alias) => (alias.hostnames.map(OneOrMany::into_vec), alias.ip),
            wire::ExtraHost::Line(line) => {
                let Some((host, ip)) = line.split_once(':') else {
                    field.problem(format!("'{line}' is not a line of /etc/hosts (HOST:IP)"));
                    continue;
                };
                (Some(vec![host.to_owned()]), Some(ip.to_owned()))
            }
        };
        let ip = field.key_or_self("ip").read(ip.as_deref(), host_address);
        for name in names.into_iter().flatten() {
            let name = field.key_or_self("hostnames").take(text::host_name(&name));
            if let (Some(name), Some(ip)) = (name, ip.clone()) {
                field.insert(&mut hosts, name, ip, "host");
            }
        }
    }
    hosts
}

fn host_address(text: &str) -> Result<String, String> {
    if text == "host-gateway" { Ok(text.to_owned()) } else { text::ip(text).map(|ip| ip.to_string()) }
}
