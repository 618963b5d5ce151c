//! Whether systemd is there to run healthchecks.
//!
//! Owns that one question. Never talks to systemd. Called by the runtime at its start: Podman makes a timer of
//! each healthcheck, and where no systemd serves timers, podsteward runs the checks itself.

use std::path::Path;

/// Made by systemd early in the boot, exactly when it is the init system.
const BOOTED: &str = "run/systemd/system";
/// What a user's systemd instance listens on, below the user's runtime directory.
const USER_SOCKETS: [&str; 2] = ["systemd/private", "bus"];

/// Whether systemd runs the healthchecks of this host's Podman. A Podman without root needs its user's instance
/// of systemd, too; `runtime_dir` is that user's `XDG_RUNTIME_DIR`, and none for root.
pub fn runs_healthchecks(runtime_dir: Option<&Path>) -> bool {
    runs_healthchecks_below(Path::new("/"), runtime_dir)
}

fn runs_healthchecks_below(root: &Path, runtime_dir: Option<&Path>) -> bool {
    let user_instance = |dir: &Path| USER_SOCKETS.iter().any(|socket| dir.join(socket).exists());
    root.join(BOOTED).is_dir() && runtime_dir.is_none_or(user_instance)
}

#[cfg(test)]
mod tests;
