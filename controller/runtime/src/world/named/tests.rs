//! Which fields name something on the host.
//!
//! Owns the list. Never looks at the host.

use std::sync::Arc;

use expect_test::expect;
use podsteward_specs::load::{SourceFile, load};

use crate::source::manifests::view::ManifestView;
use crate::world::WorldStore;

const MANIFESTS: &str = "
apiVersion: podsteward.dev/v1alpha1
kind: Container
metadata: {name: app}
spec:
  image: docker.io/library/alpine
  mounts: [{type: bind, source: /srv/data, target: /data}, {type: tmpfs, target: /tmp}]
  configFiles: [{path: /srv/app.conf}]
---
apiVersion: podsteward.dev/v1alpha1
kind: NotificationChannel
metadata: {name: night}
spec: {type: webhook, urlFile: /srv/url, tokenFile: /srv/token}
---
apiVersion: podsteward.dev/v1alpha1
kind: BackupCheck
metadata: {name: app}
spec: {path: '/srv/backup/*.dump', maxAge: 1d}
";

#[test]
fn every_field_that_names_a_path_is_known_and_every_word_of_a_manifest_with_problems() {
    let file = SourceFile { path: "all.yaml".to_owned(), bytes: MANIFESTS.as_bytes().to_vec() };
    let loaded = load(&[file]).files.remove(0);
    assert_eq!(loaded.problems, []);
    let documents = loaded.documents.into_iter().map(|document| (document.key.clone(), Arc::new(document)));
    let unsound = ["/srv/other", "alpine:3"].map(str::to_owned).into();
    let world = WorldStore::new("default");
    world.put_manifests(ManifestView { documents: documents.collect(), unsound, ..ManifestView::default() });
    let told = world.named_paths().into_iter().map(|it| format!("{} {} {}", it.path, it.is_glob, it.by));
    let told = told.collect::<Vec<_>>().join("\n");
    expect![[r"
        /srv/app.conf false configFiles of container/app
        /srv/backup/*.dump true a proof of backupcheck/app
        /srv/data false a bind mount of container/app
        /srv/other false in a manifest with problems
        /srv/token false tokenFile of notificationchannel/night
        /srv/url false urlFile of notificationchannel/night"]]
    .assert_eq(&told);
}
