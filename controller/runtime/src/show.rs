//! What the HTTP server shows of the controller.
//!
//! Owns the notion of "alive". The JSON is that of the commands, see [`crate::listing`]. Changes nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use podsteward_domain::evaluate;
use podsteward_metrics::{ControllerEvent, Format, QueueEvent, chain};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::context::Context;
use crate::http::{Refusal, View};
use crate::listing::wanted::Wanted;
use crate::listing::{self, Approvals, Assessment, Background, Decisions, Forecasts, Objects, Status};

/// How often the main loop is asked for a sign of life.
const BEAT: Duration = Duration::from_secs(5);
/// Without a sign of life for so long, the main loop counts as stuck.
const BEAT_MAX: Duration = Duration::from_secs(20);

/// A report is about so long.
const REPORTED: Duration = Duration::from_hours(7 * 24);

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

    fn background(&self) -> Result<Background, Refusal> {
        Background::read(self.context.keeper.store()).map_err(|error| unreadable(&error))
    }
}

impl View for Show {
    fn metrics(&self, openmetrics: bool) -> String {
        let state = self.context.queue.state();
        let (depth, longest_running) = (state.pending, state.longest_running);
        self.context.telemetry.emit(QueueEvent::Sampled { depth, longest_running });
        let switch = self.context.world.switch().state(self.context.now());
        let mode = self.context.world.remediation_mode();
        self.context.telemetry.emit(ControllerEvent::Sampled { switch, mode });
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
        json!(Objects::new(self.context.world.statuses(), self.context.now()))
    }

    fn status(&self) -> Value {
        let (now, store) = (self.context.now(), self.context.keeper.store());
        let status = Status::read(store, now).unwrap_or_else(|error| {
            Status::without_store(store.dir(), &self.context.world.switch(), Some(chain(&error)), now)
        });
        let queue = self.context.queue.state();
        let mut page = json!(status);
        page["ready"] = json!(self.ready().is_ok());
        page["queue"] = json!({ "pending": queue.pending, "running": queue.running });
        page
    }
    fn decisions(&self, wanted: &Wanted) -> Result<Value, Refusal> {
        let now = self.context.now();
        let filter = wanted.filter(now).map_err(|error| Refusal::Asked(error.to_string()))?;
        let logged = self.context.keeper.store().decisions(&filter).map_err(|error| unreadable(&error))?;
        Ok(json!(Decisions::new(logged, now)))
    }

    fn approvals(&self) -> Result<Value, Refusal> {
        let now = self.context.now();
        let Background { approvals, policy, .. } = self.background()?;
        Ok(json!(Approvals::new(approvals, &policy.approvals, now)))
    }

    fn forecast(&self) -> Result<Value, Refusal> {
        let read = Forecasts::read(self.context.keeper.store(), self.context.now());
        read.map(|forecasts| json!(forecasts)).map_err(|error| unreadable(&error))
    }

    fn report(&self) -> Result<Value, Refusal> {
        let read = listing::report(self.context.keeper.store(), REPORTED, self.context.now());
        read.map(|report| json!(report)).map_err(|error| unreadable(&error))
    }

    fn assessment(&self) -> Result<Value, Refusal> {
        let (now, world) = (self.context.now(), &self.context.world);
        let background = self.background()?;
        let keys = world.keys().into_iter();
        let evaluations: Vec<_> =
            keys.map(|key| (key.clone(), evaluate::evaluate(world.world(&key, now)))).collect();
        let missing = self.ready().err().unwrap_or_default();
        Ok(json!(Assessment::new(&evaluations, missing, &background, now)))
    }
}

fn unreadable(error: &podsteward_store::Error) -> Refusal {
    Refusal::Unreadable(chain(error))
}
