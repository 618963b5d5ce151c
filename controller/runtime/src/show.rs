//! What the HTTP server shows of the controller.
//!
//! Owns the shape of the JSON and the notion of "alive". Reads the world store; changes nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use podsteward_metrics::{Format, QueueEvent};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::context::Context;
use crate::http::View;

/// How often the main loop is asked for a sign of life.
const BEAT: Duration = Duration::from_secs(5);
/// Without a sign of life for so long, the main loop counts as stuck.
const BEAT_MAX: Duration = Duration::from_secs(20);

/// The controller, shown.
pub(crate) struct Show {
    context: Arc<Context>,
    begun: Instant,
    last_beat_ms: AtomicU64,
}

impl Show {
    /// Shows this controller.
    pub(crate) fn new(context: Arc<Context>) -> Self {
        Self { context, begun: Instant::now(), last_beat_ms: AtomicU64::new(0) }
    }

    /// Asks the main loop for signs of life, for ever.
    pub(crate) async fn keep_beating(self: Arc<Self>) {
        loop {
            self.context.queue.heartbeat().await;
            let now_ms = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.last_beat_ms.store(now_ms, Ordering::Relaxed);
            sleep(BEAT).await;
        }
    }
}

impl View for Show {
    fn metrics(&self, openmetrics: bool) -> String {
        let state = self.context.queue.state();
        let (depth, longest_running) = (state.pending, state.longest_running);
        self.context.telemetry.emit(QueueEvent::Sampled { depth, longest_running });
        self.context.telemetry.render(if openmetrics { Format::OpenMetrics } else { Format::Classic })
    }

    fn health(&self) -> Result<(), String> {
        let last = Duration::from_millis(self.last_beat_ms.load(Ordering::Relaxed));
        let silent = self.begun.elapsed().saturating_sub(last);
        if silent <= BEAT_MAX {
            Ok(())
        } else {
            Err(format!("the main loop is silent since {} s", silent.as_secs()))
        }
    }

    fn ready(&self) -> Result<(), Vec<String>> {
        let missing = self.context.world.missing_reads();
        if missing.is_empty() { Ok(()) } else { Err(missing) }
    }

    fn objects(&self) -> Value {
        json!({ "objects": self.context.world.statuses() })
    }

    fn status(&self) -> Value {
        let now = self.context.now();
        let switch = self.context.world.switch();
        let queue = self.context.queue.state();
        let mut states = std::collections::BTreeMap::new();
        for status in self.context.world.statuses() {
            *states.entry(status.state.as_str()).or_insert(0u64) += 1;
        }
        json!({
            "switch": {
                "state": switch.state(now).as_str(),
                "reason": switch.pause.as_ref().map(|pause| pause.reason.clone()),
                "until": switch.pause.as_ref().and_then(|pause| pause.until()).map(|until| until.to_rfc3339()),
            },
            "ready": self.ready().is_ok(),
            "objects": states,
            "queue": { "pending": queue.pending, "running": queue.running },
            "openIntents": self.context.world.open_intents().len(),
        })
    }
}
