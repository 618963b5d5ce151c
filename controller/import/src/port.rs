//! Published ports as Podman writes them.
//!
//! Owns the forms of `PublishPort=` and `--publish`. Never knows whether a port is free.

use serde_yaml::Value;

use crate::value::{map, text};

/// The widest range of ports that is written out, port by port.
const RANGE_MAX: u16 = 256;

/// Reads `[[IP:][HOST]:]CONTAINER[/PROTOCOL]`, ranges included, into items of `spec.ports`.
pub(crate) fn publish(value: &str) -> Result<Vec<Value>, String> {
    let value = value.trim();
    let (ports, protocol) = value.split_once('/').unwrap_or((value, "tcp"));
    let (ip, ports) = match ports.strip_prefix('[') {
        Some(rest) => {
            rest.split_once("]:").map(|(ip, ports)| (Some(ip), ports)).ok_or_else(|| shape(value))?
        }
        None => match ports.splitn(3, ':').collect::<Vec<_>>().as_slice() {
            [ip, host, container] => (Some(*ip), &ports[ports.len() - host.len() - container.len() - 1..]),
            _ => (None, ports),
        },
    };
    let (host, container) = ports.split_once(':').map_or((None, ports), |(host, inner)| (Some(host), inner));
    let container = range(container).ok_or_else(|| shape(value))?;
    let host = match host.filter(|host| !matches!(*host, "" | "0")) {
        Some(host) => Some(range(host).ok_or_else(|| shape(value))?),
        None => None,
    };
    if host.as_ref().is_some_and(|host| host.len() != container.len()) {
        return Err(format!("'{value}' has a range of another length on each side"));
    }
    let ip = ip.filter(|ip| !ip.is_empty());
    let protocol = (!protocol.eq_ignore_ascii_case("tcp")).then(|| text(protocol.to_ascii_uppercase()));
    let item = |(position, container): (usize, &u16)| {
        let host = host.as_ref().and_then(|host| host.get(position)).map(|port| Value::from(*port));
        let (container, ip) = (Some(Value::from(*container)), ip.map(text));
        map([
            ("containerPort", container),
            ("hostPort", host),
            ("hostIP", ip),
            ("protocol", protocol.clone()),
        ])
    };
    Ok(container.iter().enumerate().map(item).collect())
}

fn shape(value: &str) -> String {
    format!("'{value}' is not a published port ([[IP:]HOST:]CONTAINER[/PROTOCOL])")
}

fn range(text: &str) -> Option<Vec<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last): (u16, u16) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first > 0 && first <= last && last - first < RANGE_MAX).then(|| (first..=last).collect())
}
