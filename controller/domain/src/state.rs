//! From findings to what is shown: the state, its sentence, and the conditions.
//!
//! Owns which finding shows as which state. Never decides what is done. Called by [`crate::evaluate`].

mod backup;

use podsteward_specs::container::DesiredState;

use crate::decision::Decision;
use crate::detect::container::is_over;
use crate::detect::disk::level;
use crate::disk::Measure;
use crate::exit::in_words;
use crate::finding::{Finding, FindingKind, Severity};
use crate::live::HealthStatus;
use crate::memory::{ExitCause, QuarantineCause};
use crate::needs;
use crate::probe::ProbeKind;
use crate::probe::ready::Readiness;
use crate::status::{Condition, ConditionStatus, ConditionType, ObjectState, ObjectStatus};
use crate::view::{ContainerView, DiskView, Presence, View};
use crate::world::Desired;

/// What is shown of the object.
pub fn status(view: &View<'_>, findings: &[Finding], decision: Option<&Decision>) -> ObjectStatus {
    let live = view.container.as_ref().and_then(|container| container.live);
    let spec = view.container.as_ref().and_then(|container| container.spec);
    let state = state(view, findings);
    ObjectStatus {
        key: view.world.key.clone(),
        state,
        message: message(view, findings, decision),
        conditions: conditions(view, findings),
        restarts: view.world.memory.restarts.total,
        container_id: live.map(|live| live.id.clone()),
        image: spec.map(|spec| spec.image.clone()),
        created_ms: live.map(|live| live.created_ms),
        observed: view.world.now,
    }
}

fn state(view: &View<'_>, findings: &[Finding]) -> ObjectState {
    match &view.presence {
        _ if view.world.desired == Desired::NotYet => return ObjectState::Unknown,
        Presence::NotYet | Presence::Unknown => return ObjectState::Unknown,
        Presence::Foreign(_) => return ObjectState::Foreign,
        Presence::Absent => return ObjectState::Missing,
        Presence::Ours if view.world.desired == Desired::Absent => return ObjectState::Orphan,
        Presence::Ours | Presence::Adoptable => {}
    }
    if let Some(state) = view.backup.as_ref().and_then(|check| backup::state(view, check)) {
        return state;
    }
    let has = |kinds: &[FindingKind]| findings.iter().any(|finding| kinds.contains(&finding.kind));
    if let Some(over) = view.container.as_ref().and_then(over) {
        return over;
    }
    if has(&[FindingKind::CrashLoop]) && has(&TO_BE_STARTED) {
        return ObjectState::CrashLoop;
    }
    let down = view.container.as_ref().is_some_and(should_run_and_is_down);
    if down || view.is_drifting() || has(&DRIFTING) {
        return ObjectState::Drift;
    }
    let is_silent = view.container.is_some() && has(&[FindingKind::SourceUnknown]);
    if is_silent || has(&WARNING) { ObjectState::Warning } else { ObjectState::Match }
}

/// Also while it cannot be told yet why it ended.
fn should_run_and_is_down(container: &ContainerView<'_>) -> bool {
    container.spec.is_some_and(|spec| spec.desired_state == DesiredState::Running) && !container.is_up()
}

/// Findings for which a container is started anew: it waits for that where it keeps ending.
const TO_BE_STARTED: [FindingKind; 3] =
    [FindingKind::NotRunning, FindingKind::LivenessFailed, FindingKind::StartupFailed];

/// Findings that show as `DRIFT`.
const DRIFTING: [FindingKind; 7] = [
    FindingKind::NotRunning,
    FindingKind::NotStopped,
    FindingKind::HandStopped,
    FindingKind::ConfigChanged,
    FindingKind::DependencyRestarted,
    FindingKind::Deleted,
    FindingKind::MassDeletion,
];

