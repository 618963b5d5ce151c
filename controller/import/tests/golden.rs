//! What becomes of whole imports: each directory below `quadlet/` and each file in `kube/` with what comes out in the
//! `.txt` beside it, first the manifests, then the warnings. Whatever comes out is fed to the checks of `validate`.
#![expect(clippy::unwrap_used, reason = "what a helper cannot read fails the test that asked for it")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use podsteward_import::{Imported, Source, Surroundings, kube, quadlet};
use podsteward_specs::cross::cross_check;
use podsteward_specs::load::{SourceFile, load};

#[test]
fn every_quadlet_directory_becomes_sound_manifests() {
    let directories = inputs("quadlet", |path| path.is_dir());
    assert!(directories.len() >= 4);
    for directory in directories {
        let read = |path: &Path| fs::read(directory.join(path.file_name().ok_or(io::ErrorKind::NotFound)?));
        let specifiers =
            [('h', "/home/me"), ('t', "/run/user/1000"), ('u', "me"), ('U', "1000"), ('H', "host")];
        let specifiers: BTreeMap<char, String> =
            specifiers.map(|(letter, text)| (letter, text.to_owned())).into();
        let imported = quadlet::import(&sources(&directory), &Surroundings { specifiers, read: &read });
        check(&imported, &directory);
    }
}

#[test]
fn every_kube_file_becomes_sound_manifests() {
    let files = inputs("kube", |path| path.extension().is_some_and(|extension| extension == "yaml"));
    assert!(files.len() >= 3);
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let source = Source { name, bytes: fs::read(&file).unwrap(), path: file.clone() };
        check(&kube::import(&[source]), &file);
    }
}

fn check(imported: &Imported, input: &Path) {
    let yaml = imported.yaml();
    let sound = load(&[SourceFile { path: "out.yaml".to_owned(), bytes: yaml.clone().into_bytes() }]);
    let file = &sound.files[0];
    assert_eq!(file.problems, [], "{}: {yaml}", input.display());
    assert_eq!(cross_check(&file.documents), [], "{}: {yaml}", input.display());
    assert_eq!(file.documents.len(), imported.documents.len());
    let warnings: Vec<String> = imported.warnings.iter().map(|warning| format!("{warning}\n")).collect();
    expect_file![input.with_extension("txt")].assert_eq(&format!("{yaml}\n{}", warnings.concat()));
}

fn inputs(directory: &str, is_input: impl Fn(&PathBuf) -> bool) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(directory);
    let mut inputs: Vec<PathBuf> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).filter(is_input).collect();
    inputs.sort();
    inputs
}

/// Every file below a directory, as if it stood in `/units`.
fn sources(directory: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(current) = directories.pop() {
        for entry in fs::read_dir(current).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else {
                let relative = path.strip_prefix(directory).unwrap().to_owned();
                let name = relative.display().to_string();
                sources.push(Source {
                    name,
                    bytes: fs::read(&path).unwrap(),
                    path: Path::new("/units").join(relative),
                });
            }
        }
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    sources
}
