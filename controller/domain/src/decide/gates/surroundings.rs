//! Gates about what surrounds an object: what it depends on, the host at large, and how old the word on its health is.
//!
//! Owns one question a function.

use std::time::Duration;

use super::{denied, held};
use crate::action::Action;
use crate::alert::{AFTERMATH, Call, is_self_caused};
use crate::consequence;
use crate::decide::Proposal;
use crate::decide::propose::Way;
use crate::decision::GateAnswer;
use crate::ladder;
use crate::live::LiveContainer;
use crate::memory::Disturbed;
use crate::observation::Observation;
use crate::pressure;
use crate::storm;
use crate::time::Moment;
use crate::view::{DiskView, View};
use crate::words;

/// The time that a healthcheck may be late besides its interval and timeout.
const HEALTH_LATE: Duration = Duration::from_secs(5);

/// What it depends on is bad or unknown: the cause is there, and acting here cannot help. Once that is over, a container
/// that is ill because of it has the time to recover by itself.
pub(super) fn consequence(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    let bad = consequence::bad(view);
    if !bad.is_empty() {
        return held(format!("a consequence: {}", bad.join(", ")), None);
    }
    if let Some(own) = self_caused(view, proposal) {
        return own;
    }
    let until = consequence::recovers_until(view).filter(|_| proposal.trigger.is_of_health());
    match until {
        Some(until) => held("what it depends on is well again: it may recover by itself first", Some(until)),
        None => GateAnswer::Pass,
    }
}

/// Alerts that all began with a plan on their target may be its doing.
fn self_caused(view: &View<'_>, proposal: &Proposal) -> Option<GateAnswer> {
    let (call, world) = (proposal.call.as_ref()?, view.world);
    let beside = world.standing.tracks.values().filter_map(|track| track.disturbed.as_ref());
    world.memory.disturbed.iter().chain(beside).find_map(|disturbed| caused_by(call, disturbed, world.now))
}

fn caused_by(call: &Call, disturbed: &Disturbed, now: Moment) -> Option<GateAnswer> {
    let until = now.end_of(disturbed.ended, AFTERMATH)?;
    let own = call.alerts.iter().all(|alert| is_self_caused(alert, disturbed.begun, disturbed.ended));
    let why = format!(
        "it began with {}, which was podsteward's own: what comes of it is waited for",
        disturbed.action
    );
    own.then(|| held(why, Some(until)))
}

/// So much went wrong at once that nothing is touched.
pub(super) fn storm(view: &View<'_>) -> GateAnswer {
    let now = view.world.now;
    // A full disk is what makes containers fall ill together.
    if view.disk.as_ref().is_some_and(DiskView::is_critical) {
        return GateAnswer::Pass;
    }
    let until =
        view.world.host.storm.and_then(|since| storm::holds_until(since, now, &view.world.policy.storm));
    match until {
        Some(until) => held("so much went wrong at once that nothing is touched", Some(until)),
        None => GateAnswer::Pass,
    }
}

/// Whether a restart because of its memory is decided on a sample that a new one should take the place of.
pub(super) fn memory_is_stale(view: &View<'_>, proposal: &Proposal) -> bool {
    let container = view.container.as_ref().filter(|_| proposal.action == Action::ResourcePressure);
    container.is_some_and(|container| match &container.facts.memory.usage {
        Observation::Unknown { .. } => false,
        usage => !usage.is_fresh(view.world.now, pressure::FRESH),
    })
}

/// Whether it was looked lately whether the image is there that a rung of the ladder returns to, or would.
pub(super) fn previous_image_is_read(view: &View<'_>, proposal: &Proposal) -> bool {
    let container = view.container.as_ref().filter(|_| proposal.way == Way::TakeBack);
    let fresh = container
        .is_none_or(|container| container.facts.previous_image.is_fresh(view.world.now, super::FRESH));
    fresh && (proposal.action != Action::ServiceRestart || ladder::is_read(view))
}

/// What a fresh look did not tell is not acted on.
pub(super) fn is_told(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    match proposal.action {
        // Whoever is restarted because of an alert may well be healthy.
        Action::ServiceRestart if proposal.call.is_none() => health_is_fresh(view),
        Action::ResourcePressure => memory_is_known(view),
        _ => GateAnswer::Pass,
    }
}

fn memory_is_known(view: &View<'_>) -> GateAnswer {
    let usage = view.container.as_ref().and_then(|container| container.facts.memory.usage.value());
    if usage.is_some() { GateAnswer::Pass } else { denied("how much memory it uses cannot be read") }
}

/// A restart because of its health needs a word on it that is not older than the next one should be.
fn health_is_fresh(view: &View<'_>) -> GateAnswer {
    let Some((container, live)) = view.container.as_ref().and_then(|it| Some((it, it.live?))) else {
        return GateAnswer::Pass;
    };
    match stale_health(live, container.facts.checked, view.world.now) {
        Some(why) => denied(why),
        None => GateAnswer::Pass,
    }
}

/// Why the word on a container's health is too old to act on, if it is. Where it was not seen to come in, the wall clock
/// is all there is.
fn stale_health(live: &LiveContainer, checked: Option<Moment>, now: Moment) -> Option<String> {
    let health = live.health.as_ref()?;
    let Some(check) = &live.config.healthcheck else {
        return Some("its healthcheck is not known".to_owned());
    };
    let bound = check.interval + check.timeout + HEALTH_LATE;
    let Some(last) = health.last_check_ms else { return Some("its health was never checked".to_owned()) };
    let age = now.wall_ms.saturating_sub(last);
    // A check in the future is one that the wall clock was put back over.
    let by_wall = u64::try_from(age).ok().map(Duration::from_millis);
    match checked.map(|at| now.since(at)).or(by_wall) {
        Some(age) if age <= bound => None,
        Some(age) => Some(format!("its health was last checked {} ago", words::duration(age))),
        None if age.unsigned_abs() <= 5_000 => None,
        None => Some("its health was last checked by another time than the clock's".to_owned()),
    }
}
