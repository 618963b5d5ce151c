//! The wire form of a Network.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// One network. What is not declared follows Podman, and is never drift.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "NetworkSpec")]
pub(crate) struct Network {
    /// The driver.
    #[schemars(title = "bridge, macvlan or ipvlan")]
    pub(crate) driver: Option<String>,
    /// The address range.
    #[schemars(title = "an address range such as 10.89.5.0/24")]
    pub(crate) subnet: Option<String>,
    /// The gateway's address, inside the subnet.
    #[schemars(title = "an IP address")]
    pub(crate) gateway: Option<String>,
    /// The part of the subnet from which addresses are given out.
    #[schemars(title = "an address range such as 10.89.5.128/25")]
    pub(crate) ip_range: Option<String>,
    /// No way out of the network.
    pub(crate) internal: Option<bool>,
    /// Names are resolved between its containers.
    pub(crate) dns: Option<bool>,
    /// IPv6 addresses are given out, too.
    pub(crate) ipv6: Option<bool>,
    /// Options of the driver, for example `mtu: "1400"`.
    pub(crate) options: Option<BTreeMap<String, String>>,
}
