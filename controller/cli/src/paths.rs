//! Where manifests, state and Podman's socket are.
//!
//! Owns the defaults for root and for a user, and how `CONTAINER_HOST` is read. Never touches the filesystem.
//! Called by [`crate::args::Global`] for everything that the command line leaves open.

use std::path::PathBuf;

use crate::exit::Error;

/// Reads an environment variable; an empty one is as good as none.
pub(crate) type Variables = Box<dyn Fn(&str) -> Option<String>>;

/// What the process knows about who runs it.
pub(crate) struct Surroundings {
    /// The effective user's number.
    pub(crate) uid: u32,
    /// The environment.
    pub(crate) var: Variables,
}

impl Surroundings {
    /// Whether the effective user is root.
    pub(crate) fn is_root(&self) -> bool {
        self.uid == 0
    }

    /// The directory of the manifests.
    pub(crate) fn manifests(&self) -> Result<PathBuf, Error> {
        if self.is_root() {
            return Ok(PathBuf::from("/etc/podsteward/manifests"));
        }
        let base = self.base("XDG_CONFIG_HOME", ".config", "manifests", "--manifests")?;
        Ok(base.join("podsteward/manifests"))
    }

    /// The directory of the state.
    pub(crate) fn state(&self) -> Result<PathBuf, Error> {
        if self.is_root() {
            return Ok(PathBuf::from("/var/lib/podsteward"));
        }
        Ok(self.base("XDG_STATE_HOME", ".local/state", "state", "--state")?.join("podsteward"))
    }

    /// Podman's socket: `CONTAINER_HOST` where it is set, as Podman's own client does it.
    pub(crate) fn podman(&self) -> Result<String, Error> {
        if let Some(url) = (self.var)("CONTAINER_HOST") {
            return checked(url, "CONTAINER_HOST");
        }
        let run = self.user_runtime_dir().unwrap_or_else(|| PathBuf::from("/run"));
        Ok(format!("unix://{}", run.join("podman/podman.sock").display()))
    }

    /// The directory of a user's sockets; none for root.
    pub(crate) fn user_runtime_dir(&self) -> Option<PathBuf> {
        let usual = || PathBuf::from(format!("/run/user/{}", self.uid));
        (!self.is_root()).then(|| self.absolute("XDG_RUNTIME_DIR").unwrap_or_else(usual))
    }

    /// The name by which this user is known in the log of what people did.
    pub(crate) fn user(&self) -> String {
        let name = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| (self.var)(name));
        let unnamed = || if self.is_root() { "root".to_owned() } else { format!("uid {}", self.uid) };
        name.unwrap_or_else(unnamed)
    }

    /// A base directory of the XDG specification, which says that a relative path counts as not set.
    fn base(
        &self,
        var: &str,
        below_home: &str,
        what: &'static str,
        option: &'static str,
    ) -> Result<PathBuf, Error> {
        let below = || self.absolute("HOME").map(|home| home.join(below_home));
        self.absolute(var).or_else(below).ok_or(Error::NoHome { what, missing: "HOME", option })
    }

    fn absolute(&self, var: &str) -> Option<PathBuf> {
        (self.var)(var).map(PathBuf::from).filter(|path| path.is_absolute())
    }
}

/// A URL of Podman's that can be used. podsteward reads `/proc` and must sit on Podman's own host, so that only a
/// Unix socket is of use.
pub(crate) fn checked(url: String, from: &str) -> Result<String, Error> {
    let what = match url.split_once("://") {
        Some(("unix", path)) if path.starts_with('/') => return Ok(url),
        Some(("unix", path)) => format!("{from}: the path '{path}' of '{url}' is not absolute"),
        Some((scheme, _)) => {
            format!("{from}: '{url}' is a {scheme} connection, and podsteward runs beside Podman")
        }
        None => format!("{from}: '{url}' is not a URL"),
    };
    let next = "a socket on this host is needed, written unix:///run/podman/podman.sock".to_owned();
    Err(Error::Usage { what, next })
}

#[cfg(test)]
mod tests;
