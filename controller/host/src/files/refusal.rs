//! Directories that no cleanup may name.
//!
//! Owns the question whether a root is one of them, asked of the real directory, behind all symlinks and bind mounts.
//! Never deletes anything. Called through [`crate::files`].

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::storage;
use crate::snapshot;

/// Where the system itself lives, or no files are at all.
const SYSTEM: [&str; 5] = ["/etc", "/boot", "/dev", "/proc", "/sys"];
/// The users of the host, one a line.
const PASSWD: &str = "/etc/passwd";
/// People's users have these numbers; lower ones are the system's, the highest one is nobody.
const PEOPLE: std::ops::Range<u32> = 1000..65_534;

/// Why files below this root must not be deleted, as a sentence, or `None`.
///
/// Refused are `/`, the system's own directories, homes and whatever holds one, and each root that is, holds or lies in
/// one of `keep_out`. A root that cannot be resolved is refused, too.
pub fn refusal(root: &Path, keep_out: &[PathBuf]) -> Option<String> {
    let passwd = fs::read_to_string(PASSWD).unwrap_or_default();
    let own = std::env::var_os("HOME").map(PathBuf::from);
    let homes: Vec<PathBuf> = own.into_iter().chain(homes(&passwd)).collect();
    refusal_among(root, keep_out, &homes)
}

fn refusal_among(root: &Path, keep_out: &[PathBuf], homes: &[PathBuf]) -> Option<String> {
    let real = match root.canonicalize() {
        Ok(real) => real,
        Err(error) => return Some(format!("{} cannot be resolved: {error}", root.display())),
    };
    let shown = real.display();
    if real.parent().is_none() {
        return Some("/ holds the whole system".to_owned());
    }
    if let Some(system) = SYSTEM.iter().find(|system| holds(Path::new(system), &real)) {
        return Some(format!("{shown} belongs to the system: nothing in {system} is cleaned"));
    }
    if snapshot::holds(&real) {
        return Some(format!("{shown} holds snapshots, which go when their time is over"));
    }
    let homes = homes.iter().map(|home| resolve(home)).filter(|home| home.parent().is_some());
    if let Some(home) = homes.into_iter().find(|home| holds(&real, home)) {
        let verb = if holds(&home, &real) { "is" } else { "holds" };
        return Some(format!("{shown} {verb} the home {}", home.display()));
    }
    let kept = keep_out.iter().map(|kept| resolve(kept)).find_map(|kept| {
        let verb = match (holds(&real, &kept), holds(&kept, &real)) {
            (true, true) => "is",
            (true, false) => "holds",
            (false, true) => "lies in",
            (false, false) => return None,
        };
        Some(format!("{shown} {verb} {}, which podsteward or Podman needs", kept.display()))
    });
    kept.or_else(|| storage::holds(&real).then(|| format!("{shown} lies in the storage of Podman")))
}

/// What does not exist is compared by its name.
fn resolve(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Whether a path is or lies in a directory, by name or because one of them is mounted elsewhere, too.
fn holds(directory: &Path, path: &Path) -> bool {
    let identity = |path: &Path| fs::metadata(path).ok().map(|data| (data.dev(), data.ino()));
    let same = identity(directory);
    path.starts_with(directory) || (same.is_some() && path.ancestors().any(|above| identity(above) == same))
}

/// The homes of root and of people.
fn homes(passwd: &str) -> impl Iterator<Item = PathBuf> + '_ {
    passwd.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let number: u32 = fields.nth(2)?.parse().ok()?;
        let home = fields.nth(2)?;
        ((number == 0 || PEOPLE.contains(&number)) && home.starts_with('/')).then(|| PathBuf::from(home))
    })
}

#[cfg(test)]
mod tests;
