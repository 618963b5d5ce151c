//! Networks and attachments.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use podsteward_domain::engine::NetworkCreate;
use podsteward_domain::fields::{self, Declared, NetworkComparison};
use podsteward_domain::live::EngineState;
use podsteward_podman::Error;
use podsteward_specs::container::{NetworkAttachment, Networks};

use super::bench::{Bench, contracts, document, network};

contracts!(
    a_network_is_told_as_it_was_declared,
    a_plain_network_resolves_names,
    a_taken_network_name_is_a_conflict,
    a_network_in_use_is_not_removed_and_neither_is_its_container,
    removing_a_network_that_is_gone_is_fine,
    an_attachment_has_the_address_and_aliases_that_were_asked_for,
    a_container_is_connected_and_disconnected_while_it_runs,
    a_second_connection_is_a_conflict_and_a_second_disconnection_is_fine,
    connecting_to_what_is_not_there_is_not_found,
);

/// Every field of a network.
const FULL: &str = "  driver: bridge
  subnet: 10.212.5.0/24
  gateway: 10.212.5.3
  ipRange: 10.212.5.128/25
  internal: true
  dns: true
  ipv6: false
  options: {mtu: \"1400\"}
";

async fn a_network_is_told_as_it_was_declared(bench: &Bench) {
    let labels = BTreeMap::from([("tier".to_owned(), "inner".to_owned())]);
    let request = NetworkCreate { name: bench.name("n"), network: network(FULL), labels: labels.clone() };
    bench.engine.create_network(&request).await.unwrap();
    let networks = bench.engine.list_networks().await.unwrap();
    let live = networks.iter().find(|network| network.name == request.name).unwrap();
    assert_eq!(live.labels, labels);
    let document = document("Network", FULL);
    let declared = Declared::network(&document).unwrap();
    let comparison = NetworkComparison { declared, applied: None, live, users: &[] };
    assert_eq!(fields::network(&comparison), []);
}

async fn a_plain_network_resolves_names(bench: &Bench) {
    let name = bench.network("n", "").await;
    let networks = bench.engine.list_networks().await.unwrap();
    let live = networks.iter().find(|network| network.name == name).unwrap();
    assert!(live.dns && !live.internal && live.driver == "bridge");
}

async fn a_taken_network_name_is_a_conflict(bench: &Bench) {
    let name = bench.network("n", "").await;
    let request = NetworkCreate { name, network: network(""), labels: BTreeMap::new() };
    let error = bench.engine.create_network(&request).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error}");
}

async fn a_network_in_use_is_not_removed_and_neither_is_its_container(bench: &Bench) {
    let network = bench.network("n", "").await;
    let name = bench.run("a", &format!("  networks: [{network}]\n")).await;
    let error = bench.engine.remove_network(&network).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error}");
    assert_eq!(bench.look(&name).await.state, EngineState::Running);
    bench.engine.remove_container(&name, true).await.unwrap();
    bench.engine.remove_network(&network).await.unwrap();
    assert!(bench.engine.list_networks().await.unwrap().iter().all(|live| live.name != network));
}

async fn removing_a_network_that_is_gone_is_fine(bench: &Bench) {
    bench.engine.remove_network(&bench.name("missing")).await.unwrap();
}

/// The attachments of a container.
async fn attached(bench: &Bench, name: &str) -> Vec<NetworkAttachment> {
    match bench.look(name).await.config.networks {
        Some(Networks::Attached(attached)) => attached,
        other => panic!("{other:?}"),
    }
}

async fn an_attachment_has_the_address_and_aliases_that_were_asked_for(bench: &Bench) {
    let one = bench.network("n1", "  subnet: 10.212.6.0/24\n").await;
    let other = bench.network("n2", "  subnet: 10.212.7.0/24\n").await;
    let networks = format!("  networks: [{{name: {other}, ip: 10.212.7.77, aliases: [www, api]}}, {one}]\n");
    let name = bench.run("a", &networks).await;
    let attached = attached(bench, &name).await;
    let names: Vec<&str> = attached.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, [one.as_str(), other.as_str()], "sorted by name");
    assert_eq!(attached[1].ip, Some(IpAddr::from([10, 212, 7, 77])));
    assert_eq!(attached[1].aliases, BTreeSet::from(["api".to_owned(), "www".to_owned()]));
    assert!(attached[0].ip.is_some() && attached[0].aliases.is_empty(), "{attached:?}");
}

async fn a_container_is_connected_and_disconnected_while_it_runs(bench: &Bench) {
    let one = bench.network("n1", "").await;
    let other = bench.network("n2", "  subnet: 10.212.8.0/24\n").await;
    let name = bench.run("a", &format!("  networks: [{one}]\n")).await;
    let before = bench.look(&name).await;
    let ip = IpAddr::from([10, 212, 8, 99]);
    let attachment =
        NetworkAttachment { name: other.clone(), ip: Some(ip), aliases: BTreeSet::from(["db".to_owned()]) };
    bench.engine.connect_network(&name, &attachment).await.unwrap();
    assert_eq!(attached(bench, &name).await.into_iter().find(|each| each.name == other), Some(attachment));
    bench.engine.disconnect_network(&name, &one).await.unwrap();
    let names: Vec<String> = attached(bench, &name).await.into_iter().map(|each| each.name).collect();
    assert_eq!(names, [other]);
    assert_eq!(bench.look(&name).await.pid, before.pid, "the process went on");
}

async fn a_second_connection_is_a_conflict_and_a_second_disconnection_is_fine(bench: &Bench) {
    let network = bench.network("n", "").await;
    let name = bench.run("a", &format!("  networks: [{network}]\n")).await;
    let attachment = NetworkAttachment { name: network.clone(), ip: None, aliases: BTreeSet::new() };
    let error = bench.engine.connect_network(&name, &attachment).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error}");
    bench.engine.disconnect_network(&name, &network).await.unwrap();
    bench.engine.disconnect_network(&name, &network).await.unwrap();
    bench.engine.connect_network(&name, &attachment).await.unwrap();
}

async fn connecting_to_what_is_not_there_is_not_found(bench: &Bench) {
    let name = bench.create("a", "").await;
    let missing = NetworkAttachment { name: bench.name("missing"), ip: None, aliases: BTreeSet::new() };
    let error = bench.engine.connect_network(&name, &missing).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
    let error = bench.engine.disconnect_network(&name, &missing.name).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}
