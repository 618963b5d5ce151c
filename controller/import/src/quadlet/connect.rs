//! The keys that connect a container: networks, addresses, published ports, host names.
//!
//! Owns their syntax. Never knows whether a network is there.

use super::build::{Attachment, Making};
use super::unit::Kind;
use crate::port;
use crate::value::{list, map, text};
use crate::warning::At;

/// The network that Podman itself has.
const DEFAULT: &str = "podman";

/// `Network=NAME[:OPTIONS]`, where the name may be a unit.
pub(super) fn network(m: &mut Making<'_>, value: &str, at: &At) {
    let (name, options) = value.split_once(':').unwrap_or((value, ""));
    let name = match name {
        "container" | "ns" | "private" | "pasta" | "slirp4netns" | "pod" => {
            let why =
                "there is no such mode here: Podman's default network holds; name a network, host or none";
            return m.warn(at, format!("{name}: {why}"));
        }
        "bridge" | "default" => DEFAULT.to_owned(),
        _ if name.ends_with(".container") => {
            return m.warn(at, "no container shares the network of another here: let both meet on a network");
        }
        _ if name.ends_with(".network") => unit(m, name, at),
        name => name.to_owned(),
    };
    let mut attachment = Attachment { name, ip: None, aliases: Vec::new(), at: at.clone() };
    for option in options.split(',').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some(("ip", ip)) => attachment.ip = Some(ip.to_owned()),
            Some(("ip6", ip)) if attachment.ip.is_none() => attachment.ip = Some(ip.to_owned()),
            Some(("alias", alias)) => attachment.aliases.push(alias.to_owned()),
            _ => m.warn(at, format!("there is no field for the option {option}: left out")),
        }
    }
    m.networks.push(attachment);
}

/// The name of the network of a unit.
fn unit(m: &mut Making<'_>, file: &str, at: &At) -> String {
    let found = m.units.file(file).filter(|unit| unit.kind == Kind::Network);
    if let Some(unit) = found {
        let name = crate::name::sound(&unit.resource);
        return name.map_or_else(|| unit.resource.clone(), |name| name.as_str().to_owned());
    }
    let name = format!("systemd-{}", file.trim_end_matches(".network"));
    m.warn(at, format!("{file} is not part of this import: the network {name} is used and not declared"));
    name
}

/// `IP=` and `IP6=`: a container has one address in a network here.
pub(super) fn ip(m: &mut Making<'_>, ip: &str, at: &At) {
    if m.ip.is_some() {
        m.warn(at, "a container has one fixed address in a network here: left out");
    } else {
        m.ip = Some((ip.to_owned(), at.clone()));
    }
}

/// `PublishPort=`.
pub(super) fn publish(m: &mut Making<'_>, value: &str, at: &At) {
    match port::publish(value) {
        Ok(ports) => ports.into_iter().for_each(|port| m.draft.item("spec.ports", port, at)),
        Err(why) => m.warn(at, format!("{why}: left out")),
    }
}

/// `AddHost=NAME[;NAME]:IP`.
pub(super) fn host(m: &mut Making<'_>, value: &str, at: &At) {
    let Some((names, ip)) = value.split_once(':') else {
        return m.warn(at, format!("'{value}' is not NAME:IP: left out"));
    };
    let ip = ip.trim_start_matches('[').trim_end_matches(']');
    let item = map([("ip", Some(text(ip))), ("hostnames", Some(list(names.split(';'))))]);
    m.draft.item("spec.extraHosts", item, at);
}

/// What several keys say together: the networks with addresses and aliases.
pub(super) fn finish(m: &mut Making<'_>) {
    let mut networks = std::mem::take(&mut m.networks);
    let aliases = std::mem::take(&mut m.aliases);
    let ip = m.ip.take();
    if let (true, Some((_, at))) = (networks.is_empty(), ip.as_ref().or(aliases.first())) {
        let at = at.clone();
        networks.push(Attachment { name: DEFAULT.to_owned(), ip: None, aliases: Vec::new(), at });
    }
    if let (Some((ip, _)), Some(first)) = (ip, networks.first_mut()) {
        first.ip = Some(ip);
    }
    for network in networks {
        let aliases: Vec<&String> =
            network.aliases.iter().chain(aliases.iter().map(|(alias, _)| alias)).collect();
        let item = if network.ip.is_none() && aliases.is_empty() {
            text(&network.name)
        } else {
            let aliases = (!aliases.is_empty()).then(|| list(aliases));
            map([("name", Some(text(&network.name))), ("ip", network.ip.map(text)), ("aliases", aliases)])
        };
        m.draft.item("spec.networks", item, &network.at);
    }
}
