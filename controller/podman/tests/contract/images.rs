//! Images, secrets, and the engine itself.

use std::time::Duration;

use super::bench::{Bench, contracts};

contracts!(
    an_image_is_found_by_reference_and_by_id,
    an_image_that_is_not_there_is_none,
    a_pull_that_fails_is_an_error,
    an_empty_image_is_made_without_a_registry,
    secrets_are_told_by_name,
    the_version_is_told_by_ping_and_info_alike,
);

async fn an_image_is_found_by_reference_and_by_id(bench: &Bench) {
    let image = bench.engine.inspect_image(&bench.image).await.unwrap().unwrap();
    assert!(image.names.contains(&bench.image), "{image:?}");
    assert!(image.digest.starts_with("sha256:") && image.id.len() == 64, "{image:?}");
    assert_eq!(bench.engine.inspect_image(&image.id).await.unwrap(), Some(image));
}

async fn an_image_that_is_not_there_is_none(bench: &Bench) {
    assert_eq!(bench.engine.inspect_image("localhost/missing:1").await.unwrap(), None);
}

async fn a_pull_that_fails_is_an_error(bench: &Bench) {
    // Nobody listens there. Podman answers 200 and hides the error in the stream.
    let pulled = bench.engine.pull_image("127.0.0.1:9/missing:1", Duration::from_mins(1)).await;
    assert!(pulled.is_err());
}

async fn an_empty_image_is_made_without_a_registry(bench: &Bench) {
    let name = format!("localhost/{}:1", bench.name("empty"));
    assert_eq!(bench.engine.inspect_image(&name).await.unwrap(), None);
    for _ in 0..2 {
        bench.engine.make_empty_image(&name).await.unwrap();
        let image = bench.engine.inspect_image(&name).await.unwrap().unwrap();
        assert!(image.names.contains(&name), "{image:?}");
        bench.engine.remove_image(&image.id).await.unwrap();
        assert_eq!(bench.engine.inspect_image(&name).await.unwrap(), None);
    }
}

async fn secrets_are_told_by_name(bench: &Bench) {
    let name = bench.name("secret");
    bench.secret(&name, "x").await;
    assert!(bench.engine.list_secrets().await.unwrap().contains(&name));
}

async fn the_version_is_told_by_ping_and_info_alike(bench: &Bench) {
    let version = bench.engine.ping().await.unwrap();
    let info = bench.engine.info().await.unwrap();
    assert_eq!(version, info.version);
    assert_eq!(info.updates_in_place, !version.starts_with('4'));
}
