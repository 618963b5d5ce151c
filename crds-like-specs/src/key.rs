//! The identity of an object: its kind and its name.
//!
//! Owns the closed list of kinds and the shape of a name. Never knows what an object contains.
//! Used as the key of every queue, cache, table and metric label.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The kinds a manifest may declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// How far podsteward may go by itself: a setting, nothing on the host.
    RemediationPolicy,
    /// Where notifications go: a setting, nothing on the host.
    NotificationChannel,
    /// What follows from an alert: a setting, nothing on the host.
    AlertRoute,
    /// Steps that are carried out together: a setting, nothing on the host.
    Playbook,
    /// What proves that a backup was made.
    BackupCheck,
    /// A watched filesystem: nothing of Podman's.
    Disk,
    /// A Podman network.
    Network,
    /// A Podman volume.
    Volume,
    /// A Podman container.
    Container,
    /// The host itself, which no manifest declares: what is wrong with all of it at once.
    Host,
}

impl Kind {
    /// Every kind that a manifest may declare, in the order in which objects are listed.
    pub const ALL: [Self; 9] = [
        Self::RemediationPolicy,
        Self::NotificationChannel,
        Self::AlertRoute,
        Self::Playbook,
        Self::BackupCheck,
        Self::Disk,
        Self::Network,
        Self::Volume,
        Self::Container,
    ];

    /// The kind as it stands in a manifest's `kind:` field.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RemediationPolicy => "RemediationPolicy",
            Self::NotificationChannel => "NotificationChannel",
            Self::AlertRoute => "AlertRoute",
            Self::Playbook => "Playbook",
            Self::BackupCheck => "BackupCheck",
            Self::Disk => "DiskPolicy",
            Self::Network => "Network",
            Self::Volume => "Volume",
            Self::Container => "Container",
            Self::Host => "Host",
        }
    }

    /// The kind as it stands in a key and in a metric label.
    pub fn lower(self) -> &'static str {
        match self {
            Self::RemediationPolicy => "remediationpolicy",
            Self::NotificationChannel => "notificationchannel",
            Self::AlertRoute => "alertroute",
            Self::Playbook => "playbook",
            Self::BackupCheck => "backupcheck",
            Self::Disk => "disk",
            Self::Network => "network",
            Self::Volume => "volume",
            Self::Container => "container",
            Self::Host => "host",
        }
    }

    /// Reads a kind in either spelling, singular or plural, as a person types it on a command line.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        let singular = match word.strip_suffix("ies") {
            Some(stem) => format!("{stem}y"),
            None => word.strip_suffix('s').unwrap_or(&word).to_owned(),
        };
        Self::ALL
            .into_iter()
            .chain([Self::Host])
            .find(|kind| kind.lower() == singular || kind.as_str().eq_ignore_ascii_case(&singular))
    }

    /// Whether it is a setting of podsteward's own, with nothing on the host to compare it with.
    pub fn is_setting(self) -> bool {
        matches!(
            self,
            Self::RemediationPolicy | Self::NotificationChannel | Self::AlertRoute | Self::Playbook
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An RFC 1123 label: 1 to 63 of `a-z`, `0-9` and `-`, beginning and ending with a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// What is allowed in a name, as every message says it.
pub const NAME_RULE: &str = "1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit";

impl Name {
    /// Checks and takes a name.
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let bytes = text.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        let sound = bytes.len() <= 63
            && ends.iter().all(|end| end.is_some_and(|byte| inner(*byte)))
            && bytes.iter().all(|byte| inner(*byte) || *byte == b'-');
        if sound { Ok(Self(text)) } else { Err(Error::Name(text)) }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for Name {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

/// `kind/name`: what an object is called everywhere, for example `container/jellyfin`.
///
/// Ordered settings, disks, networks, volumes, containers: the order in which a fresh host is built.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Key {
    /// The kind.
    pub kind: Kind,
    /// The name.
    pub name: Name,
}

/// The name of the container that a drill breaks, which no manifest may declare.
pub const CANARY: &str = "podsteward-canary";

impl Key {
    /// The key of the container that a drill breaks.
    pub fn canary() -> Self {
        Self::container(Name(CANARY.to_owned()))
    }

    /// Whether it is the container that a drill breaks: nothing of it is learned for others, counted or told.
    pub fn is_canary(&self) -> bool {
        self.kind == Kind::Container && self.name.as_str() == CANARY
    }

    /// The key of a container.
    pub fn container(name: Name) -> Self {
        Self { kind: Kind::Container, name }
    }

    /// The key of the host itself.
    pub fn host() -> Self {
        Self { kind: Kind::Host, name: Name("local".to_owned()) }
    }

    /// The key of a watched filesystem.
    pub fn disk(name: Name) -> Self {
        Self { kind: Kind::Disk, name }
    }

    /// The key of a playbook.
    pub fn playbook(name: Name) -> Self {
        Self { kind: Kind::Playbook, name }
    }

    /// The key of the policy.
    pub fn policy() -> Self {
        Self { kind: Kind::RemediationPolicy, name: Name(crate::policy::POLICY_NAME.to_owned()) }
    }

    /// The key of a network.
    pub fn network(name: Name) -> Self {
        Self { kind: Kind::Network, name }
    }

    /// The key of a volume.
    pub fn volume(name: Name) -> Self {
        Self { kind: Kind::Volume, name }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.kind.lower(), self.name))
    }
}

impl FromStr for Key {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (kind, name) = text.split_once('/').ok_or_else(|| Error::Key(text.to_owned()))?;
        let kind = Kind::from_word(kind).ok_or_else(|| Error::Kind(kind.to_owned()))?;
        Ok(Self { kind, name: Name::new(name)? })
    }
}

impl TryFrom<String> for Key {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<Key> for String {
    fn from(key: Key) -> Self {
        key.to_string()
    }
}

/// Why a text is not a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The name is not an RFC 1123 label.
    #[error("'{0}' is not a name ({NAME_RULE})")]
    Name(String),
    /// The kind is not one of ours.
    #[error(
        "'{0}' is not a kind (remediationpolicy, notificationchannel, alertroute, playbook, backupcheck, disk, network, volume, container)"
    )]
    Kind(String),
    /// There is no slash.
    #[error("'{0}' is not a key (KIND/NAME, for example container/web)")]
    Key(String),
}

#[cfg(test)]
mod tests;
