//! Plans for containers.
//!
//! Owns the rename-based recreate: the old container waits under another name until the new one is verified.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use podsteward_specs::container::{Container, DesiredState, MountSource, PullPolicy, RestartPolicy};
use podsteward_specs::document::Document;

use super::{ladder, snapshot};
use crate::decide::propose::Way;
use crate::engine::{ContainerCreate, EngineInfo};
use crate::fields;
use crate::live::{INSTANCE_LABEL, LiveContainer, OBJECT_LABEL};
use crate::plan::{Expectation, ExpectedState, Plan, Section, Shape, Step, Touches};
use crate::probe::startup_budget;
use crate::snapshot::PlannedSnapshot;
use crate::view::{ContainerView, View};

/// How long a changed or started container must hold before it counts as well.
pub(super) const STABILISE: Duration = Duration::from_secs(10);
/// What stands between a container's name and a number in the name under which it waits during a recreate.
pub const PREVIOUS_INFIX: &str = "-podsteward-previous-";

/// The plan for one way of acting on a container.
pub(super) fn plan(view: &View<'_>, way: &Way) -> Option<Plan> {
    let container = view.container.as_ref()?;
    let name = view.world.key.name.as_str();
    match way {
        Way::Clean(_) | Way::Playbook { .. } => None,
        Way::Restore => snapshot::restore(view),
        Way::Remove => Some(remove(container, name, view)),
        Way::Note => Some(simple(view, Shape::Note, Vec::new(), ExpectedState::AsDeclared)),
        Way::Create => create(view, container),
        Way::Recreate => recreate(view, container),
        Way::RecreateApplied => ladder::recreate(view, container),
        Way::TakeBack => ladder::take_back(view, container),
        Way::Change => Some(change(view, container)),
        Way::Start => Some(start(view, container)),
        Way::Revive => revive(view, container),
        Way::Restart => Some(restart(view, container)),
        Way::Stop => {
            let steps = vec![stop(container, name)];
            Some(simple(view, Shape::Stop, steps, ExpectedState::Stopped))
        }
        Way::Signal(signal) => {
            let step = Step::SignalContainer { name: name.to_owned(), signal: *signal };
            Some(simple(view, Shape::Signal, vec![step], ExpectedState::Running))
        }
    }
}

fn simple(view: &View<'_>, shape: Shape, steps: Vec<Step>, state: ExpectedState) -> Plan {
    let sections = if steps.is_empty() { Vec::new() } else { vec![Section::new("act", steps)] };
    Plan {
        shape,
        sections,
        settle: None,
        touches: touches(view),
        expectation: Expectation { state, stabilise: Duration::ZERO },
    }
}

pub(super) fn touches(view: &View<'_>) -> Touches {
    let mut touches = Touches::default();
    touches.objects.insert(view.world.key.clone());
    touches.containers.insert(view.world.key.name.to_string());
    if let Some(container) = &view.container {
        touches.images.extend(container.live.map(|live| live.image_id.clone()));
        touches
            .images
            .extend(container.facts.image.value().and_then(Option::as_ref).map(|image| image.id.clone()));
        touches.volumes.extend(container.facts.volumes.keys().cloned());
        touches
            .volumes
            .extend(container.live.into_iter().flat_map(|live| live.anonymous_volumes.values().cloned()));
    }
    touches
}

fn create(view: &View<'_>, container: &ContainerView<'_>) -> Option<Plan> {
    let (document, spec) = (view.document?, container.spec?);
    let name = view.world.key.name.as_str();
    let mut steps = vec![Step::CreateContainer(Box::new(declared(view, container, document, spec)))];
    let runs = spec.desired_state == DesiredState::Running;
    if runs {
        steps.push(start_step(name, spec));
    }
    let mut sections = prepare(view, container, spec);
    sections.push(Section::new("create", steps));
    let state = if runs { running(spec) } else { ExpectedState::Stopped };
    let stabilise = if runs { stabilise(spec) } else { Duration::ZERO };
    Some(Plan {
        shape: Shape::Create,
        sections,
        settle: None,
        touches: touches(view),
        expectation: Expectation { state, stabilise },
    })
}

/// The container made anew as its document says.
fn recreate(view: &View<'_>, container: &ContainerView<'_>) -> Option<Plan> {
    let (document, spec) = (view.document?, container.spec?);
    let create = declared(view, container, document, spec);
    let (kept, prepare) = (snapshot::kept(container, spec), prepare(view, container, spec));
    replace(view, container, Replacement { create, kept, prepare })
}

