//! A playbook on its target: every name resolved, every parameter filled in.
//!
//! Owns which object each step is about and which steps it becomes. What a container is made of and how it is stopped is said
//! by the plans of containers; what may be thrown away by the plans of cleanups.

use std::collections::{BTreeMap, BTreeSet};

use podsteward_specs::container::{DesiredState, ProbeHandler};
use podsteward_specs::key::{Key, Kind, Name};
use podsteward_specs::playbook::{Argv, Check, HostCommand, Playbook, PlaybookStep, ProbeCheck, TARGET};

use super::Composed;
use crate::action::{Action, PlaybookName};
use crate::decide::Proposal;
use crate::decide::gates::FRESH;
use crate::decide::propose::Way;
use crate::disk::Measure;
use crate::plan::{Plan, Section, Shape, Step, Touches};
use crate::planning::{cleanup, container, snapshot};
use crate::playbook::{self, PlannedCheck, Remade};
use crate::view::{Presence, View};
use crate::world::Subject;

/// A playbook on its target.
pub struct Script<'v> {
    /// Which.
    pub name: PlaybookName,
    /// What it says.
    pub playbook: &'v Playbook,
    /// Parameters that were not given, or are none.
    pub(super) missing: Vec<String>,
    target: &'v View<'v>,
    values: BTreeMap<String, String>,
    others: BTreeMap<Key, View<'v>>,
}

/// One step with the object that it is about.
pub struct Part<'s> {
    /// The step.
    pub step: &'s PlaybookStep,
    /// The object; `None`: none, or there is none of the kind that it needs.
    pub about: Option<Key>,
}

/// Why a step cannot be taken.
pub(super) enum Obstacle {
    /// As it is written it makes no sense here, or is not allowed.
    Never(String),
    /// What it needs is not there.
    NotNow(String),
}

use Obstacle::{Never, NotNow};

impl<'v> Script<'v> {
    /// The playbook that a proposal means, on its target.
    pub fn of(view: &'v View<'v>, proposal: &Proposal) -> Option<Self> {
        let (Action::Playbook(name), Way::Playbook { parameters }) = (proposal.action, &proposal.way) else {
            return None;
        };
        let playbook = playbook::declared(view.world, name)?;
        let (mut values, mut missing) = match playbook.values(parameters) {
            Ok(values) => (values, Vec::new()),
            Err(names) => {
                let why = |name: String| format!("parameter {name} has no default and is not given");
                (BTreeMap::new(), names.into_iter().map(why).collect())
            }
        };
        let unknown = parameters.keys().filter(|name| !playbook.parameters.contains_key(*name));
        missing.extend(unknown.map(|name| format!("parameter {name} is not declared")));
        values.insert(TARGET.to_owned(), view.world.key.name.to_string());
        let named = playbook.named();
        let others = view.world.others.iter().filter(|(key, _)| named.contains(key));
        let others = others.map(|(key, world)| (key.clone(), View::of(world))).collect();
        Some(Self { name, playbook, missing, target: view, values, others })
    }

