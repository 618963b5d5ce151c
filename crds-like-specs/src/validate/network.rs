//! The checks of a network.
//!
//! Owns the checks within one network: addresses, and that they fit the subnet. Never knows another network.

use super::field::Field;
use super::text;
use crate::network::{Network, Subnet};
use crate::wire::network as wire;

/// The drivers that Podman's own network stack has.
const DRIVERS: [&str; 3] = ["bridge", "macvlan", "ipvlan"];

/// Checks a network's spec.
pub(super) fn network(wire: wire::Network, spec: &Field<'_>) -> Network {
    let subnet = spec.key("subnet").read(wire.subnet.as_deref(), str::parse::<Subnet>);
    let gateway = spec.key("gateway").read(wire.gateway.as_deref(), text::ip);
    let ip_range = spec.key("ipRange").read(wire.ip_range.as_deref(), str::parse::<Subnet>);
    let without_subnet = wire.subnet.is_none();
    match (gateway, subnet) {
        (Some(gateway), Some(subnet)) if !subnet.contains(gateway) => {
            spec.key("gateway").problem(format!("{gateway} is outside the subnet (an address in {subnet})"));
        }
        (Some(_), None) if without_subnet => spec.key("gateway").problem("needs a subnet beside it"),
        _ => {}
    }
    match (ip_range, subnet) {
        (Some(range), Some(subnet)) if !subnet.encloses(&range) => {
            spec.key("ipRange").problem(format!("{range} is outside the subnet (a part of {subnet})"));
        }
        (Some(_), None) if without_subnet => spec.key("ipRange").problem("needs a subnet beside it"),
        _ => {}
    }
    Network {
        driver: spec.key("driver").read(wire.driver.as_deref(), driver),
        subnet,
        gateway,
        ip_range,
        internal: wire.internal,
        dns: wire.dns,
        ipv6: wire.ipv6,
        options: wire.options.unwrap_or_default(),
    }
}

fn driver(text: &str) -> Result<String, String> {
    if DRIVERS.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(format!("'{text}' is not a driver ({})", DRIVERS.join(", ")))
}
