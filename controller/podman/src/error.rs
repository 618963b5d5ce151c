//! How a call to the engine fails.
//!
//! Owns the classes a caller may branch on. Never the caller's reaction.

/// A failed call, sorted by what a caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing.
    #[error("{call}: not found: {message}")]
    NotFound {
        /// The call, for example `start container web`.
        call: String,
        /// Podman's text.
        message: String,
    },
    /// The name or the thing is taken.
    #[error("{call}: conflict: {message}")]
    Conflict {
        /// The call.
        call: String,
        /// Podman's text.
        message: String,
    },
    /// Podman refused, and would refuse again: a bad configuration, a taken port.
    #[error("{call}: refused: {message}")]
    Refused {
        /// The call.
        call: String,
        /// Podman's text.
        message: String,
    },
    /// Podman failed; the same call may work later.
    #[error("{call}: failed: {message}")]
    Failed {
        /// The call.
        call: String,
        /// Podman's text.
        message: String,
    },
    /// Podman did not answer within the deadline. What the call did is not known.
    #[error("{call}: no answer within {deadline_secs} s")]
    Timeout {
        /// The call.
        call: String,
        /// The deadline in seconds.
        deadline_secs: u64,
    },
    /// Podman cannot be reached.
    #[error("{call}: podman is not reachable: {message}")]
    Unreachable {
        /// The call.
        call: String,
        /// What the socket said.
        message: String,
    },
    /// The answer cannot be read.
    #[error("{call}: answer not understood: {message}")]
    Protocol {
        /// The call.
        call: String,
        /// What is wrong with it.
        message: String,
    },
}
