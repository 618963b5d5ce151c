//! Making, naming, listing, changing and removing containers.

use std::collections::BTreeMap;
use std::sync::Arc;

use podsteward_domain::engine::ContainerCreate;
use podsteward_domain::live::EngineState;
use podsteward_podman::Error;
use podsteward_specs::container::Resources;
use podsteward_specs::quantity::Bytes;

use super::bench::{Bench, START, contracts};

contracts!(
    a_created_container_is_listed_and_inspected_as_created,
    a_taken_name_is_a_conflict,
    an_image_that_is_not_there_is_not_found,
    a_network_that_is_not_there_is_not_found,
    a_secret_that_is_not_there_is_not_found,
    what_is_not_there_is_inspected_as_none,
    a_rename_moves_the_name_and_keeps_the_container,
    a_rename_to_a_taken_name_is_a_conflict,
    a_running_container_is_removed_by_force_only,
    removing_what_is_gone_is_fine,
    removing_a_container_keeps_its_volumes,
    anonymous_volumes_are_attached_again,
    a_container_is_found_by_id_too,
    an_update_is_told_where_the_engine_says_so,
);

async fn a_created_container_is_listed_and_inspected_as_created(bench: &Bench) {
    let request = bench.request("a", "");
    let id = bench.engine.create_container(&request).await.unwrap();
    let list = bench.engine.list_containers().await.unwrap();
    let row = list.iter().find(|row| row.id == id).unwrap();
    let live = bench.look(&request.name).await;
    assert_eq!((row.name.as_str(), row.state, row.pid), (request.name.as_str(), EngineState::Created, None));
    assert_eq!((row.started_ms, row.exited_ms, row.exit_code), (None, None, None));
    assert_eq!(row.labels, request.labels);
    assert_eq!((live.id.as_str(), live.state, live.pid), (id.as_str(), EngineState::Created, None));
    assert_eq!((live.started_ms, live.finished_ms, live.exit_code), (None, None, None));
    assert_eq!((live.labels, &live.image_id), (request.labels, &row.image_id));
    assert!(live.created_ms > 1_700_000_000_000 && live.managed_by.is_none() && live.health.is_none());
}

async fn a_taken_name_is_a_conflict(bench: &Bench) {
    bench.create("a", "").await;
    let error = bench.engine.create_container(&bench.request("a", "")).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error}");
}

async fn an_image_that_is_not_there_is_not_found(bench: &Bench) {
    let request = ContainerCreate { image: "localhost/missing:1".to_owned(), ..bench.request("a", "") };
    let error = bench.engine.create_container(&request).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

async fn a_network_that_is_not_there_is_not_found(bench: &Bench) {
    let request = bench.request("a", "  networks: [missing]\n");
    let error = bench.engine.create_container(&request).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

async fn a_secret_that_is_not_there_is_not_found(bench: &Bench) {
    let request = bench.request("a", "  env: [{name: A, secretRef: missing}]\n");
    let error = bench.engine.create_container(&request).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

async fn what_is_not_there_is_inspected_as_none(bench: &Bench) {
    assert_eq!(bench.engine.inspect_container(&bench.name("missing")).await.unwrap(), None);
}

async fn a_rename_moves_the_name_and_keeps_the_container(bench: &Bench) {
    let name = bench.run("a", "").await;
    let before = bench.look(&name).await;
    let to = bench.name("b");
    bench.engine.rename_container(&name, &to).await.unwrap();
    assert_eq!(bench.engine.inspect_container(&name).await.unwrap(), None);
    let after = bench.look(&to).await;
    assert_eq!((after.id, after.pid, after.state), (before.id, before.pid, EngineState::Running));
    let error = bench.engine.rename_container(&name, &to).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

async fn a_rename_to_a_taken_name_is_a_conflict(bench: &Bench) {
    let (one, other) = (bench.create("a", "").await, bench.create("b", "").await);
    let error = bench.engine.rename_container(&one, &other).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error}");
    assert_eq!(bench.look(&one).await.name, one);
}

async fn a_running_container_is_removed_by_force_only(bench: &Bench) {
    let name = bench.run("a", "").await;
    let error = bench.engine.remove_container(&name, false).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error}");
    assert_eq!(bench.look(&name).await.state, EngineState::Running);
    bench.engine.remove_container(&name, true).await.unwrap();
    assert_eq!(bench.engine.inspect_container(&name).await.unwrap(), None);
}

async fn removing_what_is_gone_is_fine(bench: &Bench) {
    bench.engine.remove_container(&bench.name("missing"), false).await.unwrap();
    bench.engine.remove_container(&bench.name("missing"), true).await.unwrap();
}

async fn removing_a_container_keeps_its_volumes(bench: &Bench) {
    let data = bench.name("data");
    let mounts = format!("  mounts: [{{type: volume, source: {data}, target: /data}}]\n");
    let mut request = bench.request("a", &mounts);
    let anonymous = "a1".repeat(32);
    request.anonymous_volumes = BTreeMap::from([("/anonymous".to_owned(), anonymous.clone())]);
    bench.engine.create_container(&request).await.unwrap();
    bench.engine.remove_container(&request.name, true).await.unwrap();
    let volumes = bench.engine.list_volumes().await.unwrap();
    let names: Vec<&str> = volumes.iter().map(|volume| volume.name.as_str()).collect();
    assert!(names.contains(&data.as_str()) && names.contains(&anonymous.as_str()), "{names:?}");
    bench.engine.remove_volume(&anonymous).await.unwrap();
}

async fn anonymous_volumes_are_attached_again(bench: &Bench) {
    let volumes = BTreeMap::from([("/anonymous".to_owned(), "b2".repeat(32))]);
    let request = bench.request("a", "");
    let request = ContainerCreate { anonymous_volumes: volumes.clone(), ..request };
    bench.engine.create_container(&request).await.unwrap();
    let live = bench.look(&request.name).await;
    assert_eq!(live.anonymous_volumes, volumes);
    assert_eq!(live.config.mounts, BTreeMap::new());
    bench.engine.remove_container(&request.name, true).await.unwrap();
    bench.engine.remove_volume(&"b2".repeat(32)).await.unwrap();
}

async fn a_container_is_found_by_id_too(bench: &Bench) {
    let name = bench.create("a", "").await;
    let id = bench.look(&name).await.id;
    assert_eq!(bench.look(&id).await.name, name);
    bench.engine.start_container(&id, START).await.unwrap();
    assert_eq!(bench.look(&name).await.state, EngineState::Running);
}

async fn an_update_is_told_where_the_engine_says_so(bench: &Bench) {
    let name = bench.run("a", "  resources: {limits: {memory: 64Mi, pids: 50}}\n").await;
    let memory = Some(Bytes(128 << 20));
    let limits = Arc::new(Resources { memory, ..Resources::default() });
    bench.engine.update_container(&name, &limits).await.unwrap();
    let told = bench.look(&name).await.config.resources;
    let expected = if bench.updates_in_place().await { memory } else { Some(Bytes(64 << 20)) };
    assert_eq!((told.memory, told.pids), (expected, Some(50)));
    let error = bench.engine.update_container(&bench.name("missing"), &limits).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}
