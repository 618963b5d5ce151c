//! Writes by other processes: a person's `pause`, `stop`, `resume` and `retry` while the controller runs.
//!
//! Owns noticing them within 250 ms. Never writes. The store's own counter is read, which costs under a microsecond.

use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::switch::Switch;
use podsteward_metrics::ControllerEvent;
use tokio::time::sleep;

use crate::context::Context;
use crate::queue::Reason;

/// How often the counter is read.
const PERIOD: Duration = Duration::from_millis(200);

/// Watches for foreign writes, until the controller ends. `seen` is the counter as it was before the store was first
/// read: what is written while the controller starts is noticed, too.
pub async fn run(context: Arc<Context>, mut seen: Option<i64>) {
    loop {
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = sleep(PERIOD) => {}
        }
        let now = context.survive(context.keeper.store().data_version());
        if now != seen {
            seen = now;
            context.telemetry.emit(ControllerEvent::ForeignWriteSeen);
            take_in(&context);
        }
    }
}

/// Reads again what a person can write.
fn take_in(context: &Arc<Context>) {
    let store = context.keeper.store();
    if let Some(switch) = context.survive(store.switch()) {
        take_in_switch(context, &switch);
    }
    if let Some(reason) = context.survive(store.remediation_off())
        && context.world.put_remediation_off(reason)
    {
        context.request_all(Reason::Asked);
    }
    let Some(memories) = context.survive(store.memories()) else { return };
    for (key, memory) in memories {
        if context.world.put_memory(&key, memory) {
            context.request([key], Reason::Asked);
        }
    }
}

fn take_in_switch(context: &Arc<Context>, switch: &Switch) {
    let now = context.now();
    let before = context.world.put_switch(switch.clone());
    let (from, to) = (before.state(now), switch.state(now));
    if from != to {
        context.telemetry.emit(ControllerEvent::SwitchChanged { from, to, pause: switch.pause.as_ref() });
    }
    for (key, pause) in switch.objects.iter().filter(|(key, _)| !before.objects.contains_key(*key)) {
        context.telemetry.emit(ControllerEvent::ObjectPaused { key, pause });
    }
    for key in before.objects.keys().filter(|key| !switch.objects.contains_key(*key)) {
        context.telemetry.emit(ControllerEvent::ObjectResumed { key });
    }
    if before != *switch {
        context.request_all(Reason::Asked);
    }
}
