//! What the `workqueue_*` metrics learn from the queue as it happens.
//!
//! Owns the moments worth counting. Never counts: whoever owns the metrics implements it. What is a state rather
//! than a moment (depth, longest running) is read from [`crate::queue::QueueHandle::state`].

use std::time::Duration;

use crate::queue::request::{Request, RunResult};

/// Is told what happens in the queue. Every method is called with the queue unlocked and must not block.
pub trait QueueObserver: Send + Sync {
    /// A request was added, also when it merged with one that waits.
    fn added(&self, _request: &Request) {}

    /// A run begins after its request was due for `waited`.
    fn began(&self, _request: &Request, _waited: Duration) {}

    /// A run ended after `worked`.
    fn ended(&self, _request: &Request, _worked: Duration, _result: RunResult) {}

    /// A key that failed is tried again after `delay`.
    fn retried(&self, _request: &Request, _delay: Duration) {}

    /// A run panicked; it counts as failed.
    fn panicked(&self, _request: &Request) {}
}

/// Counts nothing.
impl QueueObserver for () {}