/// What takes the place of a container.
pub(super) struct Replacement {
    /// The new container.
    pub(super) create: ContainerCreate,
    /// What is kept of its data.
    pub(super) kept: Vec<PlannedSnapshot>,
    /// What is fetched before.
    pub(super) prepare: Vec<Section>,
}

/// Replaces the container. The name under which the old one waits is its own, so that nothing that an accident left
/// under such a name is ever taken for it.
pub(super) fn replace(view: &View<'_>, container: &ContainerView<'_>, new: Replacement) -> Option<Plan> {
    let Replacement { create, kept, prepare: mut sections } = new;
    let (spec, live) = (Arc::clone(&create.container), container.live?);
    let name = view.world.key.name.to_string();
    let runs = spec.desired_state == DesiredState::Running;
    let was_running = container.is_up();
    let previous = previous_name(&name, live);
    let mut steps = Vec::new();
    if live.state.is_up() {
        steps.push(stop(container, &name));
    }
    // What nobody writes any more is all of one moment.
    let keeps = kept.iter().map(|planned| planned.source.clone()).collect();
    steps.extend(kept.into_iter().map(Step::TakeSnapshot));
    steps.push(Step::RenameContainer { from: name.clone(), to: previous.clone() });
    steps.push(Step::CreateContainer(Box::new(create)));
    if runs {
        steps.push(start_step(&name, &spec));
    }
    sections.push(Section::new("replace", steps));
    let removal = Step::RemoveContainer { name: previous.clone(), force: true };
    let mut touches = touches(view);
    touches.containers.insert(previous.clone());
    let state = if runs { running(&spec) } else { ExpectedState::Stopped };
    let stabilise = if runs { stabilise(&spec) } else { Duration::ZERO };
    Some(Plan {
        shape: Shape::Recreate { previous, was_running, keeps },
        sections,
        settle: Some(Section::new("settle", vec![removal])),
        touches,
        expectation: Expectation { state, stabilise },
    })
}

/// The name under which a container waits while it is replaced: told from others by the id of the container.
fn previous_name(name: &str, live: &LiveContainer) -> String {
    format!("{name}{PREVIOUS_INFIX}{}", live.id.get(..12).unwrap_or(&live.id))
}

/// What is fetched before anything is touched. A document that was applied already keeps the image that it meant
/// then: while that is there, a pull would be an update in disguise.
fn prepare(view: &View<'_>, container: &ContainerView<'_>, spec: &Container) -> Vec<Section> {
    let there = container.facts.image.value().is_some_and(Option::is_some);
    let pull = match spec.image_pull_policy {
        PullPolicy::Always => true,
        PullPolicy::IfNotPresent => !there,
        PullPolicy::Never => false,
    };
    let keeps = pinned(view).is_some_and(|pinned| there || uses(container, pinned));
    if !pull || keeps {
        return Vec::new();
    }
    let steps = vec![Step::PullImage { reference: spec.image.clone() }];
    vec![Section::new("prepare", steps)]
}

/// The image that the document meant when it was applied, if it was.
fn pinned<'v>(view: &'v View<'_>) -> Option<&'v str> {
    let applied = view.world.memory.applied.as_ref().filter(|_| !view.edited)?;
    applied.image_id.as_deref()
}

fn uses(container: &ContainerView<'_>, image: &str) -> bool {
    container.live.is_some_and(|live| live.image_id == image)
}

/// The container that a document in force asks for.
fn declared(
    view: &View<'_>,
    container: &ContainerView<'_>,
    document: &Arc<Document>,
    spec: &Container,
) -> ContainerCreate {
    let create = creation(view, container.live, document, spec);
    ContainerCreate { image: image(view, container, spec), ..create }
}

/// The container that a document asks for, from the image that it names.
pub(super) fn creation(
    view: &View<'_>,
    live: Option<&LiveContainer>,
    document: &Arc<Document>,
    spec: &Container,
) -> ContainerCreate {
    let mut labels = document.labels.clone();
    labels.insert(OBJECT_LABEL.to_owned(), view.world.key.to_string());
    labels.insert(INSTANCE_LABEL.to_owned(), view.world.instance.to_string());
    ContainerCreate {
        name: view.world.key.name.to_string(),
        container: Arc::new(spec.clone()),
        image: spec.image.clone(),
        labels,
        anonymous_volumes: reattached(live, spec),
    }
}

