//! The probes of containers, run on schedule.
//!
//! Owns when each is run, and how many at once. Never judges a container: the domain folds the results. An object is looked
//! at only when they come to something else than before.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use podsteward_domain::probe::{ProbeKind, ProbeWord, phase};
use podsteward_metrics::ProbeEvent;
use podsteward_specs::container::Probe;
use podsteward_specs::key::Key;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until};

use crate::context::Context;
use crate::queue::Reason;
use crate::world::Probed;

/// How many probes run at once.
const AT_ONCE: usize = 8;
/// Over how long the first probes after a start are spread: a container that just started is waited for.
const SPREAD: Duration = Duration::from_secs(1);
/// How far ahead to sleep when nothing is due.
const IDLE: Duration = Duration::from_hours(1);

/// One container's place in the schedule. A new start is a new place, and so is a new document.
struct Place {
    probed: Arc<Probed>,
    dues: BTreeMap<ProbeKind, Due>,
}

/// When a probe is run next.
struct Due {
    at: Instant,
    /// There as long as the probe is under way: one that takes longer than its period is not run twice at once.
    under_way: Weak<()>,
}

/// Runs probes, until the controller ends.
pub async fn run(context: Arc<Context>) {
    let at_once = Arc::new(Semaphore::new(AT_ONCE));
    let mut schedule = BTreeMap::new();
    refresh(&context, &mut schedule);
    loop {
        let now = Instant::now();
        let next = begin_due(&context, &mut schedule, &at_once, now);
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = context.probes_changed.notified() => refresh(&context, &mut schedule),
            () = sleep_until(next.unwrap_or(now + IDLE)) => {}
        }
    }
}

/// Brings the schedule in line with what runs now.
fn refresh(context: &Context, schedule: &mut BTreeMap<Key, Place>) {
    let probed = context.world.probed(context.now());
    schedule.retain(|key, _| probed.iter().any(|probed| probed.key == *key));
    for probed in probed {
        let same = |place: &Place| {
            let (known, now) = (&place.probed, &probed);
            known.start == now.start && known.document.canonical == now.document.canonical
        };
        let before = schedule.remove(&probed.key).filter(same);
        let mut known = before.map(|place| place.dues).unwrap_or_default();
        let dues = probed.kinds.iter().filter_map(|kind| {
            let due = match known.remove(kind) {
                Some(due) => due,
                None => Due { at: first(context, &probed, *kind)?, under_way: Weak::new() },
            };
            Some((*kind, due))
        });
        let dues = dues.collect();
        schedule.insert(probed.key.clone(), Place { probed: Arc::new(probed), dues });
    }
}

/// When a probe is first run: when its initial delay since the start is over. What has been running for a while, as after a
/// restart of this controller, is spread over the whole period.
fn first(context: &Context, probed: &Probed, kind: ProbeKind) -> Option<Instant> {
    let probe = probe(probed, kind)?;
    let up_ms = context.now().wall_ms.saturating_sub(probed.started_ms);
    let up = Duration::from_millis(u64::try_from(up_ms).unwrap_or(0));
    let spread =
        if up > probe.initial_delay + probe.period { probe.period } else { probe.period.min(SPREAD) };
    let wait = probe.initial_delay.saturating_sub(up) + phase(&probed.key, kind, spread);
    Some(Instant::now() + wait)
}

fn probe(probed: &Probed, kind: ProbeKind) -> Option<&Probe> {
    kind.of(&probed.document.container()?.probes)
}

/// Begins what is due, and answers when the next one is.
fn begin_due(
    context: &Arc<Context>,
    schedule: &mut BTreeMap<Key, Place>,
    at_once: &Arc<Semaphore>,
    now: Instant,
) -> Option<Instant> {
    for Place { probed, dues } in schedule.values_mut() {
        for (kind, due) in dues.iter_mut().filter(|(_, due)| due.at <= now) {
            let Some(probe) = probe(probed, *kind) else { continue };
            due.at = now + probe.period;
            if due.under_way.strong_count() > 0 {
                continue;
            }
            let under_way = Arc::new(());
            due.under_way = Arc::downgrade(&under_way);
            let (task, at_once) = (Arc::clone(context), Arc::clone(at_once));
            let (probed, kind) = (Arc::clone(probed), *kind);
            context.tasks.spawn(async move {
                probe_one(&task, &probed, kind, &at_once).await;
                drop(under_way);
            });
        }
    }
    schedule.values().flat_map(|place| place.dues.values()).map(|due| due.at).min()
}

/// Writes down what the probes of a container come to, for whoever looks at it beside this controller.
fn keep(context: &Context, key: &Key) {
    if let Some((start, facts)) = context.world.probe_facts(key) {
        context.survive(context.keeper.store().put_probe_facts(key, &start, &facts));
    }
}

/// Runs one probe, and has the object looked at when its results come to something else.
async fn probe_one(context: &Context, probed: &Probed, kind: ProbeKind, at_once: &Semaphore) {
    let (Some(probe), Ok(_permit)) = (probe(probed, kind), at_once.acquire().await) else { return };
    let target = context.world.probe_target(probed.key.name.as_str());
    let Some(target) = target.filter(|target| probed.is_of(target)) else { return };
    let result = context.probe_target(&target, &probe.handler, probe.timeout).await;
    let change = context.world.put_probe_result(probed, kind, &result, context.now());
    context.telemetry.emit(ProbeEvent::Ran {
        key: &probed.key,
        probe: kind,
        result: &result,
        became: change.filter(|change| change.before != change.after).map(|change| change.after),
    });
    let Some(change) = change else { return };
    if change.looks {
        keep(context, &probed.key);
        context.request(context.world.concerned(&probed.key), Reason::HealthChanged);
    }
    if kind == ProbeKind::Startup && change.after == ProbeWord::Well {
        context.probes_changed.notify_one();
    }
}
