//! Threads that may wait for a disk.
//!
//! Owns how long a call is waited for, and how many about one path may be under way: a disk that is dead, or a server that
//! is away, may never answer, and a thread that waits for it cannot be ended. Never asks anything itself. Called by
//! [`super::disks`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use crate::disks::Error;

/// So many calls about one path are under way at most. More are never needed at a time, unless some of them hang.
const CALLS_MAX: usize = 4;

/// The calls that are under way, about which path each.
#[derive(Debug, Clone, Default)]
pub(super) struct Calls(Arc<Mutex<BTreeMap<PathBuf, usize>>>);

/// A call that is under way, until it is dropped.
struct Call {
    calls: Calls,
    path: PathBuf,
}

impl Calls {
    /// Runs what may wait for the disk at a path on a thread of its own. One that hangs is left behind.
    pub(super) async fn aside<T: Send + 'static>(
        &self,
        path: &Path,
        deadline: Duration,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let Some(call) = self.begin(path) else {
            return Err(Error(format!("earlier questions about {} hang", path.display())));
        };
        let thread = tokio::task::spawn_blocking(move || {
            let _under_way = call;
            work()
        });
        match timeout(deadline, thread).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Err(Error(error.to_string())),
            Err(_) => Err(Error(format!("the disk did not answer within {} s", deadline.as_secs()))),
        }
    }

    fn begin(&self, path: &Path) -> Option<Call> {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = calls.entry(path.to_owned()).or_default();
        if *count >= CALLS_MAX {
            return None;
        }
        *count += 1;
        Some(Call { calls: self.clone(), path: path.to_owned() })
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let mut calls = self.calls.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = calls.get_mut(&self.path) {
            *count = count.saturating_sub(1);
        }
        calls.retain(|_, count| *count > 0);
    }
}

#[cfg(test)]
mod tests;
