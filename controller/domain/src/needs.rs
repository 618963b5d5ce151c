//! What a container must find before it is made or started, and what a network or volume must be rid of before
//! it is removed.
//!
//! Owns the sentences for what is missing. Never waits. Used by the gate `dependencies` and the detector
//! `waiting`.

use podsteward_specs::container::{Container, DependencyCondition};

use crate::view::{ContainerView, View};
use crate::world::{DependencyFacts, NeedFacts};

/// What is not there yet, in sentences; empty: all of it is there.
pub fn unmet(view: &View<'_>) -> Vec<String> {
    let Some(container) = &view.container else { return Vec::new() };
    let Some(spec) = container.spec else { return Vec::new() };
    let mut missing = networks_and_volumes(view);
    missing.extend(dependencies(container, spec));
    missing
}

/// Containers that run with what a person wants put back, and are not podsteward's to stop.
pub fn users_of_others(view: &View<'_>) -> Vec<String> {
    let users = view.world.restore.iter().flat_map(|restore| &restore.users);
    let others = users.filter(|user| user.running && !user.ours);
    others.map(|user| format!("{} runs with it and is not podsteward's to stop", user.name)).collect()
}

/// The networks and volumes that are not there yet, in sentences.
pub fn networks_and_volumes(view: &View<'_>) -> Vec<String> {
    let Some(container) = &view.container else { return Vec::new() };
    let networks = container.facts.networks.iter().filter_map(|(name, need)| {
        let absent =
            if need.declared { "is not made yet" } else { "does not exist, and no manifest declares it" };
        Some(format!("network {name} {}", lack(need, absent)?))
    });
    // Podman makes an undeclared volume by itself; a declared one must be made as declared.
    let volumes = container.facts.volumes.iter().filter(|(_, need)| need.declared);
    let volumes =
        volumes.filter_map(|(name, need)| Some(format!("volume {name} {}", lack(need, "is not made yet")?)));
    networks.chain(volumes).collect()
}

fn lack<'a>(need: &NeedFacts, absent: &'a str) -> Option<&'a str> {
    match need.exists.value() {
        Some(true) => None,
        Some(false) => Some(absent),
        None => Some(NOT_KNOWN),
    }
}

/// What is said of what was not read.
const NOT_KNOWN: &str = "is not known yet";

fn dependencies(container: &ContainerView<'_>, spec: &Container) -> Vec<String> {
    let unmet = spec.depends_on.iter().filter_map(|(name, dependency)| {
        let facts = container.facts.dependencies.get(name).cloned().unwrap_or_default();
        lacks(&facts, dependency.condition).map(|what| format!("container {name} {what}"))
    });
    unmet.collect()
}

fn lacks(facts: &DependencyFacts, condition: DependencyCondition) -> Option<&'static str> {
    let Some(running) = facts.running.value().copied() else { return Some(NOT_KNOWN) };
    match condition {
        DependencyCondition::Started => (!running && !facts.completed).then_some("does not run yet"),
        DependencyCondition::Healthy => (!running || !facts.healthy).then_some("is not healthy yet"),
        DependencyCondition::Completed => (!facts.completed).then_some("has not completed yet"),
    }
}
