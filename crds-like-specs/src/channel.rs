//! The validated form of a `NotificationChannel`: where notifications go.
//!
//! Owns what a channel may say, and the closed list of what is notified. Never sends anything: the runtime does.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::window::Window;

/// What is allowed as an address, as every message says it.
pub const URL_RULE: &str = "http:// or https:// with a host, without user and password";

/// What is asked of an ntfy address, as every message says it.
pub const TOPIC_RULE: &str = "such as https://ntfy.sh/TOPIC, with letters, digits, '-' and '_' as the topic";
/// How long a topic may be.
const TOPIC_MOST: usize = 64;

/// Where notifications go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotificationChannel {
    /// What is spoken there.
    pub kind: ChannelType,
    /// Where to.
    pub url: Url,
    /// A file that holds a bearer token.
    pub token_file: Option<String>,
    /// What is sent; empty: everything.
    pub events: BTreeSet<NotificationEvent>,
    /// The least severity that is sent.
    pub min_severity: MinSeverity,
    /// When all but critical notifications wait here; the policy's own hours hold besides.
    pub quiet_hours: Option<Window>,
    /// Notifications that say the same about the same object within this time are sent once.
    pub dedupe: Duration,
}

/// What is spoken at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChannelType {
    /// A Discord webhook.
    Discord,
    /// An ntfy topic.
    Ntfy,
    /// Any receiver of JSON.
    Webhook,
}

impl ChannelType {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Discord, Self::Ntfy, Self::Webhook];

    /// The name in manifests and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Discord => "discord",
            Self::Ntfy => "ntfy",
            Self::Webhook => "webhook",
        }
    }
}

/// An address. What follows the host may be a secret, so nothing prints it: neither [`fmt::Debug`] nor [`Serialize`].
#[derive(Clone, PartialEq, Eq)]
pub enum Url {
    /// As written.
    Literal(String),
    /// In a file, read anew for each notification.
    File(String),
}

impl Url {
    /// The address without what may be a secret: its scheme and host, or the path of its file.
    pub fn masked(&self) -> String {
        let url = match self {
            Self::Literal(url) => url,
            Self::File(path) => return path.clone(),
        };
        let host_at = url.find("://").map_or(0, |at| at + "://".len());
        let (scheme, rest) = url.split_at(host_at);
        match rest.find(['/', '?', '#']) {
            Some(end) => format!("{scheme}{}/…", rest.get(..end).unwrap_or_default()),
            None => url.clone(),
        }
    }
}

/// An ntfy address as its server and its topic: what stands before the last part of its path, and that part. `None`: it
/// names no topic.
pub fn ntfy_topic(url: &str) -> Option<(String, &str)> {
    let path_at = url.find("://")? + "://".len();
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (server, topic) = url.get(..end)?.trim_end_matches('/').rsplit_once('/')?;
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_topic = (1..=TOPIC_MOST).contains(&topic.len()) && topic.bytes().all(is_letter);
    let query = url.get(end..)?.split('#').next().unwrap_or_default();
    (server.len() > path_at && is_topic).then(|| (format!("{server}/{query}"), topic))
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Literal(_) => "Literal",
            Self::File(_) => "File",
        };
        f.debug_tuple(name).field(&self.masked()).finish()
    }
}

impl Serialize for Url {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = match self {
            Self::Literal(_) => "url",
            Self::File(_) => "urlFile",
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(name, &self.masked())?;
        map.end()
    }
}

/// The least severity that is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MinSeverity {
    /// Everything. The default.
    #[default]
    Info,
    /// What somebody should look at.
    Warning,
    /// What does not work.
    Critical,
}

macro_rules! notification_events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)+) => {
        /// What is notified.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum NotificationEvent {
            $($(#[$doc])* $variant,)+
        }

        impl NotificationEvent {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in manifests, payloads and the outbox.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

notification_events! {
    /// An action begins (verdict `notify-execute`).
    Acting = "acting";
    /// An action waits for approval (verdict `queue`).
    ApprovalNeeded = "approval-needed";
    /// Something is wrong that podsteward leaves to people (verdict `alert-only`).
    Alert = "alert";
    /// An action failed or was taken back.
    Failed = "failed";
    /// What was told to be wrong is well again.
    Recovered = "recovered";
    /// A breaker opened.
    BreakerOpened = "breaker-opened";
    /// So much went wrong at once that nothing is touched.
    Storm = "storm";
    /// Somebody stopped a container by hand.
    HandStop = "hand-stop";
    /// A drill ended: whether podsteward works.
    Drill = "drill";
    /// What was done since the last report.
    Report = "report";
    /// What waited through quiet hours, in one message. It comes to whoever wants what is in it.
    Digest = "digest";
    /// Somebody tries whether notifications arrive. It comes to every channel.
    Test = "test";
}

#[cfg(test)]
mod tests;
