//! The wire form of a `NotificationChannel`.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use schemars::JsonSchema;
use serde::Deserialize;

use super::window::Window;
use crate::channel::{ChannelType, MinSeverity, NotificationEvent, URL_RULE};
use crate::duration;

/// Where notifications go: exactly one of `url` and `urlFile`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "NotificationChannelSpec")]
pub(crate) struct NotificationChannel {
    /// What is spoken there.
    #[serde(rename = "type")]
    #[schemars(required)]
    pub(crate) kind: Option<ChannelType>,
    /// The address. Whoever may read the manifest may read it: put a secret one into a file.
    #[schemars(title = URL_RULE)]
    pub(crate) url: Option<String>,
    /// A file that holds the address, read anew for each notification.
    #[schemars(title = "an absolute path")]
    pub(crate) url_file: Option<String>,
    /// A file that holds a bearer token.
    #[schemars(title = "an absolute path")]
    pub(crate) token_file: Option<String>,
    /// What is sent. Default: everything.
    pub(crate) events: Option<Vec<NotificationEvent>>,
    /// The least severity that is sent. Default `info`.
    pub(crate) min_severity: Option<MinSeverity>,
    /// When all but critical notifications wait here.
    pub(crate) quiet_hours: Option<Window>,
    /// Notifications that say the same about the same object within this time are sent once. Default `10m`.
    #[schemars(title = duration::RULE)]
    pub(crate) dedupe: Option<String>,
}
