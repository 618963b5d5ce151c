//! Writes by other processes: a person's `pause`, `stop`, `resume`, `retry`, `approve`, `reject` and `execute` while the
//! controller runs.
//!
//! Owns noticing them within 250 ms. Never writes but that somebody did something by hand. The store's own counter is read, which costs under a microsecond.

use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::memory::Memory;
use podsteward_domain::switch::Switch;
use podsteward_metrics::label::Intervention;
use podsteward_metrics::{ApprovalEvent, ControllerEvent};
use podsteward_specs::key::Key;
use tokio::time::sleep;

use crate::context::Context;
use crate::queue::Reason;
use crate::source::{playbooks, snapshots};
use crate::world::Remembered;

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
    if let Some(remembered) = context.survive(Remembered::read(store)) {
        take_in_answers(context, remembered);
    }
    snapshots::take_in(context);
    playbooks::take_in(context);
    context.drill.notify_one();
    context.switch_changed.notify_one();
    let Some(memories) = context.survive(store.memories()) else { return };
    for (key, memory) in memories {
        take_in_memory(context, key, memory);
    }
}

/// A worker may write while this reads, the store first: what was taken in is read again until the store has nothing
/// else, so that nothing older than what is kept stays in force.
fn take_in_memory(context: &Arc<Context>, key: Key, mut memory: Memory) {
    let mut differs = false;
    while context.world.put_memory(&key, memory) {
        differs = true;
        let Some(kept) = context.survive(context.keeper.store().memory(&key)) else { break };
        memory = kept;
    }
    if differs {
        context.request([key], Reason::Asked);
    }
}

/// Approvals that were answered, words to act now, records and breakers that were reset.
fn take_in_answers(context: &Arc<Context>, remembered: Remembered) {
    let before = context.world.remembered();
    for approval in &remembered.approvals {
        let known = before.approvals.iter().find(|known| known.id == approval.id);
        if known.is_some_and(|known| known.state != approval.state) {
            context.telemetry.emit(ApprovalEvent::Answered { approval });
            context.intervened(Intervention::Approval);
        }
    }
    for _ in remembered.forced.iter().filter(|(key, forced)| before.forced.get(*key) != Some(*forced)) {
        context.intervened(Intervention::Execute);
    }
    let mut concerned = context.world.put_remembered(remembered);
    // A plan may have ended meanwhile, see `take_in_memory`.
    while let Some(kept) = context.survive(Remembered::read(context.keeper.store()))
        && kept != context.world.remembered()
    {
        concerned.extend(context.world.put_remembered(kept));
    }
    context.request(concerned, Reason::Asked);
    context.host_changed.notify_one();
    context.outbox.notify_one();
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
