//! Which way a probe takes to its container.
//!
//! Owns the choice between the container's own address, a published port and the kernel's table of sockets, from what is
//! known of the container. Never goes that way: the runtime does.

use std::net::{IpAddr, Ipv4Addr};

use podsteward_specs::container::{Networks, Port, ProbeHandler, Protocol};

use crate::live::LiveContainer;

/// What must be known of a container to probe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeTarget {
    /// Its name.
    pub name: String,
    /// Podman's id.
    pub container: String,
    /// Its main process.
    pub pid: Option<u32>,
    /// When it was last started, in milliseconds since 1970.
    pub started_ms: Option<i64>,
    /// How it is connected.
    pub reach: Reach,
    /// Its published ports.
    pub ports: Vec<Port>,
}

/// How a container can be reached from the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// It shares the host's network.
    Host,
    /// It has addresses on bridges of the host.
    Bridge(Vec<IpAddr>),
    /// It has a network of its own that the host has no way into.
    Own,
}

impl ProbeTarget {
    /// A container. `driver` tells the driver of a network by its name, where it is known. The networks of a container without
    /// root are in a namespace of their own.
    pub fn of<'n>(live: &LiveContainer, rootless: bool, driver: impl Fn(&str) -> Option<&'n str>) -> Self {
        let reach = match &live.config.networks {
            Some(Networks::Host) => Reach::Host,
            Some(Networks::Attached(attached)) if !rootless => {
                let bridged = |name: &str| driver(name).is_none_or(|driver| driver == "bridge");
                let addresses = attached.iter().filter(|each| bridged(&each.name));
                let addresses: Vec<IpAddr> = addresses.filter_map(|each| each.ip).collect();
                if addresses.is_empty() { Reach::Own } else { Reach::Bridge(addresses) }
            }
            _ => Reach::Own,
        };
        Self {
            name: live.name.clone(),
            container: live.id.clone(),
            pid: live.pid,
            started_ms: live.started_ms,
            reach,
            ports: live.config.ports.iter().cloned().collect(),
        }
    }

    /// The port on the host through which a TCP port inside is reached.
    fn published(&self, inside: u16) -> Option<(IpAddr, u16)> {
        let mut ports = self.ports.iter();
        let port = ports.find(|port| port.container_port == inside && port.protocol == Protocol::Tcp)?;
        let any = port.host_ip.is_none_or(|ip| ip.is_unspecified());
        let ip = port.host_ip.filter(|_| !any).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        Some((ip, port.host_port?))
    }
}

/// The way that a probe takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// A command inside.
    Exec {
        /// The command with its arguments.
        command: Vec<String>,
    },
    /// A request by HTTP from the host.
    Http {
        /// The whole address.
        url: String,
        /// Headers, in order.
        headers: Vec<(String, String)>,
    },
    /// A connection from the host.
    Connect {
        /// A name or an address.
        host: String,
        /// The port.
        port: u16,
    },
    /// A look into the kernel's table of the sockets on which the container listens.
    Listening {
        /// The port inside.
        port: u16,
    },
}

/// The way that a handler takes to a container, or why there is none.
pub fn route(target: &ProbeTarget, handler: &ProbeHandler) -> Result<Route, String> {
    match handler {
        ProbeHandler::Exec { command } => Ok(Route::Exec { command: command.clone() }),
        ProbeHandler::TcpSocket { port, host: Some(host) } => {
            Ok(Route::Connect { host: host.clone(), port: *port })
        }
        ProbeHandler::TcpSocket { port, host: None } => Ok(match &target.reach {
            Reach::Host => Route::Connect { host: Ipv4Addr::LOCALHOST.to_string(), port: *port },
            Reach::Bridge(addresses) => match addresses.first() {
                Some(address) => Route::Connect { host: address.to_string(), port: *port },
                None => Route::Listening { port: *port },
            },
            // What forwards published ports here accepts every connection, also when nobody listens inside.
            Reach::Own => Route::Listening { port: *port },
        }),
        ProbeHandler::HttpGet { path, port, host, scheme, headers } => {
            let (host, port) = match (host, &target.reach) {
                (Some(host), _) => (host.clone(), *port),
                (None, Reach::Host) => (Ipv4Addr::LOCALHOST.to_string(), *port),
                (None, Reach::Bridge(addresses)) if !addresses.is_empty() => {
                    (addresses[0].to_string(), *port)
                }
                (None, _) => {
                    let (ip, port) = target.published(*port).ok_or_else(|| out_of_reach(*port))?;
                    (ip.to_string(), port)
                }
            };
            let url = format!("{}://{}:{port}{path}", scheme.to_ascii_lowercase(), bracketed(&host));
            Ok(Route::Http { url, headers: headers.clone() })
        }
    }
}

fn out_of_reach(port: u16) -> String {
    format!(
        "port {port} cannot be reached from the host: publish it (spec.ports with a hostPort, 127.0.0.1 is enough), or use \
         an exec probe"
    )
}

/// An IPv6 address as it stands in an address of the web.
fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

#[cfg(test)]
mod tests;
