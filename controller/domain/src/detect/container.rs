//! Findings that only a container can have: does it run, should it, is it well, did its inputs change.

use podsteward_specs::container::{Container, DesiredState, RestartPolicy};

use crate::detect::object::finding;
use crate::exit::in_words;
use crate::finding::{Finding, FindingKind};
use crate::memory::ExitCause;
use crate::observation::Observation;
use crate::restart;
use crate::view::{ContainerView, View};
use crate::world::Desired;

/// The container that a manifest declares and that podsteward may touch, with its declaration. While a mass deletion
/// waits for somebody's word, the last document still holds, and the container is looked after.
pub(super) fn ours<'v>(view: &'v View<'_>) -> Option<(&'v ContainerView<'v>, &'v Container)> {
    let declared =
        matches!(view.world.desired, Desired::Declared(_) | Desired::Vanishing { mass: Some(_), .. });
    let container = view.container.as_ref().filter(|_| declared && view.presence.is_ours())?;
    Some((container, container.spec?))
}

/// It should run and does not.
pub(super) fn not_running(view: &View<'_>) -> Option<Finding> {
    let (container, spec) = ours(view)?;
    let should_run = spec.desired_state == DesiredState::Running && !container.is_up();
    if !should_run || is_over(container, spec) || view.world.memory.hand_stopped.is_some() {
        return None;
    }
    let message = match &container.exit {
        Some(exit) if exit.cause == ExitCause::HandStop => return None,
        Some(exit) if exit.code.is_none() && needs_code(spec) => return None,
        Some(exit) => format!("it should run; {}", in_words(exit.code)),
        // Whether it died or was stopped by hand cannot be told yet.
        None if container.live.is_some_and(|live| live.started_ms.is_some()) => return None,
        None => "it was never started".to_owned(),
    };
    Some(finding(view, FindingKind::NotRunning, message))
}

/// Whether it ended and its restart policy wants it left.
pub fn is_over(container: &ContainerView<'_>, spec: &Container) -> bool {
    let code =
        container.exit.as_ref().filter(|exit| exit.cause == ExitCause::Death).and_then(|exit| exit.code);
    match spec.restart_policy {
        RestartPolicy::Always => false,
        RestartPolicy::OnFailure => code == Some(0),
        RestartPolicy::Never => code.is_some(),
    }
}

/// Whether the restart policy asks how it ended.
fn needs_code(spec: &Container) -> bool {
    spec.restart_policy != RestartPolicy::Always
}

/// It runs and should not.
pub(super) fn not_stopped(view: &View<'_>) -> Option<Finding> {
    let (container, spec) = ours(view)?;
    (spec.desired_state == DesiredState::Stopped && container.is_up())
        .then(|| finding(view, FindingKind::NotStopped, "desiredState is Stopped, and it runs"))
}

/// Somebody stopped it by hand.
pub(super) fn hand_stopped(view: &View<'_>) -> Option<Finding> {
    let (container, spec) = ours(view)?;
    let by_hand = container.exit.as_ref().is_some_and(|exit| exit.cause == ExitCause::HandStop);
    if container.is_up() || !by_hand || spec.desired_state == DesiredState::Stopped {
        return None;
    }
    let hold = spec.remediation.manual_hold;
    let message =
        format!("it was stopped by hand; it is left alone for {} after that", crate::words::duration(hold));
    Some(finding(view, FindingKind::HandStopped, message))
}

/// It keeps ending, or its probe keeps failing. One that is up must stay so for a while before that is over.
pub(super) fn crash_loop(view: &View<'_>) -> Option<Finding> {
    let (container, _) = ours(view)?;
    let restarts = &view.world.memory.restarts;
    let calm = container.is_up() && restart::calm_in(restarts, view.world.now).is_none();
    let died = container.exit.as_ref().is_none_or(|exit| exit.cause == ExitCause::Death);
    (restarts.looping && !calm && died).then(|| {
        let message = format!("{}: {}", restart::habit(restarts), restart::in_a_row(restarts.streak));
        finding(view, FindingKind::CrashLoop, message)
    })
}

/// Config files whose content is not the one that the container last started with.
pub fn changed_config_files<'v>(view: &'v View<'_>) -> Vec<&'v str> {
    let (Some(container), Some(applied)) = (&view.container, &view.world.memory.applied) else {
        return Vec::new();
    };
    let declared = |path: &str| container.spec.is_some_and(|spec| spec.config_files.contains_key(path));
    let changed = |path: &str, now: &Observation<String>| match now {
        Observation::Known { value, .. } => {
            value != MISSING_FILE && applied.config_digests.get(path).is_some_and(|before| before != value)
        }
        Observation::NotYet | Observation::Unknown { .. } => false,
    };
    let files = container.facts.config_files.iter();
    files.filter(|(path, now)| declared(path) && changed(path, now)).map(|(path, _)| path.as_str()).collect()
}

/// The digest of a config file that is not there: not a change, since an editor may be about to put it back.
pub const MISSING_FILE: &str = "missing";

/// A config file's content changed since the container was last started for it. One that is down reads the new
/// content when it is started.
pub(super) fn config_changed(view: &View<'_>) -> Option<Finding> {
    let (container, _) = ours(view)?;
    let changed = changed_config_files(view);
    (container.is_up() && !changed.is_empty()).then(|| {
        finding(view, FindingKind::ConfigChanged, format!("the content of {} changed", changed.join(", ")))
    })
}

/// Dependencies that it follows and that were started anew since.
pub fn restarted_dependencies<'v>(view: &'v View<'_>) -> Vec<&'v str> {
    let Some(container) = &view.container else { return Vec::new() };
    let Some(spec) = container.spec else { return Vec::new() };
    let restarted = |name: &str, start: Option<&String>| {
        let followed = view.world.memory.followed.get(name);
        matches!((followed, start), (Some(before), Some(now)) if before != now)
    };
    let followed = spec.depends_on.iter().filter(|(_, dependency)| dependency.restart);
    followed
        .filter(|(name, _)| {
            let start = container.facts.dependencies.get(*name).and_then(|facts| facts.start.as_ref());
            restarted(name.as_str(), start)
        })
        .map(|(name, _)| name.as_str())
        .collect()
}

/// A dependency that it follows was restarted.
pub(super) fn dependency_restarted(view: &View<'_>) -> Option<Finding> {
    let (container, _) = ours(view)?;
    let restarted = restarted_dependencies(view);
    (container.is_up() && !restarted.is_empty()).then(|| {
        finding(view, FindingKind::DependencyRestarted, format!("{} was restarted", restarted.join(", ")))
    })
}

/// The image's tag means another image now.
pub(super) fn image_moved(view: &View<'_>) -> Option<Finding> {
    let (container, spec) = ours(view)?;
    let live = container.live?;
    let now = container.facts.image.value()?.as_ref()?;
    (!view.edited && now.id != live.image_id).then(|| {
        let message =
            format!("{} means another image now; the container keeps the one it was made from", spec.image);
        finding(view, FindingKind::ImageMoved, message)
    })
}
