//! The real programs behind [`crate::commands::Commands`].
//!
//! Owns the translation. Never decides anything.

use std::time::Duration;

use async_trait::async_trait;
use podsteward_host::command::{self, Ended, Error};
use podsteward_metrics::chain;

use crate::commands::{Commands, Failed, Ran};

/// The programs of this host.
#[derive(Debug, Clone, Copy, Default)]
pub struct HostCommands;

#[async_trait]
impl Commands for HostCommands {
    async fn run(&self, argv: &[String], deadline: Duration) -> Result<Ran, Failed> {
        match command::run(argv, deadline).await {
            Ok(Ended { code, output, complaint }) => {
                let said = [output.trim(), complaint.trim()].into_iter().filter(|part| !part.is_empty());
                Ok(Ran { code, output: said.collect::<Vec<_>>().join("\n") })
            }
            Err(error @ Error::TimedOut { .. }) => Err(Failed::TimedOut(chain(&error))),
            Err(error) => Err(Failed::NotBegun(chain(&error))),
        }
    }
}
