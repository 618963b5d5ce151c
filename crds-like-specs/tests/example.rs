//! The manifests that `make run` brings up are sound, each by itself and all together.

use std::path::Path;

use podsteward_specs::cross::cross_check;
use podsteward_specs::disk::DiskPolicy;
use podsteward_specs::load::{SourceFile, load};
use podsteward_specs::policy::RemediationPolicy;

/// What holds for a disk of which nothing but the path is declared.
fn plain_disk() -> Option<DiskPolicy> {
    let text =
        "apiVersion: podsteward.dev/v1alpha1\nkind: DiskPolicy\nmetadata: {name: a}\nspec: {path: /}\n";
    let file = SourceFile { path: "f.yaml".to_owned(), bytes: text.as_bytes().to_vec() };
    load(&[file]).files[0].documents[0].disk().cloned()
}

#[test]
fn the_example_is_sound_and_its_policies_change_no_default() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifests/example");
    let paths = std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: &Path| SourceFile {
        path: path.file_name().unwrap().to_string_lossy().into_owned(),
        bytes: std::fs::read(path).unwrap(),
    };
    let files: Vec<SourceFile> = paths.map(|path| read(&path)).collect();
    let loaded = load(&files);
    let problems: Vec<_> = loaded.files.iter().flat_map(|file| &file.problems).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    let documents: Vec<_> = loaded.files.into_iter().flat_map(|file| file.documents).collect();
    assert_eq!(cross_check(&documents), []);
    let policies: Vec<_> = documents.iter().filter_map(|document| document.policy()).collect();
    assert_eq!(policies, [&RemediationPolicy::default()]);
    let disks: Vec<_> = documents.iter().filter_map(|document| document.disk().cloned()).collect();
    assert_eq!(disks, Vec::from_iter(plain_disk()));
    assert_eq!(disks.len(), 1);
}
