//! Which directories are refused, and the sentence.
//!
//! Owns these cases. Never reads the users of this machine.

use std::fs;
use std::os::unix::fs::symlink;

use super::*;

/// A directory with a home, a directory that is kept out, and one that may be cleaned.
fn world() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let top = dir.path().canonicalize().unwrap();
    for path in ["homes/me/downloads", "storage/graph/overlay", "cache/old", "real"] {
        fs::create_dir_all(top.join(path)).unwrap();
    }
    (dir, top)
}

fn refused(top: &Path, root: &str) -> Option<String> {
    let root = top.join(root);
    let said = refusal_among(&root, &[top.join("storage/graph"), top.join("none")], &[top.join("homes/me")])?;
    Some(said.replace(top.to_str().unwrap(), ""))
}

#[test]
fn the_system_is_refused() {
    let said = |root: &str| refusal_among(Path::new(root), &[], &[]);
    assert_eq!(said("/").as_deref(), Some("/ holds the whole system"));
    assert_eq!(said("/etc").as_deref(), Some("/etc belongs to the system: nothing in /etc is cleaned"));
    assert_eq!(
        said("/proc/self/fd/..").map(|said| said.ends_with("nothing in /proc is cleaned")),
        Some(true)
    );
}

#[test]
fn a_home_is_refused_but_not_what_lies_in_it() {
    let (_dir, top) = world();
    assert_eq!(refused(&top, "homes/me").as_deref(), Some("/homes/me is the home /homes/me"));
    assert_eq!(refused(&top, "homes").as_deref(), Some("/homes holds the home /homes/me"));
    assert_eq!(refused(&top, "homes/me/downloads"), None);
}

#[test]
fn what_is_kept_out_is_refused_from_all_sides() {
    let (_dir, top) = world();
    let needed = "/storage/graph, which podsteward or Podman needs";
    assert_eq!(refused(&top, "storage/graph"), Some(format!("/storage/graph is {needed}")));
    assert_eq!(refused(&top, "storage"), Some(format!("/storage holds {needed}")));
    assert_eq!(
        refused(&top, "storage/graph/overlay"),
        Some(format!("/storage/graph/overlay lies in {needed}"))
    );
    assert_eq!(refused(&top, "cache/old"), None);
}

#[test]
fn a_name_that_only_begins_alike_is_not_refused() {
    let (_dir, top) = world();
    fs::create_dir(top.join("storage/graph-old")).unwrap();
    assert_eq!(refused(&top, "storage/graph-old"), None);
}

#[test]
fn a_symlink_is_judged_by_where_it_leads() {
    let (_dir, top) = world();
    symlink(top.join("storage/graph"), top.join("real/link")).unwrap();
    assert!(refused(&top, "real/link").unwrap().starts_with("/storage/graph is"));
    // What is kept out may itself be named by a symlink.
    symlink(top.join("cache"), top.join("none")).unwrap();
    assert!(refused(&top, "cache/old").unwrap().starts_with("/cache/old lies in /cache,"));
}

#[test]
fn a_root_that_does_not_exist_is_refused() {
    let (_dir, top) = world();
    let said = refused(&top, "gone").unwrap();
    assert!(said.starts_with("/gone cannot be resolved: No such file"), "{said}");
}

#[test]
fn only_people_and_root_have_homes() {
    let passwd = "root:x:0:0:root:/root:/bin/sh\nbackup:x:34:34:backup:/var/backups:/sbin/nologin\n\
        me:x:1000:1000:Me,,,:/home/me:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nbroken\n";
    let found: Vec<PathBuf> = homes(passwd).collect();
    assert_eq!(found, [PathBuf::from("/root"), PathBuf::from("/home/me")]);
}
