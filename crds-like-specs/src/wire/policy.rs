//! The wire form of a RemediationPolicy.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use schemars::JsonSchema;
use serde::Deserialize;

/// How far podsteward may go by itself.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RemediationPolicy {
    /// Whether remediation acts, asks, or only tells. Default `full`.
    pub(crate) mode: Option<crate::policy::Mode>,
}
