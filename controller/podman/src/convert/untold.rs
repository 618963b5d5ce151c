//! What inspect does not tell, kept in an annotation of the container.
//!
//! Owns the annotation's name and content: kernel parameters, where secrets go, device permissions and the like,
//! which cannot change after creation. Podman 4.3 tells the *value* of a secret among the environment, so which variables
//! hold secrets must be known to keep them out. Never holds a value of a secret, and is not read for anything that
//! Podman itself tells.

use std::collections::{BTreeMap, BTreeSet};

use podsteward_specs::container::{Container, EnvValue, SecretTarget, SecretUse};
use serde::{Deserialize, Serialize};

/// The annotation's name.
pub(crate) const ANNOTATION: &str = "dev.podsteward/untold";

/// The annotation's content. Every field has a default, so that older and newer versions read each other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Untold {
    /// Kernel parameters.
    pub(crate) sysctls: BTreeMap<String, String>,
    /// Variable to secret.
    pub(crate) secret_env: BTreeMap<String, String>,
    /// Secrets mounted as files: name, target, uid, gid, mode.
    pub(crate) secret_files: Vec<(String, String, u32, u32, u32)>,
    /// Device inside to its permissions.
    pub(crate) device_permissions: BTreeMap<String, String>,
    /// The user namespace.
    pub(crate) user_namespace: Option<String>,
    /// `SELinux` label options: a host without `SELinux` drops them.
    pub(crate) selinux_label: BTreeSet<String>,
    /// Aliases that are also the host name: Podman 5 adds that one itself, so it is not told apart.
    pub(crate) host_aliases: BTreeMap<String, BTreeSet<String>>,
}

impl Untold {
    /// What will not be told of a container made like this.
    pub(crate) fn of(container: &Container) -> Self {
        Self {
            sysctls: container.sysctls.clone(),
            secret_env: secret_env(container),
            secret_files: container.secrets.iter().filter_map(secret_file).collect(),
            device_permissions: container
                .devices
                .iter()
                .map(|(inside, device)| (inside.clone(), device.permissions.clone()))
                .collect(),
            user_namespace: container.security.user_namespace.clone(),
            selinux_label: container.security.selinux_label.clone(),
            host_aliases: super::networking::host_aliases(container),
        }
    }

    /// Reads the annotation of a live container; `None`: podsteward did not make it.
    pub(crate) fn read(annotations: &BTreeMap<String, String>) -> Option<Self> {
        serde_json::from_str(annotations.get(ANNOTATION)?).ok()
    }

    /// The secrets mounted as files, as they are declared.
    pub(crate) fn secret_mounts(&self) -> Vec<SecretUse> {
        let files = self.secret_files.iter().cloned();
        files
            .map(|(name, target, uid, gid, mode)| SecretUse {
                name,
                target: SecretTarget::Mount { target, uid, gid, mode },
            })
            .collect()
    }
}

/// Which variables come from which secrets: declared in `env` or in `secrets`.
pub(crate) fn secret_env(container: &Container) -> BTreeMap<String, String> {
    let in_env = container.env.iter().filter_map(|(variable, value)| match value {
        EnvValue::SecretRef(secret) => Some((variable.clone(), secret.clone())),
        EnvValue::Value(_) => None,
    });
    let in_secrets = container.secrets.iter().filter_map(|secret| match &secret.target {
        SecretTarget::Env(variable) => Some((variable.clone(), secret.name.clone())),
        SecretTarget::Mount { .. } => None,
    });
    in_env.chain(in_secrets).collect()
}

/// A secret mounted as a file.
fn secret_file(secret: &SecretUse) -> Option<(String, String, u32, u32, u32)> {
    match &secret.target {
        SecretTarget::Mount { target, uid, gid, mode } => {
            Some((secret.name.clone(), target.clone(), *uid, *gid, *mode))
        }
        SecretTarget::Env(_) => None,
    }
}
