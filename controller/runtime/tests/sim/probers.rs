//! The ways to containers of one run: what a probe over the network comes to, as a test says it.
//!
//! Owns the answers by container. A container that is told nothing of is well. Commands inside are the fake Podman's.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use podsteward_domain::probe::ProbeResult;
use podsteward_domain::probe::route::{ProbeTarget, Route};
use podsteward_runtime::prober::Prober;

/// The ways.
#[derive(Debug, Default)]
pub(crate) struct Probers {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    answers: BTreeMap<(String, u16), ProbeResult>,
    strays: Vec<u32>,
}

impl Probers {
    /// What a port of a container answers from now on.
    pub(crate) fn answer(&self, name: &str, port: u16, result: ProbeResult) {
        self.lock().answers.insert((name.to_owned(), port), result);
    }

    /// The commands that were ended because they outlived their time.
    pub(crate) fn strays(&self) -> Vec<u32> {
        self.lock().strays.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Prober for Probers {
    async fn probe(&self, target: &ProbeTarget, way: &Route, timeout: Duration) -> ProbeResult {
        tokio::time::sleep(timeout / 100).await;
        let port = match way {
            Route::Connect { port, .. } | Route::Listening { port } => *port,
            Route::Http { .. } | Route::Exec { .. } => 80,
        };
        self.lock().answers.get(&(target.name.clone(), port)).cloned().unwrap_or(ProbeResult::Well)
    }

    fn end_stray(&self, _target: &ProbeTarget, pid: u32) -> Result<(), String> {
        self.lock().strays.push(pid);
        Ok(())
    }
}
