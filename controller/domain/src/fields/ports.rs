//! Published ports.
//!
//! Owns their row of the table: one set, because a port has no name.

use std::collections::BTreeSet;

use podsteward_specs::container::Port;

use super::difference::Seen;
use super::table::{Row, Side};
use super::text;

/// The rows.
pub(super) const ROWS: &[Row] = &[Row::one("spec.ports", |side| shown(&declared(side)), live)];

fn declared(side: &Side<'_>) -> BTreeSet<Port> {
    side.spec().ports.iter().map(Port::canonical).collect()
}

/// A set of ports as Podman's command line writes them.
fn shown(ports: &BTreeSet<Port>) -> Option<String> {
    text::list(ports.iter().map(port))
}

fn port(port: &Port) -> String {
    let inside = format!("{}/{}", port.container_port, port.protocol.as_str());
    let outside = port.host_port.map_or_else(|| "any".to_owned(), |port| port.to_string());
    match port.host_ip {
        Some(ip) if ip.is_ipv6() => format!("[{ip}]:{outside}:{inside}"),
        Some(ip) => format!("{ip}:{outside}:{inside}"),
        None => format!("{outside}:{inside}"),
    }
}

/// The live ports. One that matches a declared port without a host port shows as declared.
fn live(side: &Side<'_>) -> Seen {
    let declared = declared(side);
    let mut left: BTreeSet<Port> = side.live().ports.iter().map(Port::canonical).collect();
    let mut seen: BTreeSet<Port> = declared.iter().filter(|port| left.remove(*port)).cloned().collect();
    for open in declared.iter().filter(|port| port.host_port.is_none()) {
        let given = left.iter().find(|port| Port { host_port: None, ..(*port).clone() } == *open).cloned();
        if let Some(given) = given {
            left.remove(&given);
            seen.insert(open.clone());
        }
    }
    seen.extend(left);
    shown(&seen).map_or(Seen::Absent, Seen::Partly)
}
