//! What is named stays, by whatever way it is reached, in the survey and in the act.
//!
//! Owns these cases. Never deletes outside of its own directories.

use std::fs;
use std::os::unix::fs::symlink;

use podsteward_domain::disk::inventory::FoundFile;

use super::super::tests::{OLD, select, tree};
use super::super::{Limits, Selection, delete, find};
use super::*;

fn named(paths: &[&Path]) -> Named {
    let path = |path: &&Path| {
        let path = path.display().to_string();
        NamedPath { is_glob: path.contains('*'), path, by: "a bind mount of container/app".to_owned() }
    };
    Named::of(&paths.iter().map(path).collect::<Vec<_>>()).unwrap()
}

/// What is found below a root with these names, and what is said to stay; deleting everything deletes no more.
fn found(root: &Path, named: &Named) -> (Vec<String>, Vec<String>) {
    let selection = Selection { named, ..select(root, "**") };
    let found = find(&selection, Limits::default()).unwrap();
    let paths: Vec<String> = found.files.into_iter().map(|file| file.path).collect();
    let everything = find(&select(root, "**"), Limits::default()).unwrap().files;
    let deleted = delete(&selection, &everything).unwrap();
    assert_eq!(deleted.count, paths.len() as u64, "{deleted:?}");
    let left: Vec<String> = find(&select(root, "**"), Limits::default())
        .unwrap()
        .files
        .into_iter()
        .map(|file: FoundFile| file.path)
        .collect();
    assert!(paths.iter().all(|path| !left.contains(path)) && left.len() == everything.len() - paths.len());
    let place = format!("{}/", root.display());
    (paths, found.stays.iter().map(|it| it.replace(&place, "")).collect())
}

#[test]
fn a_file_that_is_named_and_all_below_a_directory_that_is_named_stay() {
    let dir = tree(&["a", "conf", "data/db", "data/deep/down/log", "database/a"].map(|path| (path, OLD)));
    let named = named(&[&dir.path().join("data"), &dir.path().join("conf"), &dir.path().join("gone")]);
    let (paths, stays) = found(dir.path(), &named);
    assert_eq!(paths, ["a", "database/a"]);
    assert_eq!(
        stays,
        ["2 files of data (a bind mount of container/app)", "conf (a bind mount of container/app)"]
    );
}

#[test]
fn neither_a_symlink_nor_a_second_name_hides_what_is_named() {
    let dir = tree(&["a", "real/db", "link-to/conf"].map(|path| (path, OLD)));
    let at = |path: &str| dir.path().join(path);
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(at("real"), elsewhere.path().join("data")).unwrap();
    symlink(at("link-to/conf"), elsewhere.path().join("conf")).unwrap();
    fs::hard_link(at("link-to/conf"), at("second")).unwrap();
    let named = named(&[&elsewhere.path().join("data"), &elsewhere.path().join("conf")]);
    assert_eq!(found(dir.path(), &named).0, ["a"]);
}

#[test]
fn a_root_that_is_named_itself_or_lies_in_what_is_named_is_meant() {
    let dir = tree(&["data/a", "data/cache/b"].map(|path| (path, OLD)));
    let named = named(&[&dir.path().join("data")]);
    assert_eq!(found(&dir.path().join("data/cache"), &named).0, ["b"]);
    assert_eq!(found(&dir.path().join("data"), &named), (vec!["a".to_owned()], vec![]));
}

#[test]
fn what_a_glob_means_stays_also_where_its_directory_is_reached_through_a_symlink() {
    let dir = tree(&["dumps/1.dump", "dumps/2.dump", "dumps/notes"].map(|path| (path, OLD)));
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(dir.path().join("dumps"), elsewhere.path().join("backup")).unwrap();
    let named = named(&[&elsewhere.path().join("backup/*.dump")]);
    assert_eq!(found(dir.path(), &named).0, ["dumps/notes"]);
}
