//! Volumes.

use std::collections::BTreeMap;

use podsteward_domain::engine::VolumeCreate;
use podsteward_domain::live::EngineState;
use podsteward_podman::Error;

use super::bench::{Bench, contracts, volume};

contracts!(
    a_volume_is_told_as_it_was_declared,
    a_taken_volume_name_is_a_conflict,
    a_volume_in_use_is_not_removed_and_neither_is_its_container,
    removing_a_volume_that_is_gone_is_fine,
);

async fn a_volume_is_told_as_it_was_declared(bench: &Bench) {
    let declared = volume("  options: {type: tmpfs, device: tmpfs, o: nodev}\n");
    let labels = BTreeMap::from([("tier".to_owned(), "inner".to_owned())]);
    let request = VolumeCreate { name: bench.name("v"), volume: declared.clone(), labels: labels.clone() };
    bench.engine.create_volume(&request).await.unwrap();
    let volumes = bench.engine.list_volumes().await.unwrap();
    let live = volumes.iter().find(|volume| volume.name == request.name).unwrap();
    assert_eq!((live.driver.as_str(), &live.labels), ("local", &labels));
    let told = declared
        .options
        .iter()
        .all(|(key, value)| live.options.get(key).is_some_and(|told| told.contains(value)));
    assert!(told && live.mountpoint.ends_with("/_data"), "{live:?}");
}

async fn a_taken_volume_name_is_a_conflict(bench: &Bench) {
    let name = bench.volume("v").await;
    let request = VolumeCreate { name, volume: volume(""), labels: BTreeMap::new() };
    let error = bench.engine.create_volume(&request).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error}");
}

async fn a_volume_in_use_is_not_removed_and_neither_is_its_container(bench: &Bench) {
    let volume = bench.volume("v").await;
    let name = bench.run("a", &format!("  mounts: [{{type: volume, source: {volume}, target: /v}}]\n")).await;
    let error = bench.engine.remove_volume(&volume).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error}");
    assert_eq!(bench.look(&name).await.state, EngineState::Running);
    bench.engine.remove_container(&name, true).await.unwrap();
    bench.engine.remove_volume(&volume).await.unwrap();
    assert!(bench.engine.list_volumes().await.unwrap().iter().all(|live| live.name != volume));
}

async fn removing_a_volume_that_is_gone_is_fine(bench: &Bench) {
    bench.engine.remove_volume(&bench.name("missing")).await.unwrap();
}
