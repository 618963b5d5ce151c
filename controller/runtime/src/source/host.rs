//! What is wrong with the host at large: a storm, Podman that does not answer, breakers, an outbox that is stuck, too
//! little memory, CPU or I/O.
//!
//! Owns these findings, their notifications, and the gauges that are about all objects at once. Never acts. Wakes when
//! something may have changed, and when a storm is over.

use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::breaker::BreakerState;
use podsteward_domain::detect::host::{self, HostState};
use podsteward_domain::finding::Finding;
use podsteward_domain::health;
use podsteward_domain::observation::Observation;
use podsteward_domain::suppress;
use podsteward_domain::time::Moment;
use podsteward_metrics::{AlertEvent, ApprovalEvent, BreakerEvent, HostEvent, ObjectEvent};
use podsteward_specs::key::Key;
use podsteward_store::{Delivery, Fate, Found, Incident, IncidentChanges, OutboxEntry};
use tokio::time::sleep;

use crate::context::Context;
use crate::incidents;
use crate::queue::Reason;
use crate::source::drill;
use crate::world::OpenAlerts;

/// How long nothing may change before the gauges are taken anyway.
const PERIOD: Duration = Duration::from_mins(1);
/// So old a notification may be before it is worth a finding that it reached nobody.
const STUCK_AFTER: Duration = Duration::from_mins(15);
/// And so often it must have failed: one that waited for quiet hours to end may be older.
const STUCK_ATTEMPTS: u32 = 3;
/// Among how many of the oldest notifications such a one is looked for.
const STUCK_AMONG: u32 = 100;

/// Watches over the host, until the controller ends.
pub async fn run(context: Arc<Context>) {
    let mut stormy = false;
    loop {
        let now = context.now();
        let storm = context.world.storm_until(now);
        if stormy && storm.is_none() {
            context.telemetry.emit(HostEvent::StormOver);
            context.request_all(Reason::Resync);
        }
        stormy = storm.is_some();
        context.survive(look(&context, now));
        let wait = storm.map_or(PERIOD, |until| until.since(now).min(PERIOD));
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = context.host_changed.notified() => {}
            () = sleep(wait) => {}
        }
    }
}

fn look(context: &Context, now: Moment) -> podsteward_store::Result<()> {
    let (store, key) = (context.keeper.store(), Key::host());
    let breakers = context.world.breakers(now);
    let undelivered = store.undelivered(STUCK_AMONG)?;
    let wide = breakers.iter().filter(|(_, object, state)| object.is_none() && *state == BreakerState::Open);
    let wanted = !context.world.channels().is_empty();
    let pressure = context.world.host_pressure();
    let findings = host::findings(&HostState {
        storm: context.world.storm_until(now).is_some(),
        silent: matches!(context.world.engine(), Observation::Unknown { .. }),
        open_breakers: wide.map(|(action, ..)| action.clone()).collect(),
        outbox_stuck: wanted && undelivered.iter().any(|entry| is_stuck(entry, now)),
        pressed: pressure.pressed,
        psi: pressure.psi,
        users: pressure.users,
        unrouted: context.world.unrouted_alerts(),
        alert_path: context.world.alert_path(now),
        unreadable: context.world.unreadable(now),
        drill: drill::state(context, now)?,
    });
    let findings = suppress::marked(findings, &context.world.policy(), now);
    sync(context, &key, &findings, now)?;
    let OpenAlerts { firing, unknown } = context.world.open_alerts(now);
    context.telemetry.emit(AlertEvent::Open { firing, unknown });
    sample(context, &breakers)
}

/// Whether a notification that somebody wants reaches nobody: it was tried, and tried again.
fn is_stuck(entry: &OutboxEntry, now: Moment) -> bool {
    let fails = |it: &Delivery| !it.is_over() && it.attempts >= STUCK_ATTEMPTS;
    now.since(entry.at) >= STUCK_AFTER && entry.deliveries.iter().any(fails)
}

/// Keeps the host's findings, and tells of what opened and closed.
fn sync(context: &Context, key: &Key, findings: &[Finding], now: Moment) -> podsteward_store::Result<()> {
    let store = context.keeper.store();
    // What was found before the controller began is not known to be over while nothing was read yet.
    let unread = !context.world.missing_reads().is_empty();
    let fate = |it: &Incident| if unread { Fate::Stays } else { incidents::fate(context, it) };
    let found = Found { findings, fate: &fate };
    let changes =
        store.follow_incidents(key, &found, now, |changes| incidents::told(changes, findings, now))?;
    for incident in &changes.opened {
        let Some(finding) = findings.iter().find(|finding| finding.kind == incident.kind) else { continue };
        context.telemetry.emit(ObjectEvent::FindingOpened { finding });
    }
    for incident in &changes.closed {
        let open = now.since(incident.opened);
        context.telemetry.emit(ObjectEvent::FindingClosed { key, kind: incident.kind, open });
    }
    if changes != IncidentChanges::default() {
        context.outbox.notify_one();
    }
    Ok(())
}

fn sample(
    context: &Context,
    breakers: &[(String, Option<Key>, BreakerState)],
) -> podsteward_store::Result<()> {
    let states = breakers.iter().map(|(action, object, state)| {
        let object = object.as_ref().map(ToString::to_string).unwrap_or_default();
        (action.clone(), object, *state)
    });
    let states: Vec<_> = states.collect();
    context.telemetry.emit(BreakerEvent::Sampled { states: &states });
    context.telemetry.emit(ApprovalEvent::Pending { count: context.world.approvals_pending() });
    let score = score(context)?;
    context.telemetry.emit(HostEvent::HealthScore { score });
    Ok(())
}

/// The health score; none before the first complete read.
pub(crate) fn score(context: &Context) -> podsteward_store::Result<Option<u32>> {
    if !context.world.missing_reads().is_empty() {
        return Ok(None);
    }
    let open = context.keeper.store().open_incidents()?.into_iter();
    // What a drill broke on purpose is not the host's.
    let open: Vec<_> = open.filter(|incident| !incident.target.is_canary()).collect();
    Ok(Some(health::score(open.iter().map(Incident::wrong))))
}

#[cfg(test)]
mod tests;
