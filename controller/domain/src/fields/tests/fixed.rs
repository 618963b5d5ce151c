//! Networks and volumes: found, and mended only where nobody and no data is in the way.

use std::collections::BTreeMap;

use podsteward_specs::document::Document;

use super::super::{
    Declared, NetworkComparison, VolumeComparison, network, network_advice, volume, volume_advice,
};
use super::{document, lines};
use crate::live::{LiveNetwork, LiveSubnet, LiveVolume, lease_bounds};

const NETWORK: &str = "
apiVersion: podsteward.dev/v1alpha1
kind: Network
metadata: {name: front, labels: {tier: front}, annotations: {owner: ada}}
spec:
  driver: bridge
  subnet: 10.89.5.0/24
  gateway: 10.89.5.1
  ipRange: 10.89.5.128/25
  internal: false
  dns: true
  ipv6: false
  options: {mtu: '1400'}
";

const VOLUME: &str = "
apiVersion: podsteward.dev/v1alpha1
kind: Volume
metadata: {name: data, labels: {tier: back}, annotations: {owner: ada}}
spec:
  driver: local
  options: {type: tmpfs}
  deletionPolicy: Retain
  dataTier: none
";

/// A change of the live network, and the difference that it makes.
type Change = (fn(&mut LiveNetwork), &'static str);

fn strings(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn live_network() -> LiveNetwork {
    let (first, last) = lease_bounds("10.89.5.128/25".parse().unwrap());
    LiveNetwork {
        name: "front".into(),
        id: "1".into(),
        labels: strings(&[("tier", "front"), ("dev.podsteward/object", "network/front")]),
        driver: "bridge".into(),
        subnets: vec![LiveSubnet {
            subnet: "10.89.5.0/24".parse().unwrap(),
            gateway: "10.89.5.1".parse().ok(),
            lease_range: Some((Some(first), Some(last))),
        }],
        internal: false,
        dns: true,
        ipv6: false,
        options: strings(&[("mtu", "1400"), ("vlan", "7")]),
    }
}

fn compare_network(
    now: &Document,
    before: Option<&Document>,
    live: &LiveNetwork,
    users: &[String],
) -> Vec<String> {
    lines(&network(&NetworkComparison {
        declared: Declared::network(now).unwrap(),
        applied: before.and_then(Declared::network),
        live,
        users,
    }))
}

#[test]
fn a_live_change_of_any_field_of_a_network_is_found() {
    let changes: &[Change] = &[
        (|l| l.driver = "macvlan".into(), "spec.driver: bridge <- macvlan (Recreate)"),
        (
            |l| l.subnets[0].subnet = "10.1.0.0/16".parse().unwrap(),
            "spec.subnet: 10.89.5.0/24 <- 10.1.0.0/16 (Recreate)",
        ),
        (|l| l.subnets[0].gateway = None, "spec.gateway: 10.89.5.1 <- (none) (Recreate)"),
        (|l| l.subnets[0].lease_range = None, "spec.ipRange: 10.89.5.128/25 <- (none) (Recreate)"),
        (|l| l.internal = true, "spec.internal: false <- true (Recreate)"),
        (|l| l.dns = false, "spec.dns: true <- false (Recreate)"),
        (|l| l.ipv6 = true, "spec.ipv6: false <- true (Recreate)"),
        (|l| l.options.clear(), "spec.options[mtu]: 1400 <- (none) (Recreate)"),
        (|l| l.labels.clear(), r#"metadata.labels[tier]: "front" <- (none) (Recreate)"#),
    ];
    let document = document(NETWORK);
    assert_eq!(compare_network(&document, None, &live_network(), &[]), [""; 0]);
    for (change, expected) in changes {
        let mut live = live_network();
        change(&mut live);
        assert_eq!(compare_network(&document, Some(&document), &live, &[]), [*expected]);
    }
}

#[test]
fn a_second_range_of_the_other_family_is_no_difference() {
    let mut live = live_network();
    let second = LiveSubnet { subnet: "fd00::/64".parse().unwrap(), gateway: None, lease_range: None };
    live.subnets.insert(0, second);
    assert_eq!(compare_network(&document(NETWORK), None, &live, &[]), [""; 0]);
}

#[test]
fn a_network_in_use_cannot_be_mended() {
    let (before, users) = (document(NETWORK), ["web".to_owned(), "app".to_owned()]);
    let now =
        document(&NETWORK.replace("internal: false", "internal: true").replace("owner: ada", "owner: bo"));
    let expected =
        ["spec.internal: true <- false (Impossible)", r#"metadata.annotations[owner]: "bo" <- "ada" (None)"#];
    assert_eq!(compare_network(&now, Some(&before), &live_network(), &users), expected);
    let advice = network_advice("front", &users);
    assert!(advice.contains("detach web, app from front"), "{advice}");
}

fn compare_volume(now: &Document, before: Option<&Document>, live: &LiveVolume) -> Vec<String> {
    lines(&volume(&VolumeComparison {
        declared: Declared::volume(now).unwrap(),
        applied: before.and_then(Declared::volume),
        live,
    }))
}

#[test]
fn a_difference_of_a_volume_is_never_mended_at_the_price_of_its_data() {
    let document = document(VOLUME);
    let live = LiveVolume {
        name: "data".into(),
        labels: strings(&[("tier", "back")]),
        driver: "local".into(),
        options: strings(&[("type", "tmpfs"), ("o", "size=1m")]),
        mountpoint: "/v".into(),
    };
    assert_eq!(compare_volume(&document, None, &live), [""; 0]);
    let changed =
        LiveVolume { driver: "x".into(), labels: BTreeMap::new(), options: BTreeMap::new(), ..live };
    let expected = [
        "spec.driver: local <- x (Impossible)",
        "spec.options[type]: tmpfs <- (none) (Impossible)",
        r#"metadata.labels[tier]: "back" <- (none) (Impossible)"#,
    ];
    assert_eq!(compare_volume(&document, Some(&document), &changed), expected);
    assert!(volume_advice("data").contains("would lose its data"));
}

#[test]
fn what_podsteward_alone_keeps_of_a_volume_needs_nothing_on_the_host() {
    let before = document(VOLUME);
    let now = document(&VOLUME.replace("Retain", "Delete").replace("dataTier: none", "dataTier: snapshot"));
    let live = LiveVolume {
        driver: "local".into(),
        labels: strings(&[("tier", "back")]),
        options: strings(&[("type", "tmpfs")]),
        ..LiveVolume::default()
    };
    let expected = ["spec.deletionPolicy: Delete <- Retain (None)", "spec.dataTier: snapshot <- none (None)"];
    assert_eq!(compare_volume(&now, Some(&before), &live), expected);
}
