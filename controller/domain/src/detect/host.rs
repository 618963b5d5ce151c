//! Findings about the host as a whole: a storm, an engine that is silent, breakers of more than one object, an outbox that
//! is stuck.
//!
//! Called by the runtime, which watches the host; every other finding is about one object.

use podsteward_specs::key::Key;

use crate::finding::{Finding, FindingKind};

/// What is known of the host as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostState {
    /// A storm holds.
    pub storm: bool,
    /// The engine does not answer.
    pub silent: bool,
    /// The actions whose breaker is open anywhere; `all`: that of all remediation.
    pub open_breakers: Vec<&'static str>,
    /// Notifications that somebody wants reach nobody.
    pub outbox_stuck: bool,
}

/// Every finding about the host.
pub fn findings(state: &HostState) -> Vec<Finding> {
    let find = |holds: bool, kind, message: &str| holds.then(|| Finding::new(kind, &Key::host(), message));
    let breakers = format!("breaker open: {}; `podsteward resume` closes it", state.open_breakers.join(", "));
    let storm = "many containers went bad within a minute: nothing is touched for a while";
    let silent = "podman does not answer; the last known state holds";
    let stuck = "notifications have reached nobody for a quarter of an hour";
    // While the engine is silent all remediation rests, and no word of a person ends that.
    let tripped = !state.open_breakers.is_empty() && !state.silent;
    [
        find(state.storm, FindingKind::Storm, storm),
        find(state.silent, FindingKind::SourceUnknown, silent),
        find(tripped, FindingKind::BreakerOpen, &breakers),
        find(state.outbox_stuck, FindingKind::OutboxStuck, stuck),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests;
