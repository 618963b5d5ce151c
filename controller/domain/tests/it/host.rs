//! A host that is a model: names, and what runs under them.
//!
//! Owns what each step does to it. Refuses what Podman refuses: a name that is taken, a container that is not there.

use std::collections::BTreeMap;

use podsteward_domain::engine::ContainerCreate;
use podsteward_domain::live::{ContainerSummary, HealthStatus, LiveContainer};
use podsteward_domain::plan::Step;
use podsteward_domain::planning::PREVIOUS_INFIX;
use podsteward_domain::time::Moment;

use crate::fixture::facts::summary;
use crate::fixture::live;

/// The host.
#[derive(Debug, Clone, Default)]
pub(crate) struct Host {
    /// Containers by name.
    pub(crate) containers: BTreeMap<String, LiveContainer>,
    /// The kind of step that it refuses from now on, and how often still.
    pub(crate) refuses: Option<(String, u32)>,
    /// Updates of limits have no effect.
    pub(crate) forgets_updates: bool,
    /// The image that a reference means.
    pub(crate) image: Option<String>,
    made: u32,
}

impl Host {
    /// Carries out one step.
    pub(crate) fn carry_out(&mut self, step: &Step, now: Moment) -> Result<(), String> {
        if self.refuses(step) {
            return Err("refused".to_owned());
        }
        match step {
            Step::CreateContainer(create) => self.create(create),
            Step::StartContainer { name, .. } => self.start(name, now),
            Step::StopContainer { name, .. } => self.end(name, 137, now),
            Step::SignalContainer { name, .. } => self.of(name).map(drop),
            Step::UpdateContainer { name, resources } => {
                let keeps = !self.forgets_updates;
                let live = self.of(name)?;
                live.config.resources = if keeps { resources.clone() } else { live.config.resources.clone() };
                Ok(())
            }
            Step::RemoveContainer { name, .. } => {
                self.containers.remove(name);
                Ok(())
            }
            Step::RenameContainer { from, to } => self.rename(from, to),
            Step::PullImage { .. } => Ok(()),
            other => Err(format!("not in this model: {other}")),
        }
    }

    fn refuses(&mut self, step: &Step) -> bool {
        let refused = self.refuses.as_mut().filter(|(noun, times)| noun == step.noun() && *times > 0);
        refused.map(|(_, times)| *times -= 1).is_some()
    }

    fn of(&mut self, name: &str) -> Result<&mut LiveContainer, String> {
        self.containers.get_mut(name).ok_or_else(|| format!("there is no {name}"))
    }

    fn create(&mut self, create: &ContainerCreate) -> Result<(), String> {
        if self.containers.contains_key(&create.name) {
            return Err(format!("the name {} is taken", create.name));
        }
        self.made += 1;
        let mut made = live::container(&create.name, &create.container, create.labels.clone());
        made.anonymous_volumes.clone_from(&create.anonymous_volumes);
        made.id = format!("made-{}", self.made);
        let by_id = create.image.starts_with("sha256:").then(|| create.image.clone());
        made.image_id = by_id.or_else(|| self.image.clone()).unwrap_or_default();
        live::enter(&mut made, "created");
        self.containers.insert(create.name.clone(), made);
        Ok(())
    }

    fn start(&mut self, name: &str, now: Moment) -> Result<(), String> {
        let container = self.of(name)?;
        if !container.state.is_up() {
            live::enter(container, "running");
            container.pid = Some(100);
            container.started_ms = Some(now.wall_ms);
            container.exit_code = None;
            container.health =
                container.config.healthcheck.as_ref().map(|_| live::health(HealthStatus::Starting));
        }
        Ok(())
    }

    /// The main process ends.
    pub(crate) fn end(&mut self, name: &str, code: i32, now: Moment) -> Result<(), String> {
        let container = self.of(name)?;
        if container.state.is_up() {
            live::enter(container, "exited");
            container.exit_code = Some(code);
            container.finished_ms = Some(now.wall_ms);
        }
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), String> {
        if self.containers.contains_key(to) {
            return Err(format!("the name {to} is taken"));
        }
        let mut container = self.containers.remove(from).ok_or_else(|| format!("there is no {from}"))?;
        to.clone_into(&mut container.name);
        self.containers.insert(to.to_owned(), container);
        Ok(())
    }

    /// The containers that wait under another name while this one is replaced.
    pub(crate) fn previous(&self, name: &str) -> Vec<ContainerSummary> {
        let prefix = format!("{name}{PREVIOUS_INFIX}");
        self.containers.keys().filter(|name| name.starts_with(&prefix)).map(|name| summary(name)).collect()
    }
}