    /// Its steps with what they are about.
    pub fn parts(&self) -> Vec<Part<'v>> {
        let part = |step: &'v PlaybookStep| {
            let about = match step {
                PlaybookStep::Wait { .. } | PlaybookStep::Notify { .. } | PlaybookStep::Command(_) => None,
                PlaybookStep::Cleanup { .. } => step.named().or_else(|| self.target_of(Kind::Disk)),
                _ => step.named().or_else(|| self.target_of(Kind::Container)),
            };
            Part { step, about }
        };
        self.playbook.steps.iter().map(part).collect()
    }

    /// The object of a key, as it is seen.
    pub fn look_at(&self, key: &Key) -> Option<&View<'v>> {
        if *key == self.target.world.key { Some(self.target) } else { self.others.get(key) }
    }

    /// Everything that its steps or checks are about, the target included.
    pub fn about(&self) -> BTreeSet<Key> {
        let parts = self.parts().into_iter().filter_map(|part| part.about);
        parts.chain(self.playbook.named()).chain([self.target.world.key.clone()]).collect()
    }

    /// Whether everything that it is about was read just now. What lies on a disk is of interest only where it is cleaned.
    pub fn is_fresh(&self) -> bool {
        let parts = self.parts();
        let is_cleaned = |key: &Key| parts.iter().any(|part| part.about.as_ref() == Some(key));
        let about = self.about().into_iter().filter(|key| key.kind != Kind::Disk || is_cleaned(key));
        about.filter_map(|key| self.look_at(&key)).all(is_fresh)
    }

    fn target_of(&self, kind: Kind) -> Option<Key> {
        Some(&self.target.world.key).filter(|key| key.kind == kind).cloned()
    }

    fn container_of(&self, name: Option<&Name>) -> Result<Key, Obstacle> {
        let named = name.cloned().map(Key::container);
        named.or_else(|| self.target_of(Kind::Container)).ok_or_else(|| {
            Never(format!("a step names no container, and its target {} is none", self.target.world.key))
        })
    }

    /// Which steps one of its steps becomes.
    pub(super) fn sections(
        &self,
        part: &Part<'_>,
        composed: &mut Composed,
    ) -> Result<Vec<Section>, Obstacle> {
        let title = part.step.name();
        let one = |step: Step| Ok(vec![Section::new(title, vec![step])]);
        match part.step {
            PlaybookStep::Restart { container } => self.way(container.as_ref(), &Way::Restart, composed),
            PlaybookStep::Stop { container } => self.way(container.as_ref(), &Way::Stop, composed),
            PlaybookStep::Start { container } => self.way(container.as_ref(), &Way::Start, composed),
            PlaybookStep::Recreate { container } => self.way(container.as_ref(), &Way::Recreate, composed),
            PlaybookStep::Exec { container, command, timeout } => {
                let key = self.container_of(container.as_ref())?;
                self.enter(&key, &mut composed.touches)?;
                let command = self.filled(command)?;
                one(Step::ExecContainer { name: key.name.to_string(), command, deadline: *timeout })
            }
            PlaybookStep::Probe(ProbeCheck { container, handler, timeout }) => {
                let key = self.container_of(container.as_ref())?;
                if runs_inside(handler) {
                    self.enter(&key, &mut composed.touches)?;
                }
                let name = key.name.to_string();
                one(Step::Probe { name, handler: handler.clone(), deadline: *timeout })
            }
            PlaybookStep::Wait { length } => one(Step::Wait { length: *length }),
            PlaybookStep::Notify { message } => {
                let message = message.filled(&self.values).map_err(|error| Never(error.to_string()))?;
                one(Step::Notify { message })
            }
            PlaybookStep::Cleanup { .. } => self.cleanup(part.about.as_ref(), composed),
            PlaybookStep::Command(command) => {
                let argv = self.host_argv(command)?;
                one(Step::RunCommand { argv, deadline: command.timeout })
            }
        }
    }

    /// A command inside a container may do anything to it and to its data.
    fn enter(&self, key: &Key, touches: &mut Touches) -> Result<(), Obstacle> {
        touches.add(container::touches(self.ours(key)?));
        Ok(())
    }

    /// The containers inside which its checks run commands.
    pub fn entered(&self) -> BTreeSet<Key> {
        let checks = self.playbook.pre_checks.iter().chain(&self.playbook.post_checks);
        let entered = checks.filter_map(|check| match check {
            Check::Probe(ProbeCheck { container, handler, .. }) if runs_inside(handler) => {
                self.container_of(container.as_ref()).ok()
            }
            _ => None,
        });
        entered.collect()
    }

    /// A container that podsteward may touch.
    fn ours(&self, key: &Key) -> Result<&View<'v>, Obstacle> {
        let view = self.look_at(key).ok_or_else(|| NotNow(format!("{key} is not known")))?;
        match &view.presence {
            Presence::Ours => Ok(view),
            Presence::Absent => Err(NotNow(format!("{key} is not there"))),
            Presence::NotYet | Presence::Unknown => Err(NotNow(format!("{key} is not known"))),
            Presence::Adoptable => Err(NotNow(format!("{key} is not taken over yet"))),
            Presence::Foreign(why) => Err(NotNow(format!("{key}: {why}"))),
        }
    }

    /// What podsteward does to a container this way, whoever wants it.
    fn way(&self, name: Option<&Name>, way: &Way, composed: &mut Composed) -> Result<Vec<Section>, Obstacle> {
        let key = self.container_of(name)?;
        let view = self.ours(&key)?;
        if way.starts() && !should_run(view) {
            return Err(Never(format!("{key} is declared to be stopped")));
        }
        if *way == Way::Recreate {
            may_remake(&key, view, composed)?;
        }
        let plan = container::plan(view, way).ok_or_else(|| NotNow(format!("{key} is not there")))?;
        if view.container.as_ref().is_some_and(crate::view::ContainerView::is_up) && *way != Way::Start {
            composed.course.ran.insert(key.clone());
        }
        let Plan { shape, sections, settle, touches, .. } = plan;
        if let Shape::Recreate { previous, was_running, .. } = shape {
            composed.course.remade.push(Remade { key, previous, was_running });
        }
        composed.settle.extend(settle.into_iter().flat_map(|section| section.steps));
        composed.touches.add(touches);
        Ok(sections)
    }

    fn cleanup(&self, about: Option<&Key>, composed: &mut Composed) -> Result<Vec<Section>, Obstacle> {
        let key = about.ok_or_else(|| {
            Never(format!("a cleanup names no disk, and its target {} is none", self.target.world.key))
        })?;
        let view = self.look_at(key).ok_or_else(|| NotNow(format!("{key} is not known")))?;
        if view.disk.as_ref().and_then(|disk| disk.facts.sample.value()).is_none() {
            return Err(NotNow(format!("how full {key} is cannot be read")));
        }
        let pressed = |measure: &Measure| view.world.memory.disk.pressure(*measure).is_some();
        let measure = Measure::ALL.into_iter().find(pressed).unwrap_or(Measure::Space);
        composed.touches.objects.insert(key.clone());
        // Nothing may go, or it is below its target already.
        let Some(plan) = cleanup::plan(view, measure) else { return Ok(Vec::new()) };
        composed.touches.containers.extend(plan.touches.containers);
        composed.touches.images.extend(plan.touches.images);
        composed.touches.volumes.extend(plan.touches.volumes);
        Ok(plan.sections)
    }

    fn filled(&self, argv: &Argv) -> Result<Vec<String>, Obstacle> {
        argv.filled(&self.values).map_err(|error| Never(error.to_string()))
    }

    fn host_argv(&self, command: &HostCommand) -> Result<Vec<String>, Obstacle> {
        match self.target.world.host.allowed.refuses(&command.argv.program) {
            Some(why) => Err(Never(why)),
            None => self.filled(&command.argv),
        }
    }

    /// A check with everything filled in; what is in its way goes to the others, and what it touches, too.
    pub(super) fn planned(&self, check: &Check, composed: &mut Composed) -> Option<PlannedCheck> {
        let planned = match check {
            Check::Well { container } => {
                self.container_of(container.as_ref()).map(|container| PlannedCheck::Well { container })
            }
            Check::Probe(ProbeCheck { container, handler, timeout }) => {
                let (inside, handler, timeout) = (runs_inside(handler), handler.clone(), *timeout);
                self.container_of(container.as_ref()).and_then(|container| {
                    if inside {
                        self.enter(&container, &mut composed.touches)?;
                    }
                    Ok(PlannedCheck::Probe { container, handler, timeout })
                })
            }
            Check::Command(command) => {
                let timeout = command.timeout;
                self.host_argv(command).map(|argv| PlannedCheck::Command { argv, timeout })
            }
        };
        match planned {
            Ok(planned) => Some(planned),
            Err(Never(why)) => {
                composed.never.push(why);
                None
            }
            Err(NotNow(why)) => {
                composed.not_now.push(why);
                None
            }
        }
    }
}

