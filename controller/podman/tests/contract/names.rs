//! Hostile names never reach the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use podsteward_domain::engine::{NetworkCreate, VolumeCreate};
use podsteward_podman::Error;
use podsteward_specs::container::{NetworkAttachment, Resources};

use super::bench::{Bench, contracts, network, volume};

contracts!(
    hostile_names_are_refused_by_every_verb,
    a_name_is_never_taken_for_the_beginning_of_an_id,
    a_name_is_never_taken_for_the_beginning_of_another_volume,
);

/// A panic in the client crate, another address of the API, a header.
const HOSTILE: [&str; 6] = ["a b", "ä", "x?force=true", "x#y", "../../v4.3.1/libpod/system/prune", "x\r\ny"];

async fn hostile_names_are_refused_by_every_verb(bench: &Bench) {
    for name in HOSTILE {
        for (verb, answer) in every_verb(bench, name).await {
            assert!(matches!(answer, Err(Error::Refused { .. })), "{verb} {name:?}: {answer:?}");
        }
    }
    if let Some(fake) = &bench.fake {
        assert_eq!(fake.calls(), BTreeMap::new(), "not one call was made");
    }
}

/// The answer of every verb that takes a name.
async fn every_verb(bench: &Bench, name: &str) -> Vec<(&'static str, Result<(), Error>)> {
    let engine = &bench.engine;
    let second = Duration::from_secs(1);
    let request =
        podsteward_domain::engine::ContainerCreate { name: name.to_owned(), ..bench.request("a", "") };
    let image =
        podsteward_domain::engine::ContainerCreate { image: name.to_owned(), ..bench.request("a", "") };
    let attachment = NetworkAttachment { name: name.to_owned(), ip: None, aliases: BTreeSet::new() };
    let sound = NetworkAttachment { name: "sound".to_owned(), ..attachment.clone() };
    let networked = NetworkCreate { name: name.to_owned(), network: network(""), labels: BTreeMap::new() };
    let stored = VolumeCreate { name: name.to_owned(), volume: volume(""), labels: BTreeMap::new() };
    vec![
        ("inspect", engine.inspect_container(name).await.map(drop)),
        ("create", engine.create_container(&request).await.map(drop)),
        ("create from", engine.create_container(&image).await.map(drop)),
        ("start", engine.start_container(name, second).await.map(drop)),
        ("stop", engine.stop_container(name, second).await),
        ("kill", engine.kill_container(name, 15).await),
        ("rename", engine.rename_container(name, "sound").await),
        ("rename to", engine.rename_container("sound", name).await),
        ("remove", engine.remove_container(name, true).await),
        ("update", engine.update_container(name, &Resources::default()).await),
        ("healthcheck", engine.run_healthcheck(name, second).await.map(drop)),
        ("log", engine.container_log(name, 0, 1).await.map(drop)),
        ("changes", engine.container_changes(name, 1).await.map(drop)),
        ("create network", engine.create_network(&networked).await),
        ("remove network", engine.remove_network(name).await),
        ("connect to", engine.connect_network("sound", &attachment).await),
        ("connect", engine.connect_network(name, &sound).await),
        ("disconnect from", engine.disconnect_network("sound", name).await),
        ("disconnect", engine.disconnect_network(name, "sound").await),
        ("create volume", engine.create_volume(&stored).await),
        ("remove volume", engine.remove_volume(name).await),
        ("users of volume", engine.volume_users(name).await.map(drop)),
        ("remove image", engine.remove_image(name).await),
        ("inspect image", engine.inspect_image(name).await.map(drop)),
        ("pull", engine.pull_image(name, second).await),
        ("make empty image", engine.make_empty_image(name).await),
    ]
}

async fn a_name_is_never_taken_for_the_beginning_of_an_id(bench: &Bench) {
    let (engine, second) = (&bench.engine, Duration::from_secs(1));
    let network = bench.network("n", "").await;
    let name = bench.run("a", &format!("  networks: [{network}]\n")).await;
    let before = bench.look(&name).await;
    let networks = engine.list_networks().await.unwrap();
    let network_id = &networks.iter().find(|live| live.name == network).unwrap().id[..10];
    let id = &before.id[..10];

    assert_eq!(engine.inspect_container(id).await.unwrap(), None);
    engine.remove_container(id, true).await.unwrap();
    engine.remove_network(network_id).await.unwrap();
    let to =
        |network: &str| NetworkAttachment { name: network.to_owned(), ip: None, aliases: BTreeSet::new() };
    let answers = [
        ("start", engine.start_container(id, second).await.map(drop)),
        ("stop", engine.stop_container(id, second).await),
        ("kill", engine.kill_container(id, 15).await),
        ("rename", engine.rename_container(id, &bench.name("b")).await),
        ("update", engine.update_container(id, &Resources::default()).await),
        ("healthcheck", engine.run_healthcheck(id, second).await.map(drop)),
        ("log", engine.container_log(id, 0, 1).await.map(drop)),
        ("changes", engine.container_changes(id, 1).await.map(drop)),
        ("connect", engine.connect_network(id, &to(&network)).await),
        ("connect to", engine.connect_network(&name, &to(network_id)).await),
        ("disconnect", engine.disconnect_network(id, &network).await),
        ("disconnect from", engine.disconnect_network(&name, network_id).await),
    ];
    for (verb, answer) in answers {
        assert!(matches!(answer, Err(Error::NotFound { .. })), "{verb}: {answer:?}");
    }
    assert_eq!(bench.look(&name).await, before, "nothing was done to it");
}

async fn a_name_is_never_taken_for_the_beginning_of_another_volume(bench: &Bench) {
    let longer = bench.volume("data-of-last-year").await;
    bench.engine.remove_volume(&bench.name("data")).await.unwrap();
    assert!(bench.engine.list_volumes().await.unwrap().iter().any(|volume| volume.name == longer));
}
