//! Gates about what surrounds an object: what it depends on, the host at large, and how old the word on its health is.
//!
//! Owns one question a function.

use std::time::Duration;

use podsteward_specs::container::DependencyCondition;

use super::{denied, held};
use crate::action::Action;
use crate::decide::Proposal;
use crate::decision::GateAnswer;
use crate::live::LiveContainer;
use crate::observation::Observation;
use crate::pressure;
use crate::storm;
use crate::time::Moment;
use crate::view::{DiskView, View};
use crate::words;
use crate::world::DependencyFacts;

/// The time that a healthcheck may be late besides its interval and timeout.
const HEALTH_LATE: Duration = Duration::from_secs(5);

/// What it depends on is bad or unknown: the cause is there, and acting here cannot help.
pub(super) fn consequence(view: &View<'_>) -> GateAnswer {
    let Some((container, spec)) = view.container.as_ref().and_then(|it| Some((it, it.spec?))) else {
        return GateAnswer::Pass;
    };
    let bad = spec.depends_on.iter().filter_map(|(name, dependency)| {
        let facts = container.facts.dependencies.get(name).cloned().unwrap_or_default();
        Some(format!("{name} {}", state_if_bad(&facts, dependency.condition)?))
    });
    let bad: Vec<String> = bad.collect();
    if bad.is_empty() { GateAnswer::Pass } else { held(format!("a consequence: {}", bad.join(", ")), None) }
}

fn state_if_bad(facts: &DependencyFacts, condition: DependencyCondition) -> Option<&'static str> {
    match facts.running {
        Observation::NotYet | Observation::Unknown { .. } => Some("is unknown"),
        _ if condition == DependencyCondition::Completed => (!facts.completed).then_some("has not completed"),
        Observation::Known { value: false, .. } if condition == DependencyCondition::Healthy => {
            Some("does not run")
        }
        Observation::Known { value: false, .. } => (!facts.completed).then_some("does not run"),
        Observation::Known { value: true, .. } => (!facts.healthy).then_some("is not healthy"),
    }
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

/// What a fresh look did not tell is not acted on.
pub(super) fn is_told(view: &View<'_>, proposal: &Proposal) -> GateAnswer {
    match proposal.action {
        Action::ServiceRestart => health_is_fresh(view),
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
