//! The checks of a container as a whole.
//!
//! Owns the way from each wire field to its validated one. Never leaves a field out: both structs are taken apart
//! by name, so that the compiler finds a new field here.

use std::collections::BTreeSet;
use std::time::Duration;

use super::field::Field;
use super::{connect, lifecycle, probe, process, text};
use crate::container::Container;
use crate::defaults;
use crate::document::Spots;
use crate::quantity::Bytes;
use crate::signal;
use crate::wire::{Scalar, container as wire};

/// Checks a container's spec.
pub(super) fn container(wire: wire::Container, spec: &Field<'_>, spots: &mut Spots) -> Container {
    let networks = connect::networks(wire.networks, &spec.key("networks"));
    let ports = connect::ports(wire.ports, &spec.key("ports"), spots);
    connect::check_ports_and_networks(&ports, networks.as_ref(), &spec.key("ports"));
    let env = connect::env(wire.env, &spec.key("env"));
    let secrets = connect::secrets(wire.secrets, &spec.key("secrets"), &env);
    let seconds = |seconds: Option<u64>, default| seconds.map_or(default, Duration::from_secs);
    Container {
        image: spec.key("image").read(wire.image.as_deref(), text::word).unwrap_or_default(),
        image_pull_policy: wire.image_pull_policy.unwrap_or_default(),
        command: command(wire.command, &spec.key("command")),
        args: command(wire.args, &spec.key("args")),
        working_dir: spec.key("workingDir").read(wire.working_dir.as_deref(), text::path),
        hostname: spec.key("hostname").read(wire.hostname.as_deref(), hostname),
        user: scalar(wire.user.as_ref(), &spec.key("user"), text::word),
        group_add: group_add(wire.group_add, &spec.key("groupAdd")),
        env,
        ports,
        mounts: connect::mounts(wire.mounts, &spec.key("mounts")),
        networks,
        resources: process::resources(wire.resources, wire.cpu_shares, &spec.key("resources")),
        cgroup_parent: spec.key("cgroupParent").read(wire.cgroup_parent.as_deref(), cgroup_parent),
        cgroup_namespace: wire.cgroup_namespace,
        restart_policy: wire.restart_policy.unwrap_or_default(),
        desired_state: wire.desired_state.unwrap_or_default(),
        probes: probe::probes(wire.probes, &spec.key("probes")),
        healthcheck: wire.healthcheck.map(|wire| probe::healthcheck(wire, &spec.key("healthcheck"))),
        security: process::security(wire.security_context, &spec.key("securityContext")),
        devices: process::devices(wire.devices, &spec.key("devices")),
        sysctls: process::sysctls(wire.sysctls, &spec.key("sysctls")),
        ulimits: process::ulimits(wire.ulimits, &spec.key("ulimits")),
        shm_size: scalar(wire.shm_size.as_ref(), &spec.key("shmSize"), str::parse::<Bytes>),
        dns: connect::dns(wire.dns, &spec.key("dns")),
        dns_search: connect::dns_search(wire.dns_search, &spec.key("dnsSearch")),
        extra_hosts: connect::extra_hosts(wire.extra_hosts, &spec.key("extraHosts")),
        stop_signal: scalar(wire.stop_signal.as_ref(), &spec.key("stopSignal"), stop_signal),
        stop_timeout: seconds(wire.stop_timeout_seconds, defaults::STOP_TIMEOUT),
        start_timeout: seconds(wire.start_timeout_seconds, defaults::START_TIMEOUT),
        log_driver: wire.log_driver.map(|driver| driver.as_str().to_owned()),
        init: wire.init,
        depends_on: lifecycle::depends_on(wire.depends_on, &spec.key("dependsOn"), spots),
        config_files: lifecycle::config_files(wire.config_files, &spec.key("configFiles")),
        secrets,
        data_tier: wire.data_tier.unwrap_or_default(),
        criticality: wire.criticality.unwrap_or_default(),
        remediation: lifecycle::remediation(wire.remediation, &spec.key("remediation")),
        adopt: wire.adopt.unwrap_or_default(),
    }
}

/// Reads a field that may be written as a number or as text.
pub(super) fn scalar<T, E: std::fmt::Display>(
    wire: Option<&Scalar>,
    field: &Field<'_>,
    read: impl FnOnce(&str) -> Result<T, E>,
) -> Option<T> {
    field.read(wire.map(|scalar| scalar.0.as_str()), read)
}

/// Reads the name or number of a signal.
pub(super) fn stop_signal(text: &str) -> Result<u8, String> {
    signal::parse(text).ok_or_else(|| format!("'{text}' is not a signal ({})", signal::RULE))
}

fn command(wire: Option<Vec<String>>, field: &Field<'_>) -> Option<Vec<String>> {
    let words = wire?;
    if words.is_empty() {
        field.problem("is empty (at least one word; left out, the image's own holds)");
    }
    for (position, word) in words.iter().enumerate() {
        field.item(position).take(text::no_nul(word));
    }
    Some(words)
}

fn hostname(text: &str) -> Result<String, String> {
    if text.len() > 64 { Err(format!("'{text}' is too long (at most 64)")) } else { text::host_name(text) }
}

fn group_add(wire: Option<Vec<Scalar>>, field: &Field<'_>) -> BTreeSet<String> {
    let mut groups = BTreeSet::new();
    for (position, group) in wire.into_iter().flatten().enumerate() {
        let field = field.item(position);
        if let Some(group) = field.take(text::word(&group.0))
            && !groups.insert(group.clone())
        {
            field.problem(format!("declares the group {group} a second time"));
        }
    }
    groups
}

fn cgroup_parent(text: &str) -> Result<String, String> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"/_.:@-".contains(&byte);
    let sound = !text.is_empty() && text.bytes().all(inner) && !text.split('/').any(|part| part == "..");
    let allowed = "(a slice such as user.slice, or a path such as /services)";
    if sound { Ok(text.to_owned()) } else { Err(format!("'{text}' is not a control group {allowed}")) }
}
