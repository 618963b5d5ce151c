//! The directories under which files may never be deleted.
//!
//! Owns what can be refused by the name alone, whatever the host. Never looks at a disk: links, mounts and where Podman
//! and podsteward really keep their own are checked against the host before anything goes.

use super::cleanup::plain_path;

/// What is allowed, as every message says it.
const RULE: &str = "a directory of expendable files such as /srv/app/cache";

/// Directories of the system, with everything below.
const SYSTEM: [&str; 15] = [
    "bin", "boot", "dev", "efi", "etc", "lib", "lib32", "lib64", "libx32", "ostree", "proc", "sbin", "sys",
    "sysroot", "usr",
];

/// Directories in which everybody keeps something. What is below is somebody's own.
const SHARED: [&str; 6] = ["/", "/run", "/home", "/var", "/var/home", "/var/lib"];

/// Directories that hold homes, each with the name of one.
const HOMES: [&str; 2] = ["/home/", "/var/home/"];

/// Where Podman keeps its own for root.
const STORAGE: [&str; 3] = ["/var/lib/containers", "/run/containers", "/run/libpod"];

/// Where Podman keeps its own for a user, in their home.
const USER_STORAGE: &str = "/.local/share/containers";

/// Checks the directory of a step that deletes files.
pub(super) fn root(text: &str) -> Result<String, String> {
    let path = plain_path(text)?;
    match refused(&path) {
        Some(why) => Err(format!("'{text}' {why} ({RULE})")),
        None => Ok(path),
    }
}

fn refused(path: &str) -> Option<&'static str> {
    let first = path.split('/').nth(1).unwrap_or_default();
    if SYSTEM.contains(&first) {
        return Some("belongs to the system");
    }
    if is_home(path) {
        return Some("is a home");
    }
    if STORAGE.iter().any(|storage| is_within(path, storage)) || is_user_storage(path) {
        return Some("holds what Podman keeps");
    }
    SHARED.contains(&path).then_some("holds what everybody keeps")
}

fn is_home(path: &str) -> bool {
    let named = |homes: &str| path.strip_prefix(homes).is_some_and(|name| !name.contains('/'));
    matches!(path, "/root" | "/var/roothome") || HOMES.into_iter().any(named)
}

fn is_within(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Below a user's storage, or above it within the home.
fn is_user_storage(path: &str) -> bool {
    format!("{path}/").contains(&format!("{USER_STORAGE}/"))
        || path.ends_with("/.local")
        || path.ends_with("/.local/share")
}

#[cfg(test)]
mod tests;
