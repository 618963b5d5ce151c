//! The fields of a network. Podman can change none of them.
//!
//! Owns their table and what mends a difference: a network that nobody uses is made anew. Never detaches a container
//! for that. Called through [`super::network`].

use std::net::IpAddr;

use podsteward_specs::network::Network;

use super::difference::{Entries, Seen};
use super::fixed::{self, Comparison, Row};
use super::{NetworkComparison, text};
use crate::finding::{FieldDiff, Remedy};
use crate::live::{LiveNetwork, LiveSubnet, lease_bounds};

/// The fields.
pub(super) const TABLE: &[Row<Network, LiveNetwork>] = &[
    Row {
        field: "spec.driver",
        declared: |here| text::whole(here.spec.driver.clone()),
        live: Some(|_, live, _| Seen::Value(live.driver.clone())),
    },
    Row { field: "spec.subnet", declared: |here| one(here.spec.subnet), live: Some(subnet) },
    Row { field: "spec.gateway", declared: |here| one(here.spec.gateway), live: Some(gateway) },
    Row { field: "spec.ipRange", declared: |here| one(here.spec.ip_range), live: Some(ip_range) },
    Row {
        field: "spec.internal",
        declared: |here| one(here.spec.internal),
        live: Some(|_, live, _| Seen::told(Some(live.internal))),
    },
    Row {
        field: "spec.dns",
        declared: |here| one(here.spec.dns),
        live: Some(|_, live, _| Seen::told(Some(live.dns))),
    },
    Row {
        field: "spec.ipv6",
        declared: |here| one(here.spec.ipv6),
        live: Some(|_, live, _| Seen::told(Some(live.ipv6))),
    },
    Row {
        field: "spec.options",
        declared: |here| here.spec.options.clone(),
        live: Some(|_, live, name| Seen::told(live.options.get(name))),
    },
    Row {
        field: "metadata.labels",
        declared: |here| text::quoted_entries(here.labels),
        live: Some(|_, live, name| Seen::told(live.labels.get(name).map(|value| text::quoted(value)))),
    },
    Row {
        field: "metadata.annotations",
        declared: |here| text::quoted_entries(here.annotations),
        live: None,
    },
];

/// The differences of a network.
pub(super) fn diffs(all: &NetworkComparison<'_>) -> Vec<FieldDiff> {
    let remedy = if all.users.is_empty() { Remedy::Recreate } else { Remedy::Impossible };
    let comparison = Comparison { declared: all.declared, applied: all.applied, live: all.live, remedy };
    fixed::diffs(TABLE, &comparison)
}

fn one(value: Option<impl ToString>) -> Entries {
    text::whole(value.map(|value| value.to_string()))
}

/// The declared range where it is among the live ones; a network may have one of each family.
fn subnet(spec: &Network, live: &LiveNetwork, _: &str) -> Seen {
    let declared = spec.subnet.filter(|declared| live.subnets.iter().any(|live| live.subnet == *declared));
    one_of(declared.map(|subnet| subnet.to_string()), live.subnets.iter().map(|live| live.subnet))
}

fn gateway(spec: &Network, live: &LiveNetwork, _: &str) -> Seen {
    let gateways = || live.subnets.iter().filter_map(|live| live.gateway);
    let declared = spec.gateway.filter(|declared| gateways().any(|live| live == *declared));
    one_of(declared.map(|gateway| gateway.to_string()), gateways())
}

fn ip_range(spec: &Network, live: &LiveNetwork, _: &str) -> Seen {
    let is_of = |live: &LiveSubnet, (first, last): (IpAddr, IpAddr)| {
        live.lease_range == Some((Some(first), Some(last)))
    };
    let declared =
        spec.ip_range.filter(|range| live.subnets.iter().any(|live| is_of(live, lease_bounds(*range))));
    let bound = |address: Option<IpAddr>| address.map(|address| address.to_string()).unwrap_or_default();
    let ranges = live.subnets.iter().filter_map(|live| live.lease_range);
    one_of(
        declared.map(|range| range.to_string()),
        ranges.map(|(first, last)| format!("{}-{}", bound(first), bound(last))),
    )
}

/// The declared value where it was found, else all live ones.
fn one_of(found: Option<String>, live: impl Iterator<Item = impl ToString>) -> Seen {
    Seen::told(found.or_else(|| text::list(live)))
}

/// How a person can mend a network that containers use.
pub(super) fn advice(name: &str, users: &[String]) -> String {
    let users = text::list(users).unwrap_or_else(|| "its containers".to_owned());
    format!(
        "Podman cannot change a network: undo the edit, or declare a network of another name and move {users} to it, \
         or detach {users} from {name}, and it is made anew"
    )
}
