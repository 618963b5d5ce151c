//! The validated form of a Network.
//!
//! Owns what a network may declare. Never knows the live one.
//! Compared by `podsteward-domain`, created by `podsteward-podman`.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::str::FromStr;

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

impl Subnet {
    /// Whether the address lies in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        matches!(address, IpAddr::V4(_)) == matches!(self.base, IpAddr::V4(_))
            && masked(address, self.prefix) == self.base
    }

    /// Whether the two ranges are of one family and the other lies in this one.
    pub fn encloses(&self, other: &Self) -> bool {
        other.prefix >= self.prefix && self.contains(other.base)
    }
}

impl FromStr for Subnet {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let error = || Error::Subnet(text.to_owned());
        let (address, prefix) = text.split_once('/').ok_or_else(error)?;
        let address: IpAddr = address.parse().map_err(|_| error())?;
        let prefix: u8 = prefix.parse().map_err(|_| error())?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        if prefix > bits { Err(error()) } else { Ok(Self { base: masked(address, prefix), prefix }) }
    }
}

/// The address with its host bits cleared. The prefix fits the family.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
            IpAddr::V4((u32::from(v4) & mask).into())
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
            IpAddr::V6((u128::from(v6) & mask).into())
        }
    }
}

/// Why a text is not an address range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is not ADDRESS/PREFIX.
    #[error("'{0}' is not an address range (ADDRESS/PREFIX, for example 10.89.5.0/24)")]
    Subnet(String),
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

#[cfg(test)]
mod tests;
