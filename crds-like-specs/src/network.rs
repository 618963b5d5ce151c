//! The validated form of a Network.
//!
//! Owns what a network may declare. Never knows the live one.
//! Compared by `podsteward-domain`, created by `podsteward-podman`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Serialize;

/// A network. `None` is "not declared": Podman's default holds and is never drift.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Network {
    /// The driver: `bridge` unless declared.
    pub driver: Option<String>,
    /// The address range, for example `10.89.5.0/24`.
    pub subnet: Option<Subnet>,
    /// The gateway's address, inside the subnet.
    pub gateway: Option<IpAddr>,
    /// The part of the subnet from which addresses are given out.
    pub ip_range: Option<Subnet>,
    /// No way out of the network.
    pub internal: Option<bool>,
    /// Names are resolved between its containers.
    pub dns: Option<bool>,
    /// IPv6 addresses are given out, too.
    pub ipv6: Option<bool>,
    /// Options of the driver.
    pub options: BTreeMap<String, String>,
}

/// An address range with its host bits cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct Subnet {
    /// The first address of the range.
    pub base: IpAddr,
    /// The length of the prefix in bits.
    pub prefix: u8,
}

impl From<Subnet> for String {
    fn from(subnet: Subnet) -> Self {
        subnet.to_string()
    }
}

impl std::fmt::Display for Subnet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.base, self.prefix)
    }
}
