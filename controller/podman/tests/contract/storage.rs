//! What is kept on the disk: who needs it, how it is thrown away, how much it takes.

use std::time::Duration;

use podsteward_domain::live::{EngineState, ForeignManager, ImageSummary};
use podsteward_podman::Error;

use super::bench::{Bench, START, contracts, eventually};

contracts!(
    an_image_is_listed_with_its_names_and_containers,
    an_image_with_two_names_is_removed,
    an_image_of_a_stopped_container_is_refused_and_keeps_its_names,
    an_image_on_which_another_is_built_is_refused_and_keeps_its_name,
    a_dangling_image_takes_its_unnamed_parent_along,
    a_dangling_image_is_gone_though_its_parent_is_in_use,
    an_image_that_is_gone_is_removed_already,
    a_list_of_images_is_never_removed,
    the_build_cache_is_pruned_without_touching_an_image,
    the_users_of_a_volume_are_told_also_those_that_do_not_run,
    disk_usage_is_told_by_container_and_volume,
    the_list_and_inspect_name_the_same_manager,
    a_log_file_can_be_emptied_while_its_container_runs,
    mounts_are_told_by_where_they_lie_on_the_host,
    the_engine_tells_where_it_keeps_things,
);

/// The image of this id, as the list tells it.
async fn listed(bench: &Bench, id: &str) -> Option<ImageSummary> {
    bench.engine.list_images().await.unwrap().into_iter().find(|image| image.id == id)
}

/// The id of the image of this name.
async fn id_of(bench: &Bench, name: &str) -> String {
    bench.engine.inspect_image(name).await.unwrap().unwrap().id
}

async fn an_image_is_listed_with_its_names_and_containers(bench: &Bench) {
    let id = bench.build("one", None).await;
    let container = bench.create_from("a", &id).await;
    let image = listed(bench, &id).await.unwrap();
    let base = id_of(bench, &bench.image).await;
    assert_eq!((&image.names, image.containers), (&vec![bench.image_name("one")], 1));
    assert!(!image.dangling && !image.has_children && !image.is_manifest_list, "{image:?}");
    assert_eq!(image.parent_id.as_deref(), Some(base.as_str()));
    assert!(image.size > 0, "{image:?}");
    assert!(listed(bench, &base).await.unwrap().has_children);
    bench.engine.remove_container(&container, true).await.unwrap();
    assert_eq!(listed(bench, &id).await.unwrap().containers, 0);
}

async fn an_image_with_two_names_is_removed(bench: &Bench) {
    let id = bench.build("one", None).await;
    bench.tag(&id, "two").await;
    bench.tag(&id, "three").await;
    assert_eq!(listed(bench, &id).await.unwrap().names.len(), 3);
    bench.engine.remove_image(&id).await.unwrap();
    assert_eq!(listed(bench, &id).await, None);
    for name in ["one", "two", "three"] {
        assert_eq!(bench.engine.inspect_image(&bench.image_name(name)).await.unwrap(), None);
    }
}

async fn an_image_of_a_stopped_container_is_refused_and_keeps_its_names(bench: &Bench) {
    let id = bench.build("one", None).await;
    bench.tag(&id, "two").await;
    let container = bench.create_from("a", &id).await;
    let before = listed(bench, &id).await;
    for state in [EngineState::Created, EngineState::Running, EngineState::Exited] {
        assert_eq!(bench.look(&container).await.state, state);
        let error = bench.engine.remove_image(&id).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error}");
        assert_eq!(listed(bench, &id).await, before);
        if state == EngineState::Created {
            bench.engine.start_container(&container, START).await.unwrap();
        } else {
            bench.engine.stop_container(&container, Duration::from_secs(1)).await.unwrap();
            bench.until_exited(&container).await;
        }
    }
    bench.engine.remove_container(&container, false).await.unwrap();
    bench.engine.remove_image(&id).await.unwrap();
}

