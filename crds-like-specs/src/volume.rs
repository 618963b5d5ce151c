//! The validated form of a Volume.
//!
//! Owns what a volume may declare. Never knows the live one.
//! Compared by `podsteward-domain`, created by `podsteward-podman`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::container::DataTier;

/// A volume. `None` is "not declared".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Volume {
    /// The driver: `local` unless declared.
    pub driver: Option<String>,
    /// Options of the driver, for example `type`, `device`, `o`.
    pub options: BTreeMap<String, String>,
    /// What happens to the data when the document is deleted.
    pub deletion_policy: DeletionPolicy,
    /// How the data is protected before a risky action.
    pub data_tier: DataTier,
}

/// What happens to a volume's data when its document is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum DeletionPolicy {
    /// The volume stays. The default: data is never lost by deleting a few lines of YAML.
    #[default]
    Retain,
    /// The volume is removed, once no container uses it.
    Delete,
}
