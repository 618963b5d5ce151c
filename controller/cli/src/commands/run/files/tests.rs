//! Private files: mode, owner, kind and place.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn with_mode(mode: u32) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("token");
    fs::write(&path, "secret").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    (dir, path)
}

fn owner_of(path: &Path) -> u32 {
    fs::metadata(path).unwrap().uid()
}

#[test]
fn a_private_file_is_accepted() {
    for mode in [0o600, 0o400] {
        let (_dir, path) = with_mode(mode);
        check_private(&path, "--token-file", owner_of(&path)).unwrap();
    }
}

#[test]
fn a_file_that_others_can_read_is_refused() {
    for mode in [0o640, 0o604, 0o666, 0o700] {
        let (_dir, path) = with_mode(mode);
        let error = check_private(&path, "--token-file", owner_of(&path)).unwrap_err().to_string();
        assert!(error.ends_with(&format!("has mode {mode:04o}, and 0600 is the most")), "{error}");
    }
}

#[test]
fn what_is_missing_or_no_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for (path, expected) in
        [(dir.path().to_owned(), "is not a file"), (dir.path().join("gone"), "cannot read")]
    {
        let error = check_private(&path, "--token-file", 0).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_list_of_commands_inside_the_manifests_is_refused() {
    let (dir, path) = with_mode(0o600);
    let error = check_outside(&path, "--allow-commands", dir.path()).unwrap_err().to_string();
    assert!(error.contains("inside the manifests directory"), "{error}");
    let elsewhere = tempfile::tempdir().unwrap();
    check_outside(&path, "--allow-commands", elsewhere.path()).unwrap();
    check_outside(&path, "--allow-commands", &elsewhere.path().join("gone")).unwrap();
}
