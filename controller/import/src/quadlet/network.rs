//! `.network` units.
//!
//! Owns the keys of `[Network]`. Never knows which container is attached.

use podsteward_specs::key;

use super::container::{named, unknown};
use super::take::{Take, last, values, yes};
use super::unit::Unit;
use crate::draft::Draft;
use crate::warning::Warnings;

/// The keys that are read.
const KNOWN: [&str; 11] = [
    "DisableDNS",
    "Driver",
    "Gateway",
    "IPRange",
    "IPv6",
    "Internal",
    "Label",
    "NetworkName",
    "Options",
    "ServiceName",
    "Subnet",
];

/// What to do about the others.
const LOST: [(&str, &str); 5] = [
    ("DNS", "a network forwards to the host's own name servers: declare dns in its containers"),
    ("IPAMDriver", "Podman's default hands out the addresses"),
    ("PodmanArgs", "write what has a field of Network out"),
    ("GlobalArgs", "podsteward talks to Podman's service: configure that"),
    ("ContainersConfModule", "podsteward talks to Podman's service: configure that"),
];

/// Reads a `.network` unit.
pub(super) fn network(unit: &Unit, warnings: &mut Warnings) -> Option<Draft> {
    let mut draft = named(key::Kind::Network, unit, warnings)?;
    let all = |key: &str, take| values(&unit.assignments, "Network", key, take);
    if let Some((driver, at)) = last(&unit.assignments, "Network", "Driver") {
        draft.field("spec.driver", driver, &at);
    }
    for (key, field) in [("Subnet", "spec.subnet"), ("Gateway", "spec.gateway"), ("IPRange", "spec.ipRange")]
    {
        for (position, (range, at)) in all(key, Take::Every).into_iter().enumerate() {
            match position {
                0 => draft.field(field, range, &at),
                _ => warnings.add(&at, "a network has one address range here: left out"),
            }
        }
    }
    for (key, field, means) in
        [("Internal", "spec.internal", true), ("IPv6", "spec.ipv6", true), ("DisableDNS", "spec.dns", false)]
    {
        if let Some((value, at)) = last(&unit.assignments, "Network", key) {
            draft.field(field, yes(&value) == means, &at);
        }
    }
    for (key, map) in [("Options", "spec.options"), ("Label", "metadata.labels")] {
        for (pair, at) in all(key, Take::Pairs) {
            if let Some((name, value)) = pair.split_once('=') {
                draft.entry(map, name, value, &at);
            }
        }
    }
    unknown(unit, "Network", &KNOWN, &LOST, warnings);
    Some(draft)
}