async fn an_image_on_which_another_is_built_is_refused_and_keeps_its_name(bench: &Bench) {
    let parent = bench.build("parent", None).await;
    let child = bench.build("child", Some("parent")).await;
    assert_eq!(listed(bench, &child).await.unwrap().parent_id.as_ref(), Some(&parent));
    let before = listed(bench, &parent).await;
    let error = bench.engine.remove_image(&parent).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error}");
    assert_eq!(listed(bench, &parent).await, before);
    bench.engine.remove_image(&child).await.unwrap();
    assert_eq!(listed(bench, &parent).await.unwrap().names, [bench.image_name("parent")], "it has a name");
    bench.engine.remove_image(&parent).await.unwrap();
}

async fn a_dangling_image_takes_its_unnamed_parent_along(bench: &Bench) {
    let parent = bench.build("parent", None).await;
    let child = bench.build("child", Some("parent")).await;
    bench.untag(&parent, "parent").await;
    bench.untag(&child, "child").await;
    let dangling = |image: Option<ImageSummary>| image.map(|image| (image.names.len(), image.dangling));
    assert_eq!(dangling(listed(bench, &parent).await), Some((0, false)));
    assert_eq!(dangling(listed(bench, &child).await), Some((0, true)));
    bench.engine.remove_image(&child).await.unwrap();
    assert_eq!((listed(bench, &child).await, listed(bench, &parent).await), (None, None));
}

async fn a_dangling_image_is_gone_though_its_parent_is_in_use(bench: &Bench) {
    let parent = bench.build("parent", None).await;
    let child = bench.build("child", Some("parent")).await;
    bench.untag(&parent, "parent").await;
    bench.untag(&child, "child").await;
    let container = bench.create_from("a", &parent).await;
    bench.engine.remove_image(&child).await.unwrap();
    assert_eq!(listed(bench, &child).await, None);
    assert_eq!(bench.look(&container).await.image_id, parent);
    bench.engine.remove_container(&container, false).await.unwrap();
    bench.engine.remove_image(&parent).await.unwrap();
}

async fn an_image_that_is_gone_is_removed_already(bench: &Bench) {
    bench.engine.remove_image(&"ab".repeat(32)).await.unwrap();
    let base = id_of(bench, &bench.image).await;
    bench.engine.remove_image(&base[..12]).await.unwrap();
    assert!(listed(bench, &base).await.is_some(), "the beginning of an id is no id");
}

async fn a_list_of_images_is_never_removed(bench: &Bench) {
    let id = bench.build("one", None).await;
    let list = bench.manifest_list("list", &id).await;
    let error = bench.engine.remove_image(&list).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error}");
    assert!(listed(bench, &id).await.is_some() && listed(bench, &list).await.is_some());
    bench.remove_manifest_list("list").await;
}

async fn the_build_cache_is_pruned_without_touching_an_image(bench: &Bench) {
    let id = bench.build("one", None).await;
    bench.untag(&id, "one").await;
    let before = listed(bench, &id).await;
    assert!(before.as_ref().unwrap().dangling);
    bench.engine.prune_build_cache().await.unwrap();
    assert_eq!(listed(bench, &id).await, before);
    bench.engine.remove_image(&id).await.unwrap();
}

async fn the_users_of_a_volume_are_told_also_those_that_do_not_run(bench: &Bench) {
    let (volume, longer) = (bench.volume("v").await, bench.volume("v1").await);
    let mounts =
        |name: &str| format!("  mounts: [{{type: volume, source: {name}, target: /v, readOnly: true}}]\n");
    let made = bench.create("a", &mounts(&volume)).await;
    let runs = bench.run("b", &mounts(&volume)).await;
    bench.create("c", &mounts(&longer)).await;
    assert_eq!(bench.engine.volume_users(&volume).await.unwrap(), [made.clone(), runs]);
    let error = bench.engine.remove_volume(&volume).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error}");
    assert_eq!(bench.look(&made).await.state, EngineState::Created);
    assert_eq!(bench.engine.volume_users(&bench.name("missing")).await.unwrap(), [""; 0]);
}

