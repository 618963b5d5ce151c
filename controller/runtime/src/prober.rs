//! One run of a probe.
//!
//! Owns the seam to the host and the one way in which a handler is asked, for whoever asks: the source of probes, and steps of
//! playbooks. Never remembers a result and never judges a row of them.

use std::time::Duration;

use async_trait::async_trait;
use podsteward_domain::probe::ProbeResult;
use podsteward_domain::probe::route::{ProbeTarget, Route, route};
use podsteward_domain::words;
use podsteward_metrics::chain;
use podsteward_podman::Error;
use podsteward_podman::api::Executed;
use podsteward_specs::container::ProbeHandler;

use crate::context::Context;

/// The ways to a container that do not lead through the engine, and the end of a command that outlived its time.
#[async_trait]
pub trait Prober: Send + Sync {
    /// Goes a way once, within `timeout`.
    async fn probe(&self, target: &ProbeTarget, way: &Route, timeout: Duration) -> ProbeResult;

    /// Ends a process inside a container with all that it began.
    fn end_stray(&self, target: &ProbeTarget, pid: u32) -> Result<(), String>;
}

impl Context {
    /// Asks a container once, by name. One that is not known to run gives no answer.
    pub async fn probe(&self, name: &str, handler: &ProbeHandler, timeout: Duration) -> ProbeResult {
        match self.world.probe_target(name) {
            Some(target) => self.probe_target(&target, handler, timeout).await,
            None => ProbeResult::NoAnswer(format!("container {name} does not run")),
        }
    }

    /// Asks a container once.
    pub async fn probe_target(
        &self,
        target: &ProbeTarget,
        handler: &ProbeHandler,
        timeout: Duration,
    ) -> ProbeResult {
        match route(target, handler) {
            Ok(Route::Exec { command }) => self.probe_inside(target, &command, timeout).await,
            Ok(way) => self.prober.probe(target, &way, timeout).await,
            Err(why) => ProbeResult::CannotRun(why),
        }
    }

    async fn probe_inside(&self, target: &ProbeTarget, command: &[String], timeout: Duration) -> ProbeResult {
        // By its id: a container that took the name meanwhile is not asked instead.
        match self.engine.exec_container(&target.container, command, timeout).await {
            Ok(Executed::Ended { code: 0, .. }) => ProbeResult::Well,
            Ok(Executed::Ended { code: code @ (126 | 127), output }) => {
                let what = if code == 127 { "is not in the container" } else { "cannot be run" };
                ProbeResult::CannotRun(format!(
                    "a program of `{}` {what}{}",
                    command.join(" "),
                    said(&output)
                ))
            }
            Ok(Executed::Ended { code, output }) => {
                ProbeResult::Ill(format!("it ended with {code}{}", said(&output)))
            }
            Ok(Executed::StillRuns { pid }) => {
                // One that cannot be ended ends with its container.
                let _ = pid.map(|pid| self.prober.end_stray(target, pid));
                ProbeResult::Ill(format!("no answer within {}", words::duration(timeout)))
            }
            Err(error @ (Error::NotFound { .. } | Error::Conflict { .. })) => {
                ProbeResult::NoAnswer(chain(&error))
            }
            Err(error @ Error::Refused { .. }) => ProbeResult::CannotRun(chain(&error)),
            Err(error) => ProbeResult::NoAnswer(chain(&error)),
        }
    }
}

/// The last line of what a command said.
fn said(output: &[String]) -> String {
    let line = output.iter().rev().map(|line| line.trim()).find(|line| !line.is_empty());
    line.map(|line| format!(": {}", words::shortened(line))).unwrap_or_default()
}