/// The declared reference; or, for a document that was applied already, the very image that it meant then, unless
/// that is gone and the reference is fetched again.
fn image(view: &View<'_>, container: &ContainerView<'_>, spec: &Container) -> String {
    let now = container.facts.image.value().and_then(Option::as_ref).map(|image| image.id.as_str());
    let fetched = now.is_none() && !prepare(view, container, spec).is_empty();
    match pinned(view) {
        Some(pinned) if now != Some(pinned) && !fetched => pinned.to_owned(),
        _ => spec.image.clone(),
    }
}

pub(super) fn reattached(live: Option<&LiveContainer>, spec: &Container) -> BTreeMap<String, String> {
    let volumes = live.into_iter().flat_map(|live| live.anonymous_volumes.clone());
    volumes.filter(|(target, _)| !spec.mounts.contains_key(target)).collect()
}

fn change(view: &View<'_>, container: &ContainerView<'_>) -> Plan {
    let both = container.spec.zip(container.live);
    let steps = both.map(|(spec, live)| fields::in_place_steps(spec, live, &view.diffs));
    simple(view, Shape::Change, steps.unwrap_or_default(), ExpectedState::AsDeclared)
}

fn start(view: &View<'_>, container: &ContainerView<'_>) -> Plan {
    let name = view.world.key.name.as_str();
    let mut plan = simple(view, Shape::Start, Vec::new(), ExpectedState::Running);
    if let Some(spec) = container.spec {
        plan.sections = vec![Section::new("start", vec![start_step(name, spec)])];
        plan.expectation = Expectation { state: running(spec), stabilise: stabilise(spec) };
    }
    plan
}

/// Podman 5 takes a stop as the news that the container ended, and starts it again as it was. Podman 4.3 takes nothing
/// but a removal; what the container wrote outside of its volumes is lost.
fn revive(view: &View<'_>, container: &ContainerView<'_>) -> Option<Plan> {
    if view.world.engine.value().is_some_and(EngineInfo::tells_stops) {
        return Some(Plan { shape: Shape::Start, ..restart(view, container) });
    }
    let mut plan = Plan { shape: Shape::Start, ..create(view, container)? };
    let removal = Step::RemoveContainer { name: view.world.key.name.to_string(), force: true };
    if let Some(section) = plan.sections.last_mut() {
        section.title = "revive";
        section.steps.insert(0, removal);
    }
    Some(plan)
}

fn restart(view: &View<'_>, container: &ContainerView<'_>) -> Plan {
    let name = view.world.key.name.as_str();
    let mut plan = start(view, container);
    plan.shape = Shape::Restart;
    if let Some(section) = plan.sections.first_mut() {
        section.title = "restart";
        section.steps.insert(0, stop(container, name));
    }
    plan
}

fn remove(container: &ContainerView<'_>, name: &str, view: &View<'_>) -> Plan {
    let mut steps = Vec::new();
    if container.live.is_some_and(|live| live.state.is_up()) {
        steps.push(stop(container, name));
    }
    steps.push(Step::RemoveContainer { name: name.to_owned(), force: true });
    simple(view, Shape::Remove, steps, ExpectedState::Gone)
}

fn start_step(name: &str, spec: &Container) -> Step {
    Step::StartContainer { name: name.to_owned(), deadline: spec.start_timeout }
}

/// A stop with the grace that the live container was made with: an edit of it counts from the next stop on.
fn stop(container: &ContainerView<'_>, name: &str) -> Step {
    let grace = container.live.map_or(Duration::from_secs(10), |live| live.config.stop_timeout);
    Step::StopContainer { name: name.to_owned(), grace }
}

fn running(spec: &Container) -> ExpectedState {
    match spec.restart_policy {
        RestartPolicy::Always => ExpectedState::Running,
        RestartPolicy::OnFailure | RestartPolicy::Never => ExpectedState::RunningOrCompleted,
    }
}

/// At least as long as the healthcheck and the startup probe ask for: `starting` is not failed.
fn stabilise(spec: &Container) -> Duration {
    let health = spec.healthcheck.as_ref().map_or(Duration::ZERO, |check| check.start_period);
    STABILISE.max(health).max(startup_budget(spec))
}

/// Whether a container keeps data of its own that a newer image may have rewritten.
pub fn has_writable_data(spec: &Container) -> bool {
    spec.mounts.values().any(|mount| !mount.read_only && mount.source != MountSource::Tmpfs)
}
