//! The wire form of a NotificationChannel.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use schemars::JsonSchema;
use serde::Deserialize;

/// Where notifications go.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NotificationChannel {
    /// What is spoken there.
    #[serde(rename = "type")]
    pub(crate) kind: Option<crate::channel::ChannelType>,
}
