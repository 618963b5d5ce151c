//! Whether systemd is there, told from files.

use std::fs;

use super::*;

fn host(paths: &[&str]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for path in paths {
        fs::create_dir_all(root.path().join(path)).unwrap();
    }
    root
}

#[test]
fn a_host_without_systemd_runs_no_healthchecks() {
    let root = host(&["run", "user/systemd/private"]);
    assert!(!runs_healthchecks_below(root.path(), None));
    assert!(!runs_healthchecks_below(root.path(), Some(&root.path().join("user"))));
}

#[test]
fn roots_podman_is_served_where_systemd_booted_the_host() {
    let root = host(&["run/systemd/system"]);
    assert!(runs_healthchecks_below(root.path(), None));
}

#[test]
fn a_users_podman_needs_the_users_instance_of_systemd() {
    let root = host(&["run/systemd/system", "absent", "private/systemd/private", "bus/bus"]);
    let served = |dir: &str| runs_healthchecks_below(root.path(), Some(&root.path().join(dir)));
    assert!(!served("absent"));
    assert!(served("private"));
    assert!(served("bus"));
}
