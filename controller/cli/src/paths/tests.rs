//! The defaults for root and user, and the reading of `CONTAINER_HOST`.

use super::*;

fn with<T>(uid: u32, vars: &'static [(&str, &str)], ask: impl Fn(&Surroundings) -> T) -> T {
    let var =
        |name: &str| vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    ask(&Surroundings { uid, var: Box::new(var) })
}

fn text(path: Result<PathBuf, Error>) -> String {
    path.map_or_else(|error| format!("error: {error}"), |path| path.display().to_string())
}

fn url(url: Result<String, Error>) -> String {
    url.unwrap_or_else(|error| format!("error: {error}"))
}

#[test]
fn root_lives_in_the_system_directories_whatever_the_environment_says() {
    let vars =
        &[("XDG_CONFIG_HOME", "/c"), ("XDG_STATE_HOME", "/s"), ("XDG_RUNTIME_DIR", "/r"), ("HOME", "/h")];
    with(0, vars, |root| {
        assert_eq!(text(root.manifests()), "/etc/podsteward/manifests");
        assert_eq!(text(root.state()), "/var/lib/podsteward");
        assert_eq!(url(root.podman()), "unix:///run/podman/podman.sock");
    });
}

#[test]
fn a_user_lives_in_the_xdg_directories() {
    let vars = &[("XDG_CONFIG_HOME", "/c"), ("XDG_STATE_HOME", "/s"), ("XDG_RUNTIME_DIR", "/r")];
    with(1000, vars, |user| {
        assert_eq!(text(user.manifests()), "/c/podsteward/manifests");
        assert_eq!(text(user.state()), "/s/podsteward");
        assert_eq!(url(user.podman()), "unix:///r/podman/podman.sock");
    });
}

#[test]
fn without_xdg_directories_the_home_counts() {
    with(1000, &[("HOME", "/h"), ("XDG_STATE_HOME", "relative")], |user| {
        assert_eq!(text(user.manifests()), "/h/.config/podsteward/manifests");
        assert_eq!(text(user.state()), "/h/.local/state/podsteward");
        assert_eq!(url(user.podman()), "unix:///run/user/1000/podman/podman.sock");
    });
}

#[test]
fn without_a_home_the_error_names_the_variable() {
    with(1000, &[], |user| {
        assert_eq!(text(user.manifests()), "error: no directory for the manifests: HOME is not set");
    });
}

#[test]
fn container_host_is_read_as_podman_reads_it() {
    with(0, &[("CONTAINER_HOST", "unix:///x/podman.sock")], |root| {
        assert_eq!(url(root.podman()), "unix:///x/podman.sock");
    });
    let refused = |text: &str| url(checked(text.to_owned(), "CONTAINER_HOST"));
    assert_eq!(
        refused("unix://x/podman.sock"),
        "error: CONTAINER_HOST: the path 'x/podman.sock' of 'unix://x/podman.sock' is not absolute"
    );
    assert_eq!(refused("podman.sock"), "error: CONTAINER_HOST: 'podman.sock' is not a URL");
}

#[test]
fn connections_to_other_hosts_are_refused() {
    for remote in ["ssh://core@host:22/run/podman.sock", "tcp://127.0.0.1:8080"] {
        let error = checked(remote.to_owned(), "--podman").expect_err("refused");
        assert!(error.to_string().contains("podsteward runs beside Podman"), "{error}");
    }
}

#[test]
fn the_person_behind_sudo_is_named() {
    assert_eq!(with(0, &[("USER", "root"), ("SUDO_USER", "ada")], Surroundings::user), "ada");
    assert_eq!(with(7, &[], Surroundings::user), "uid 7");
}
