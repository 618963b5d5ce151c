//! The wire form of a Volume.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::container::DataTier;
use crate::volume::DeletionPolicy;

/// One volume. What is not declared follows Podman, and is never drift.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "VolumeSpec")]
pub(crate) struct Volume {
    /// The driver.
    pub(crate) driver: Option<String>,
    /// Options of the driver, for example `type`, `device`, `o`.
    pub(crate) options: Option<BTreeMap<String, String>>,
    /// What happens to the data when the document is deleted. Default `Retain`.
    pub(crate) deletion_policy: Option<DeletionPolicy>,
    /// How the data is protected before a risky action. Default `none`.
    pub(crate) data_tier: Option<DataTier>,
}
