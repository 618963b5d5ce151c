//! Ports, networks, hosts: how a container is reached and reaches others.
//!
//! Owns what Podman adds by itself (its short id and, from version 5 on, the host name among the aliases). Never
//! decides whether an address was asked for or given out: inspect does not tell the two apart.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use podsteward_specs::container::{Container, NetworkAttachment, Networks, Port, Protocol};

use super::untold::Untold;
use crate::wire::{Attachment, HostConfig, HostPort, Inspect, Map};

/// The networks of a live container, sorted by name. `None`: in a way that no manifest can declare.
pub(super) fn networks(inspect: &Inspect, untold: Option<&Untold>) -> Option<Networks> {
    match inspect.host_config.network_mode.as_str() {
        "host" => return Some(Networks::Host),
        "none" => return Some(Networks::None),
        mode if mode.starts_with("container:") || mode.starts_with("ns:") => return None,
        _ => {}
    }
    let attached = inspect.network_settings.networks.as_ref()?;
    let attachment = |(name, told): (&String, &Attachment)| NetworkAttachment {
        name: name.clone(),
        ip: address(told),
        aliases: aliases(inspect, name, told, untold),
    };
    Some(Networks::Attached(attached.iter().map(attachment).collect()))
}

/// The address in use; none while the container does not run.
fn address(told: &Attachment) -> Option<IpAddr> {
    told.ip_address.parse().or_else(|_| told.ipv6_address.parse()).ok()
}

/// The aliases without those that Podman adds itself.
fn aliases(inspect: &Inspect, network: &str, told: &Attachment, untold: Option<&Untold>) -> BTreeSet<String> {
    let short_id = inspect.id.get(..12).unwrap_or(&inspect.id);
    let asked = untold.and_then(|untold| untold.host_aliases.get(network));
    let own = |alias: &&String| {
        let is_host = **alias == inspect.config.hostname;
        alias.as_str() != short_id && (!is_host || asked.is_some_and(|asked| asked.contains(*alias)))
    };
    told.aliases.iter().flatten().filter(own).cloned().collect()
}

/// The declared aliases that are also the declared host name, by network.
pub(super) fn host_aliases(container: &Container) -> BTreeMap<String, BTreeSet<String>> {
    let (Some(hostname), Some(Networks::Attached(attached))) = (&container.hostname, &container.networks)
    else {
        return BTreeMap::new();
    };
    let named_so = attached.iter().filter(|attachment| attachment.aliases.contains(hostname));
    named_so.map(|attachment| (attachment.name.clone(), BTreeSet::from([hostname.clone()]))).collect()
}

/// The published ports in their canonical form.
pub(super) fn ports(host: &HostConfig) -> BTreeSet<Port> {
    let bindings: &Map<_> = &host.port_bindings;
    let each = bindings.iter().flatten().filter_map(|(inside, bound)| Some((port_inside(inside)?, bound)));
    each.flat_map(|(inside, bound)| bound.iter().flatten().map(move |outside| published(inside, outside)))
        .collect()
}

/// Reads `80/tcp`.
fn port_inside(text: &str) -> Option<(u16, Protocol)> {
    let (port, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let known = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];
    let protocol = known.into_iter().find(|known| known.as_str() == protocol)?;
    Some((port.parse().ok()?, protocol))
}

/// One published port.
fn published((container_port, protocol): (u16, Protocol), outside: &HostPort) -> Port {
    let host_port = outside.host_port.parse().ok().filter(|port| *port != 0);
    Port { container_port, host_port, host_ip: outside.host_ip.parse().ok(), protocol }.canonical()
}

/// Lines of `/etc/hosts` as inspect writes them, `name:address`. An IPv6 address holds colons, a name does not.
pub(super) fn extra_hosts(lines: &[String]) -> BTreeMap<String, String> {
    let pairs = lines.iter().filter_map(|line| line.split_once(':'));
    pairs.map(|(name, address)| (name.to_owned(), address.to_owned())).collect()
}