async fn disk_usage_is_told_by_container_and_volume(bench: &Bench) {
    let volume = bench.volume("v").await;
    let command = "dd if=/dev/zero of=/big bs=1M count=5; dd if=/dev/zero of=/v/big bs=1M count=3; sleep inf";
    let spec = format!(
        "  mounts: [{{type: volume, source: {volume}, target: /v}}]\n  command: [sh, -c, \"{command}\"]\n"
    );
    let name = bench.run("a", &spec).await;
    bench.fills(&name, 5 << 20, (&volume, 3 << 20));
    let image = bench.look(&name).await.image_id;
    eventually("written", || async {
        let told = bench.engine.disk_usage().await.unwrap();
        let container = told.containers.iter().find(|one| one.name == name).unwrap();
        let stored = told.volumes.iter().find(|one| one.name == volume).unwrap();
        assert_eq!(stored.users, 1);
        assert!(told.images.iter().any(|one| one.id == image && one.size > 0));
        (container.written >= 5 << 20 && stored.size == 3 << 20).then_some(())
    })
    .await;
}

async fn the_list_and_inspect_name_the_same_manager(bench: &Bench) {
    let name = bench.create("plain", "").await;
    let unit = ForeignManager::Systemd("web.service".to_owned());
    let of_unit = bench.create_managed("unit", unit.clone()).await;
    let pod = bench.name("pod");
    let in_pod = bench.create_managed("in-pod", ForeignManager::Pod(pod.clone())).await;
    let removes_itself = bench.create_managed("once", ForeignManager::AutoRemove).await;
    let list = bench.engine.list_containers().await.unwrap();
    let told = |name: &str| list.iter().find(|one| one.name == name).unwrap().managed_by.clone();
    assert_eq!(told(&name), None);
    assert_eq!(told(&of_unit), Some(unit));
    assert!(matches!(told(&in_pod), Some(ForeignManager::Pod(_))));
    assert_eq!(told(&removes_itself), Some(ForeignManager::AutoRemove));
    for name in [&name, &of_unit, &in_pod, &removes_itself] {
        assert_eq!(told(name), bench.look(name).await.managed_by);
    }
    bench.engine.remove_container(&in_pod, false).await.unwrap();
    bench.remove_pod(&pod).await;
}

async fn a_log_file_can_be_emptied_while_its_container_runs(bench: &Bench) {
    let command = "echo one; while ! test -e /go; do sleep 0.05; done; echo two; sleep inf";
    let name = bench.run("a", &format!("  command: [sh, -c, \"{command}\"]\n")).await;
    bench.says(&name, &["one"]);
    let log = |expected: &'static str| {
        let name = &name;
        eventually(expected, move || async move {
            let lines = bench.engine.container_log(name, 0, 9).await.unwrap();
            (lines == [expected]).then_some(())
        })
    };
    log("one").await;
    let live = bench.look(&name).await;
    bench.empty_log(live.log_path.as_ref().unwrap());
    assert_eq!(bench.engine.container_log(&name, 0, 9).await.unwrap(), [""; 0]);
    bench.touch_inside(&live, "go");
    bench.says(&name, &["two"]);
    log("two").await;
    let silent = bench.create("b", "  logDriver: none\n").await;
    assert_eq!(bench.look(&silent).await.log_path, None);
}

async fn mounts_are_told_by_where_they_lie_on_the_host(bench: &Bench) {
    let volume = bench.volume("v").await;
    let spec = format!(
        "  mounts:\n  - {{type: volume, source: {volume}, target: /v}}\n  - {{type: bind, source: /tmp, target: /b}}\n  - {{type: tmpfs, target: /t}}\n"
    );
    let name = bench.create("a", &spec).await;
    let volumes = bench.engine.list_volumes().await.unwrap();
    let mountpoint = &volumes.iter().find(|live| live.name == volume).unwrap().mountpoint;
    let told: Vec<(String, String)> = bench.look(&name).await.mounts_on_host.into_iter().collect();
    assert_eq!(told, [("/b".to_owned(), "/tmp".to_owned()), ("/v".to_owned(), mountpoint.clone())]);
}

async fn the_engine_tells_where_it_keeps_things(bench: &Bench) {
    let info = bench.engine.info().await.unwrap();
    let volume = bench.volume("v").await;
    let volumes = bench.engine.list_volumes().await.unwrap();
    let mountpoint = &volumes.iter().find(|live| live.name == volume).unwrap().mountpoint;
    assert!(mountpoint.starts_with(&info.volume_path.unwrap()));
    let live = bench.look(&bench.create("a", "").await).await;
    assert!(live.log_path.unwrap().starts_with(&info.graph_root.unwrap()));
    assert!(info.run_root.unwrap().starts_with('/'));
}
