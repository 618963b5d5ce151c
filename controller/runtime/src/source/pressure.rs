//! Samples of what is short: the memory of containers that have a limit, and how much the host stalls.
//!
//! Owns when they are taken: often near a limit, seldom far from it, and hardly ever where there is nothing to watch.
//! Never judges one; an object is looked at only when that could come to something else than before.

use std::sync::Arc;
use std::time::Duration;

use podsteward_metrics::HostEvent;
use podsteward_specs::key::Key;
use tokio::time::sleep;

use crate::context::{Context, container_key};
use crate::queue::Reason;
use crate::world::Watchable;

/// The usual time between two samples: as old as one may be when it is acted on.
const PERIOD: Duration = Duration::from_secs(10);
/// The time between two samples while a container is near its limit.
const NEAR: Duration = Duration::from_secs(2);
/// The time until a look whether there is anything to watch.
const IDLE: Duration = Duration::from_mins(1);
/// So many of those that use most memory are told.
const USERS_TOLD: usize = 3;

/// Takes samples, until the controller ends.
pub async fn run(context: Arc<Context>) {
    loop {
        let wait = look(&context);
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = sleep(wait) => {}
        }
    }
}

/// Takes every sample once. Answers when to take the next ones.
fn look(context: &Context) -> Duration {
    let host = look_at_host(context);
    let limited = context.world.processes(true);
    let mut near = false;
    for process in &limited {
        near |= sample(context, process);
    }
    match (near, host || !limited.is_empty()) {
        (true, _) => NEAR,
        (false, true) => PERIOD,
        (false, false) => IDLE,
    }
}

/// Samples one container. Answers whether it is near its limit.
fn sample(context: &Context, process: &Watchable) -> bool {
    let usage = context.pressure.memory(process).ok();
    if context.world.put_memory_use(process, usage, context.now()) {
        context.request(container_key(&process.name), Reason::LiveChanged);
    }
    if usage.is_none() {
        context.host_changed.notify_one();
    }
    usage.is_some_and(podsteward_domain::pressure::MemoryUse::is_near)
}

/// Samples the memory of one container, if it has a limit, for whoever looks at it.
pub fn observe(context: &Context, key: &Key) {
    if let Some(process) = context.world.limited_process(key.name.as_str()) {
        let usage = context.pressure.memory(&process).ok();
        context.world.put_memory_use(&process, usage, context.now());
    }
}

/// Samples the host. Answers whether it can be read.
fn look_at_host(context: &Context) -> bool {
    let psi = context.pressure.psi().ok();
    context.telemetry.emit(HostEvent::Stalled { psi });
    if context.world.put_psi(psi, context.now()) {
        context.world.put_memory_users(memory_users(context));
        context.host_changed.notify_one();
    }
    psi.is_some()
}

/// The containers that use most memory now, the largest first.
fn memory_users(context: &Context) -> Vec<(String, u64)> {
    if context.world.host_pressure().pressed.is_empty() {
        return Vec::new();
    }
    let processes = context.world.processes(false).into_iter();
    let used =
        processes.filter_map(|process| Some((context.pressure.memory(&process).ok()?.used, process.name)));
    let mut users: Vec<(u64, String)> = used.collect();
    users.sort_unstable_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    users.truncate(USERS_TOLD);
    users.into_iter().map(|(used, name)| (name, used)).collect()
}
