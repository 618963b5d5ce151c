//! The tasks of one controller: they end together.
//!
//! Owns the spawning of tasks. A controller that is dropped takes all of its tasks with it at their next await.

use std::future::Future;

use tokio_util::sync::{CancellationToken, DropGuard};

/// The tasks of one controller.
#[derive(Debug, Default)]
pub struct Tasks {
    ended: CancellationToken,
}

impl Tasks {
    /// Runs a task until it ends or the controller does.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let ended = self.ended.clone();
        tokio::spawn(async move {
            ended.run_until_cancelled_owned(task).await;
        });
    }

    /// All tasks end when the guard is dropped.
    pub fn end_with_this(&self) -> DropGuard {
        self.ended.clone().drop_guard()
    }
}