/// Findings that show as `WARNING`.
const WARNING: [FindingKind; 25] = [
    FindingKind::CrashLoop,
    FindingKind::Unfixable,
    FindingKind::ImageMoved,
    FindingKind::NotSupported,
    FindingKind::ManifestInvalid,
    FindingKind::Unhealthy,
    FindingKind::NeverHealthy,
    FindingKind::NotReady,
    FindingKind::LivenessFailed,
    FindingKind::StartupFailed,
    FindingKind::ProbeCannotRun,
    FindingKind::Quarantined,
    FindingKind::DiskWarning,
    FindingKind::DiskPressure,
    FindingKind::DiskCritical,
    FindingKind::InodePressure,
    FindingKind::MetadataPressure,
    FindingKind::DiskForecast,
    FindingKind::CleanupIneffective,
    FindingKind::MemoryPressure,
    FindingKind::Alert,
    FindingKind::AlertRouteUnsound,
    FindingKind::ChannelRefused,
    FindingKind::ChannelFailing,
    FindingKind::SecretExposed,
];

/// The state of a container that ended and is left so.
fn over(container: &ContainerView<'_>) -> Option<ObjectState> {
    let spec = container.spec.filter(|spec| is_over(container, spec))?;
    let wanted = spec.desired_state == DesiredState::Running && !container.is_up();
    let good = container.exit.as_ref().is_some_and(|exit| exit.code == Some(0));
    wanted.then_some(if good { ObjectState::Completed } else { ObjectState::Warning })
}

/// The most important thing to know: the worst finding, or what is being waited for.
fn message(view: &View<'_>, findings: &[Finding], decision: Option<&Decision>) -> String {
    let worst = findings.iter().rev().max_by_key(|finding| finding.severity);
    let held = decision.and_then(|decision| {
        let gate = decision.withheld_by()?;
        gate.answer.detail().map(|detail| (gate, detail))
    });
    match (worst, held) {
        (Some(finding), Some((gate, detail))) if finding.severity < Severity::Critical => {
            format!("{} ({}: {detail})", finding.message, gate.gate)
        }
        (Some(finding), _) => finding.message.clone(),
        (None, _) => well(view),
    }
}

fn well(view: &View<'_>) -> String {
    let container = view.container.as_ref();
    let down = container.filter(|container| container.was_started() && should_run_and_is_down(container));
    match (&view.world.intent, down) {
        _ if view.presence == Presence::NotYet => "not read yet".to_owned(),
        (None, None) if view.backup.is_some() => {
            view.backup.iter().map(|it| backup::well(view, it)).collect()
        }
        (Some(intent), _) => format!("{} is {}", intent.action, intent.state.as_str()),
        (None, Some(ContainerView { exit: None, .. })) => "it ended; why is not known yet".to_owned(),
        (None, Some(ContainerView { exit: Some(exit), .. })) => {
            format!("{}, and is left so", in_words(exit.code))
        }
        (None, None) => String::new(),
    }
}

fn conditions(view: &View<'_>, findings: &[Finding]) -> Vec<Condition> {
    let mut conditions = Conditions { view, list: Vec::new() };
    if view.document.is_some() {
        manifest_valid(&mut conditions, findings);
        applied(&mut conditions, findings);
    }
    if let Some(container) = &view.container {
        dependencies_ready(&mut conditions, container);
        running(&mut conditions, container, findings);
        healthy(&mut conditions, container);
        ready(&mut conditions, container);
    }
    if let Some(disk) = &view.disk {
        pressures(&mut conditions, disk);
    }
    if let Some(check) = &view.backup {
        backup::conditions(&mut conditions, check);
    }
    held(&mut conditions, findings);
    warning(&mut conditions, findings);
    conditions.list
}

/// The conditions under way.
struct Conditions<'v, 'w> {
    view: &'v View<'w>,
    list: Vec<Condition>,
}

impl Conditions<'_, '_> {
    fn add(
        &mut self,
        kind: ConditionType,
        status: ConditionStatus,
        reason: &str,
        message: impl Into<String>,
    ) {
        self.list.push(Condition {
            kind,
            status,
            reason: reason.to_owned(),
            message: message.into(),
            last_transition_time: self.view.world.now,
        });
    }
}

fn find(findings: &[Finding], kind: FindingKind) -> Option<&Finding> {
    findings.iter().find(|finding| finding.kind == kind)
}

