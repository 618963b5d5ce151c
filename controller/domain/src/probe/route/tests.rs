//! Which way a handler takes to a container that is connected in some way.

use podsteward_specs::container::{NetworkAttachment, Networks, Port, ProbeHandler, Protocol};

use super::{ProbeTarget, Route, route};
use crate::live::LiveContainer;

const BRIDGE: &str = "10.89.0.7";

fn networks(how: &str) -> Option<Networks> {
    let attached = |name: &str| {
        let (name, ip, aliases) = (name.to_owned(), BRIDGE.parse().ok(), [].into());
        Some(Networks::Attached(vec![NetworkAttachment { name, ip, aliases }]))
    };
    match how {
        "host" => Some(Networks::Host),
        "none" => Some(Networks::None),
        "container:db" => None,
        name => attached(name),
    }
}

fn target(how: &str, rootless: bool, published: Option<(&str, u16)>) -> ProbeTarget {
    let mut live = LiveContainer { name: "web".to_owned(), ..LiveContainer::default() };
    live.config.networks = networks(how);
    let port = published.map(|(ip, port)| Port {
        container_port: 80,
        host_port: Some(port),
        host_ip: ip.parse().ok(),
        protocol: Protocol::Tcp,
    });
    live.config.ports.extend(port);
    ProbeTarget::of(&live, rootless, |name| Some(if name == "lan" { "macvlan" } else { "bridge" }))
}

fn http(target: &ProbeTarget, host: Option<&str>) -> String {
    let handler = ProbeHandler::HttpGet {
        path: "/healthz?full".to_owned(),
        port: 80,
        host: host.map(str::to_owned),
        scheme: "HTTPS".to_owned(),
        headers: Vec::new(),
    };
    match route(target, &handler) {
        Ok(Route::Http { url, .. }) => url,
        other => format!("{:?}", other.unwrap_err()),
    }
}

fn tcp(target: &ProbeTarget, host: Option<&str>) -> String {
    match route(target, &ProbeHandler::TcpSocket { port: 80, host: host.map(str::to_owned) }).unwrap() {
        Route::Connect { host, port } => format!("{host} {port}"),
        Route::Listening { port } => format!("listening {port}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn with_root_a_container_on_a_bridge_is_asked_at_its_own_address() {
    let target = target("back", false, None);
    assert_eq!(http(&target, None), "https://10.89.0.7:80/healthz?full");
    assert_eq!(tcp(&target, None), "10.89.0.7 80");
}

#[test]
fn on_the_hosts_network_it_is_asked_at_the_hosts_own_address() {
    for rootless in [true, false] {
        let target = target("host", rootless, None);
        assert_eq!(http(&target, None), "https://127.0.0.1:80/healthz?full");
        assert_eq!(tcp(&target, None), "127.0.0.1 80");
    }
}

#[test]
fn without_root_a_request_goes_through_the_published_port_and_a_socket_is_looked_up() {
    for (ip, host) in [("", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("192.0.2.1", "192.0.2.1")] {
        let target = target("back", true, Some((ip, 8080)));
        assert_eq!(http(&target, None), format!("https://{host}:8080/healthz?full"));
        assert_eq!(tcp(&target, None), "listening 80");
    }
}

#[test]
fn what_no_way_leads_to_cannot_be_asked_and_says_what_to_do() {
    for (how, rootless) in [("back", true), ("lan", false), ("none", false), ("container:db", false)] {
        let target = target(how, rootless, None);
        let why = http(&target, None);
        assert!(why.contains("publish it") && why.contains("exec probe"), "{why}");
        assert_eq!(tcp(&target, None), "listening 80");
    }
}

#[test]
fn a_host_that_is_declared_is_asked_whatever_the_network() {
    let target = target("none", true, None);
    assert_eq!(http(&target, Some("::1")), "https://[::1]:80/healthz?full");
    assert_eq!(tcp(&target, Some("example.org")), "example.org 80");
}

#[test]
fn a_command_runs_inside_whatever_the_network() {
    let command = vec!["true".to_owned()];
    let handler = ProbeHandler::Exec { command: command.clone() };
    assert_eq!(route(&target("none", true, None), &handler), Ok(Route::Exec { command }));
}
