//! The queue's moments as metrics.
//!
//! Owns the glue between the queue, which knows no metrics, and the catalogue, which knows no queue.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use podsteward_metrics::{QueueEvent, Telemetry};

use crate::queue::{QueueHandle, QueueObserver, Request, RunResult};

/// Tells the catalogue what happens in the queue.
pub(crate) struct QueueTelemetry {
    telemetry: Arc<Telemetry>,
    queue: OnceLock<QueueHandle>,
}

impl QueueTelemetry {
    /// Tells `telemetry`.
    pub(crate) fn new(telemetry: Arc<Telemetry>) -> Self {
        Self { telemetry, queue: OnceLock::new() }
    }

    /// The queue that is observed; it exists only after its observer.
    pub(crate) fn observe(&self, queue: QueueHandle) {
        // A second call would be a second queue; the first one counts.
        let _ = self.queue.set(queue);
    }

    fn depth(&self) -> usize {
        self.queue.get().map_or(0, QueueHandle::len)
    }
}

impl QueueObserver for QueueTelemetry {
    fn added(&self, request: &Request) {
        let (key, reason, depth) = (&request.key, request.reason.as_str(), self.depth());
        self.telemetry.emit(QueueEvent::Added { key, reason, depth });
    }

    fn began(&self, request: &Request, waited: Duration) {
        self.telemetry.emit(QueueEvent::Taken { key: &request.key, waited, depth: self.depth() });
    }

    fn ended(&self, request: &Request, worked: Duration, _result: RunResult) {
        self.telemetry.emit(QueueEvent::Done { key: &request.key, worked });
    }

    fn retried(&self, request: &Request, delay: Duration) {
        self.telemetry.emit(QueueEvent::Retried { key: &request.key, after: delay });
    }
}
