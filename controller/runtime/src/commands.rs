//! Programs of the host, as playbooks run them.
//!
//! Owns the seam, so that the whole controller runs with programs that tests make up. Never decides which may be run: the
//! domain does. The real one is [`crate::real::commands`].

use std::time::Duration;

use async_trait::async_trait;

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The status that it ended with; `None`: a signal ended it.
    pub code: Option<i32>,
    /// The end of what it printed, complaints last.
    pub output: String,
}

/// Why nobody knows how a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failed {
    /// It was never begun.
    NotBegun(String),
    /// It did not end in time; it was ended with all that it began.
    TimedOut(String),
}

/// Runs programs of the host.
#[async_trait]
pub trait Commands: Send + Sync {
    /// Runs one with its arguments, without a shell. Dropped, it ends the program with all that it began.
    async fn run(&self, argv: &[String], deadline: Duration) -> Result<Ran, Failed>;
}