fn manifest_valid(conditions: &mut Conditions<'_, '_>, findings: &[Finding]) {
    match find(findings, FindingKind::ManifestInvalid) {
        Some(finding) => {
            conditions.add(ConditionType::ManifestValid, ConditionStatus::False, "Invalid", &finding.message);
        }
        None => conditions.add(ConditionType::ManifestValid, ConditionStatus::True, "Valid", ""),
    }
}

fn applied(conditions: &mut Conditions<'_, '_>, findings: &[Finding]) {
    use ConditionStatus::{False, True, Unknown};
    let view = conditions.view;
    let kind = ConditionType::Applied;
    let quarantine = find(findings, FindingKind::Quarantined).zip(view.world.memory.quarantine.as_ref());
    if let Some((finding, quarantine)) = quarantine {
        let reason = match quarantine.cause {
            QuarantineCause::RolledBack => "RolledBack",
            QuarantineCause::NotConverging => "NotConverging",
        };
        return conditions.add(kind, False, reason, &finding.message);
    }
    if let Some(finding) = find(findings, FindingKind::Terminal) {
        return conditions.add(kind, False, "Terminal", &finding.message);
    }
    match (&view.presence, &view.world.intent) {
        (Presence::NotYet | Presence::Unknown, _) => {
            conditions.add(kind, Unknown, "NotKnown", "it was not read");
        }
        (Presence::Foreign(why), _) => conditions.add(kind, False, "Foreign", why),
        (Presence::Absent, _) => conditions.add(kind, False, "Missing", "it does not exist"),
        (_, Some(intent)) if view.edited => {
            conditions.add(kind, Unknown, "Verifying", format!("plan {}", intent.id));
        }
        _ if view.edited => {
            conditions.add(kind, False, "Pending", "the document is newer than what was applied");
        }
        _ => conditions.add(kind, True, "Applied", ""),
    }
}

fn dependencies_ready(conditions: &mut Conditions<'_, '_>, container: &ContainerView<'_>) {
    if container.spec.is_none_or(|spec| spec.depends_on.is_empty()) {
        return;
    }
    let unmet = needs::unmet(conditions.view);
    let kind = ConditionType::DependenciesReady;
    if unmet.is_empty() {
        conditions.add(kind, ConditionStatus::True, "Ready", "");
    } else {
        conditions.add(kind, ConditionStatus::False, "Waiting", unmet.join(", "));
    }
}

fn running(conditions: &mut Conditions<'_, '_>, container: &ContainerView<'_>, findings: &[Finding]) {
    let kind = ConditionType::Running;
    let Some(live) = container.live else { return };
    if container.is_up() {
        return conditions.add(kind, ConditionStatus::True, "Running", "");
    }
    let code = container.exit.as_ref().and_then(|exit| exit.code).or(live.exit_code);
    let ended = code.map_or_else(String::new, |code| in_words(Some(code)));
    let reason = match container.exit.as_ref().map(|exit| exit.cause) {
        _ if live.started_ms.is_none() => "NeverStarted",
        Some(ExitCause::HandStop) => "StoppedByHand",
        _ if find(findings, FindingKind::CrashLoop).is_some() => "CrashLoopBackOff",
        _ if container.spec.is_some_and(|spec| spec.desired_state == DesiredState::Stopped) => "Stopped",
        _ if over(container) == Some(ObjectState::Completed) => "Completed",
        _ => "Ended",
    };
    conditions.add(kind, ConditionStatus::False, reason, ended);
}

fn healthy(conditions: &mut Conditions<'_, '_>, container: &ContainerView<'_>) {
    let Some(health) = container.live.and_then(|live| live.health.as_ref()) else { return };
    let kind = ConditionType::Healthy;
    let message = health.last_output.trim();
    match health.status {
        _ if !container.is_up() => conditions.add(kind, ConditionStatus::Unknown, "NotRunning", ""),
        HealthStatus::Healthy => conditions.add(kind, ConditionStatus::True, "Healthy", message),
        HealthStatus::Unhealthy => conditions.add(kind, ConditionStatus::False, "Unhealthy", message),
        HealthStatus::Starting => conditions.add(kind, ConditionStatus::Unknown, "Starting", message),
    }
}