/// Whether a probe runs a command inside the container that it asks.
pub fn runs_inside(handler: &ProbeHandler) -> bool {
    matches!(handler, ProbeHandler::Exec { .. })
}

/// A playbook makes anew what is in force, and nothing else: an edit has its own way.
fn may_remake(key: &Key, view: &View<'_>, composed: &Composed) -> Result<(), Obstacle> {
    if composed.course.remade.iter().any(|remade| remade.key == *key) {
        return Err(Never(format!("{key} would be made anew twice")));
    }
    if view.edited {
        return Err(NotNow(format!("{key} was edited, and that is not in force yet")));
    }
    let adopted = view.world.memory.applied.as_ref().is_some_and(|applied| applied.adopted);
    if adopted {
        return Err(Never(format!("{key} was adopted: its first recreate is asked for by itself")));
    }
    match snapshot::obstacles(view).into_iter().next() {
        Some(why) => Err(NotNow(why)),
        None => Ok(()),
    }
}

/// Whether a container is declared to run.
pub(super) fn should_run(view: &View<'_>) -> bool {
    let spec = view.container.as_ref().and_then(|container| container.spec);
    spec.is_some_and(|spec| spec.desired_state == DesiredState::Running)
}

fn is_fresh(view: &View<'_>) -> bool {
    let now = view.world.now;
    match &view.world.subject {
        Subject::Container(facts) => facts.live.is_fresh(now, FRESH),
        Subject::Network(facts) => facts.live.is_fresh(now, FRESH),
        Subject::Volume(facts) => facts.live.is_fresh(now, FRESH),
        Subject::Disk(facts) => {
            facts.sample.is_fresh(now, crate::disk::facts::FRESH) && cleanup::is_read(view)
        }
        Subject::Backup(_) | Subject::Channel(_) | Subject::Setting => true,
    }
}
