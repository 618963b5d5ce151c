//! A notification in the words of a channel.
//!
//! Owns what each type of channel is sent: the body and the headers. Texts of notifications hold what containers and
//! alerts say, so nothing of them is trusted: none ends a header, calls anybody or is read as markup. Never sees an
//! address or a token. Used by the sender.

mod discord;
mod ntfy;
mod text;
mod webhook;

pub(super) use discord::discord;
pub(super) use ntfy::ntfy;
pub(super) use webhook::webhook;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payload {
    /// The headers besides that of JSON; no value holds a control character.
    pub(super) headers: Vec<(&'static str, String)>,
    /// The body, which is JSON.
    pub(super) body: String,
}

#[cfg(test)]
mod tests;