/// Whether it is ready, where a probe says so.
fn ready(conditions: &mut Conditions<'_, '_>, container: &ContainerView<'_>) {
    use ConditionStatus::{False, True, Unknown};
    let kind = ConditionType::Ready;
    let declared =
        container.probes.is_some_and(|probes| probes.startup.is_some() || probes.readiness.is_some());
    if declared && !container.is_up() {
        return conditions.add(kind, False, "NotRunning", "");
    }
    match container.readiness(conditions.view.world.now) {
        Readiness::Undeclared => {}
        Readiness::Ready => conditions.add(kind, True, "Ready", ""),
        Readiness::NotReady(ProbeKind::Startup, state) => {
            conditions.add(kind, False, "NotStarted", &state.message);
        }
        Readiness::NotReady(_, state) => conditions.add(kind, False, "NotReady", &state.message),
        Readiness::Starting(state) if state.failures() > 0 => {
            conditions.add(kind, False, "Starting", &state.message);
        }
        Readiness::Starting(_) => conditions.add(kind, Unknown, "Starting", ""),
        Readiness::CannotRun(_, state) => conditions.add(kind, Unknown, "ProbeCannotRun", &state.message),
        Readiness::Unknown(_) => conditions.add(kind, Unknown, "NoAnswer", "the probe does not answer"),
    }
}

/// One condition a measure that the filesystem has; while it cannot be measured nobody knows.
fn pressures(conditions: &mut Conditions<'_, '_>, disk: &DiskView<'_>) {
    let memory = &conditions.view.world.memory.disk;
    let kinds = [
        (Measure::Space, ConditionType::DiskPressure),
        (Measure::Inodes, ConditionType::InodePressure),
        (Measure::Metadata, ConditionType::MetadataPressure),
    ];
    for (measure, kind) in kinds {
        let known = disk.facts.sample.value();
        let pressed = memory.pressure(measure).is_some();
        match known.map(|sample| measure.of(sample)) {
            None => conditions.add(kind, ConditionStatus::Unknown, "NotKnown", "it cannot be measured"),
            Some(None) => {}
            Some(Some(_)) => {
                let (status, reason) = if pressed {
                    (ConditionStatus::True, "OverThreshold")
                } else {
                    (ConditionStatus::False, "BelowThreshold")
                };
                conditions.add(kind, status, reason, level(disk, measure));
            }
        }
    }
}

fn held(conditions: &mut Conditions<'_, '_>, findings: &[Finding]) {
    let view = conditions.view;
    let kind = ConditionType::Held;
    if let Some(reason) = view.document.and_then(|document| document.paused()) {
        conditions.add(kind, ConditionStatus::True, "PausedByAnnotation", reason);
    } else if let Some(pause) = view.world.switch.pause_of(&view.world.key, view.world.now) {
        conditions.add(kind, ConditionStatus::True, "Paused", pause.said());
    } else if let Some(finding) = find(findings, FindingKind::HandStopped) {
        conditions.add(kind, ConditionStatus::True, "StoppedByHand", &finding.message);
    }
}

fn warning(conditions: &mut Conditions<'_, '_>, findings: &[Finding]) {
    let kinds = [
        FindingKind::Unfixable,
        FindingKind::ImageMoved,
        FindingKind::NotSupported,
        FindingKind::Unhealthy,
        FindingKind::NeverHealthy,
        FindingKind::NotReady,
        FindingKind::ProbeCannotRun,
        FindingKind::MemoryPressure,
    ];
    let told: Vec<&Finding> = findings.iter().filter(|finding| kinds.contains(&finding.kind)).collect();
    let Some(first) = told.first() else { return };
    let reason = match first.kind {
        FindingKind::Unfixable => "Unfixable",
        FindingKind::ImageMoved => "ImageMoved",
        FindingKind::NotSupported => "NotSupported",
        FindingKind::MemoryPressure => "MemoryPressure",
        FindingKind::NeverHealthy => "NeverHealthy",
        FindingKind::NotReady => "NotReady",
        FindingKind::ProbeCannotRun => "ProbeCannotRun",
        _ => "Unhealthy",
    };
    let message = told.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>().join("; ");
    conditions.add(ConditionType::Warning, ConditionStatus::True, reason, message);
}
