//! Findings about how a container that runs is doing: by its healthcheck and by its probes.
//!
//! Owns the difference between what became ill and what was never well. Never knows what will be done about it.

use podsteward_specs::container::{DesiredState, Probe, Probes};

use super::container::{is_over, ours};
use crate::detect::object::finding;
use crate::finding::{Finding, FindingKind, Severity};
use crate::live::HealthStatus;
use crate::probe::ready::{Readiness, ill};
use crate::probe::{ProbeKind, ProbeState, ProbeWord, time_to_start};
use crate::view::{ContainerView, View};
use crate::words;

/// Its healthcheck says unhealthy, and said otherwise before.
pub(super) fn unhealthy(view: &View<'_>) -> Option<Finding> {
    let message = failing_healthcheck(view).filter(|_| !was_never_healthy(view))?;
    Some(finding(view, FindingKind::Unhealthy, message))
}

/// It was never seen healthy or ready since it was made.
pub(super) fn never_healthy(view: &View<'_>) -> Option<Finding> {
    let ill = failing_healthcheck(view).or_else(|| failing_readiness(view));
    let message = ill.filter(|_| was_never_healthy(view))?;
    Some(finding(view, FindingKind::NeverHealthy, format!("it was never well since it was made: {message}")))
}

/// Its readiness probe fails, and succeeded before.
pub(super) fn not_ready(view: &View<'_>) -> Option<Finding> {
    let message = failing_readiness(view).filter(|_| !was_never_healthy(view))?;
    Some(finding(view, FindingKind::NotReady, message))
}

/// What its healthcheck says against it, if it says so.
pub(crate) fn failing_healthcheck(view: &View<'_>) -> Option<String> {
    let (container, _) = ours(view)?;
    let health = container.live?.health.as_ref()?;
    (container.is_up() && health.status == HealthStatus::Unhealthy).then(|| {
        let output = health.last_output.trim();
        let said = if output.is_empty() { String::new() } else { format!(": {output}") };
        format!("its healthcheck failed{}{said}", times(health.failing_streak))
    })
}

fn failing_readiness(view: &View<'_>) -> Option<String> {
    let (container, _) = ours(view)?;
    match container.readiness(view.world.now) {
        Readiness::NotReady(ProbeKind::Readiness, state) => Some(failed(ProbeKind::Readiness, state)),
        _ => None,
    }
}

fn was_never_healthy(view: &View<'_>) -> bool {
    let id = view.container.as_ref().and_then(|container| container.live).map(|live| &live.id);
    view.world.memory.healthy_once.as_ref() != id
}

/// Its liveness probe fails: it must be restarted, or was ended and is left so.
pub(super) fn liveness_failed(view: &View<'_>) -> Option<Finding> {
    let ill = ill_probe(view, ProbeKind::Liveness).map(|state| failed(ProbeKind::Liveness, state));
    let message = ill.or_else(|| left_ended(view, ProbeKind::Liveness))?;
    Some(finding(view, FindingKind::LivenessFailed, message))
}

/// Its startup probe used up its budget: it must be restarted, or was ended and is left so.
pub(super) fn startup_failed(view: &View<'_>) -> Option<Finding> {
    let ill = || {
        let state = ill_probe(view, ProbeKind::Startup)?;
        let (_, probes) = probed(view)?;
        let budget = words::duration(time_to_start(probes));
        Some(format!("it did not start within {budget}: {}", failed(ProbeKind::Startup, state)))
    };
    let message = ill().or_else(|| left_ended(view, ProbeKind::Startup))?;
    Some(finding(view, FindingKind::StartupFailed, message))
}

/// What there is to say of a container that was ended because of this probe, and that its restart policy leaves so.
fn left_ended(view: &View<'_>, kind: ProbeKind) -> Option<String> {
    let (container, spec) = ours(view).filter(|(container, _)| !container.is_up())?;
    let start = container.live?.start();
    let ended = view.world.memory.ended_by_probe(start.as_deref()).filter(|ended| ended.probe == kind)?;
    let is_left = spec.desired_state == DesiredState::Running && is_over(container, spec);
    is_left.then(|| {
        let name = &view.world.key.name;
        format!(
            "{}; it was stopped for that, and its restartPolicy leaves it so (`podman start {name}` starts it again)",
            ended.why
        )
    })
}

fn ill_probe<'v>(view: &'v View<'_>, kind: ProbeKind) -> Option<&'v ProbeState> {
    let (container, probes) = probed(view)?;
    ill(probes, &container.facts.probes, kind, view.world.now)
}

/// A container that runs, and what it is asked by.
fn probed<'v>(view: &'v View<'_>) -> Option<(&'v ContainerView<'v>, &'v Probes)> {
    let (container, _) = ours(view).filter(|(container, _)| container.is_up())?;
    Some((container, container.probes?))
}

/// A probe of it cannot run, so that what it would say is not known.
pub(super) fn probe_cannot_run(view: &View<'_>) -> Option<Finding> {
    let told: Vec<String> = asked(view)?
        .filter(|(_, _, state)| state.word == ProbeWord::CannotRun)
        .map(|(kind, _, state)| format!("its {kind} probe cannot run: {}", state.message))
        .collect();
    (!told.is_empty()).then(|| finding(view, FindingKind::ProbeCannotRun, told.join("; ")))
}

/// A probe of it is asked and does not answer, so that nobody knows what it would say. Nothing is broken because of that.
pub(super) fn unanswered(view: &View<'_>) -> Option<Finding> {
    let told: Vec<String> = asked(view)?
        .filter(|(_, probe, state)| state.is_silent(probe, view.world.now))
        .map(|(kind, ..)| format!("its {kind} probe does not answer"))
        .collect();
    let found = || finding(view, FindingKind::SourceUnknown, told.join("; "));
    (!told.is_empty()).then(|| Finding { severity: Severity::Warning, ..found() })
}

/// The probes that are run now, with what they came to.
fn asked<'v>(view: &'v View<'_>) -> Option<impl Iterator<Item = (ProbeKind, &'v Probe, &'v ProbeState)>> {
    let (container, probes) = probed(view)?;
    let facts = &container.facts.probes;
    let kinds = ProbeKind::ALL.into_iter().filter(|kind| facts.runs(*kind, probes));
    Some(kinds.filter_map(|kind| Some((kind, kind.of(probes)?, facts.of(kind)))))
}

/// What is said of a probe that fails. It goes on being asked, and nobody looks at the container for each result.
pub(crate) fn failed(kind: ProbeKind, state: &ProbeState) -> String {
    let said = if state.message.is_empty() { String::new() } else { format!(": {}", state.message) };
    let at_least = if state.failures() > 1 { " at least" } else { "" };
    format!("its {kind} probe failed{at_least}{}{said}", times(state.failures()))
}

fn times(count: u32) -> String {
    if count <= 1 { String::new() } else { format!(" {count} times in a row") }
}
