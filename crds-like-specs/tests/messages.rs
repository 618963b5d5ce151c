//! What a user reads about a bad manifest: each `bad/NAME.yaml` with its problems in `bad/NAME.txt`.

use std::path::Path;

use expect_test::expect_file;
use podsteward_specs::load::{SourceFile, load};

#[test]
fn every_bad_manifest_tells_all_its_problems_with_their_places() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let files = std::fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path());
    let mut manifests: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
    manifests.sort();
    assert!(manifests.len() >= 11);
    for path in manifests {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = std::fs::read(&path).unwrap();
        let loaded = load(&[SourceFile { path: name, bytes }]);
        let file = &loaded.files[0];
        assert!(!file.is_sound());
        let lines: Vec<String> = file.problems.iter().map(|problem| format!("{problem}\n")).collect();
        expect_file![path.with_extension("txt")].assert_eq(&lines.concat());
    }
}
