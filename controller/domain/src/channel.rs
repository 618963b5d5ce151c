//! How it goes with a notification channel.
//!
//! Owns what is known of it. Never sends anything: the runtime does, and tells here what it met with.

/// What is known of a notification channel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelFacts {
    /// What the other end said when it refused a notification, until it takes one.
    pub refused: Option<String>,
    /// How often in a row it could not be sent anything for another reason, and what was wrong the last time.
    pub failing: Option<(u32, String)>,
    /// Why its address or token cannot be read from the file that it names.
    pub unreadable: Option<String>,
    /// The files with its address or token that others may read, each by its field, with its mode.
    pub exposed: Vec<(&'static str, u32)>,
}
