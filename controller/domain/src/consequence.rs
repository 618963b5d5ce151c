//! Whether what is wrong with a container is the consequence of what it depends on.
//!
//! Owns which dependencies are bad, and how long a container has to recover by itself once they are well again. Never
//! holds anything back: the gate `consequence` does.

use std::time::Duration;

use podsteward_specs::container::{Container, DependencyCondition};
use serde::{Deserialize, Serialize};

use crate::observation::Observation;
use crate::time::Moment;
use crate::view::{ContainerView, View};
use crate::world::DependencyFacts;

/// So long a dependency that is well again must stay so before whoever is still ill is ill in its own right: as long as
/// a start must hold.
const HOLD: Duration = Duration::from_secs(10);

/// What is remembered of a cause that lies in a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Caused {
    /// Since when every dependency is well again; `None`: one is bad or unknown.
    pub gone: Option<Moment>,
}

/// The dependencies that are bad or unknown, in words.
pub fn bad(view: &View<'_>) -> Vec<String> {
    let Some((container, spec)) = view.container.as_ref().and_then(|it| Some((it, it.spec?))) else {
        return Vec::new();
    };
    let bad = spec.depends_on.iter().filter_map(|(name, dependency)| {
        let facts = container.facts.dependencies.get(name).cloned().unwrap_or_default();
        Some(format!("{name} {}", state_if_bad(&facts, dependency.condition)?))
    });
    bad.collect()
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

/// What is remembered after a look.
pub fn caused(view: &View<'_>, container: &ContainerView<'_>) -> Option<Caused> {
    if !bad(view).is_empty() {
        return Some(Caused { gone: None });
    }
    let gone = view.world.memory.caused?.gone.unwrap_or(view.world.now);
    view.world.now.end_of(gone, patience(container.spec))?;
    Some(Caused { gone: Some(gone) })
}

/// Until when a container may recover by itself from what was wrong with what it depends on.
pub fn recovers_until(view: &View<'_>) -> Option<Moment> {
    let spec = view.container.as_ref().and_then(|container| container.spec);
    view.world.now.end_of(view.world.memory.caused?.gone?, patience(spec))
}

/// Its own healthcheck must have had the time to notice.
fn patience(spec: Option<&Container>) -> Duration {
    let check = spec.and_then(|spec| spec.healthcheck.as_ref());
    HOLD.max(check.map_or(Duration::ZERO, |check| check.interval + check.timeout))
}
