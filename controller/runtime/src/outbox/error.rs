//! Why a message is not known to have arrived.
//!
//! Owns the sentences, which name the channel and never its address or token: both may be secrets. Never decides how
//! long to wait: [`super::retry`] does, by what [`Error::pace`] says.

use std::io;
use std::time::Duration;

use podsteward_metrics::chain;
use podsteward_specs::channel::{TOPIC_RULE, URL_RULE};
use podsteward_specs::key::Name;

use super::retry::Pace;

/// Why a message is not known to have arrived.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file that the channel names cannot be read.
    #[error("channel {channel}: its {field} cannot be read")]
    File {
        /// Which channel.
        channel: Name,
        /// The field that names the file.
        field: &'static str,
        /// What is wrong with it.
        source: io::Error,
    },
    /// The address is none.
    #[error("channel {channel}: its address is none ({URL_RULE})")]
    Address {
        /// Which channel.
        channel: Name,
    },
    /// The address of an ntfy channel names no topic.
    #[error("channel {channel}: its address names no topic ({TOPIC_RULE})")]
    Topic {
        /// Which channel.
        channel: Name,
    },
    /// The token is none.
    #[error("channel {channel}: its tokenFile holds no token (one word of visible characters)")]
    Token {
        /// Which channel.
        channel: Name,
    },
    /// There was no answer.
    #[error("channel {channel}: no answer: {why}")]
    NoAnswer {
        /// Which channel.
        channel: Name,
        /// What is known of the cause.
        why: String,
        /// Whether the message may have arrived all the same.
        in_doubt: bool,
    },
    /// The answer was no.
    #[error("channel {channel}: the answer was {status}")]
    Refused {
        /// Which channel.
        channel: Name,
        /// The status.
        status: u16,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
}

impl Error {
    /// How soon trying again makes sense. What the other end refuses is mended by a person, who changes a token or an
    /// address there; everything else passes by itself, or is a file that costs nothing to read again.
    pub(super) fn pace(&self) -> Pace {
        match *self {
            Self::Refused { status: 408 | 429 | 500..=599, retry_after, .. } => {
                retry_after.map_or(Pace::Usual, Pace::NotBefore)
            }
            Self::Refused { .. } => Pace::Slow,
            Self::File { .. }
            | Self::Address { .. }
            | Self::Topic { .. }
            | Self::Token { .. }
            | Self::NoAnswer { .. } => Pace::Usual,
        }
    }

    /// Whether the message may have arrived all the same. An answer that says no is taken at its word.
    pub(super) fn in_doubt(&self) -> bool {
        matches!(self, Self::NoAnswer { in_doubt: true, .. })
    }

    /// What the other end said when it refused, if trying again soon cannot help.
    pub(super) fn refusal(&self) -> Option<String> {
        match self {
            Self::Refused { status, .. } if self.pace() == Pace::Slow => {
                Some(format!("the answer was {status}"))
            }
            _ => None,
        }
    }

    /// What is wrong, where it is clear which channel it is about.
    pub(super) fn cause(&self) -> String {
        let text = chain(self);
        let channel = match self {
            Self::File { channel, .. }
            | Self::Address { channel }
            | Self::Topic { channel }
            | Self::Token { channel }
            | Self::NoAnswer { channel, .. }
            | Self::Refused { channel, .. } => channel,
        };
        text.strip_prefix(&format!("channel {channel}: ")).map_or(text.clone(), ToOwned::to_owned)
    }

    /// Whether the refusal may be about this one message: another may be taken.
    pub(super) fn is_of_message(&self) -> bool {
        matches!(self, Self::Refused { status: 400 | 413 | 415 | 422, .. })
    }
}
