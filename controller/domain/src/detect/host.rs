//! Findings about the host as a whole: a storm, an engine that is silent, breakers of more than one object, an outbox that
//! is stuck, too little memory, CPU or I/O.
//!
//! Called by the runtime, which watches the host; every other finding is about one object.

use std::collections::BTreeSet;
use std::sync::Arc;

use podsteward_specs::key::Key;

use crate::alert::{Alert, say};
use crate::disk::Size;
use crate::drill::{self, DrillState};
use crate::finding::{Finding, FindingKind, Severity};
use crate::observation::Observation;
use crate::pressure::host::{Psi, Resource, sentence};
use crate::time::Moment;

/// What is known of the host as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostState {
    /// A storm holds.
    pub storm: bool,
    /// The engine does not answer.
    pub silent: bool,
    /// The actions whose breaker is open anywhere; `all`: that of all remediation.
    pub open_breakers: Vec<String>,
    /// Notifications that somebody wants reach nobody.
    pub outbox_stuck: bool,
    /// What it is short of.
    pub pressed: BTreeSet<Resource>,
    /// How much it stalls.
    pub psi: Observation<Psi>,
    /// The containers that use most memory, with their bytes, the largest first.
    pub users: Vec<(String, u64)>,
    /// The alerts that no route is for.
    pub unrouted: Vec<Arc<Alert>>,
    /// The way from the monitoring, where alerts are received.
    pub alert_path: Option<AlertPath>,
    /// What could be read before and cannot be now, besides the engine.
    pub unreadable: Vec<String>,
    /// What is known of drills.
    pub drill: DrillState,
}

/// The way from the monitoring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertPath {
    /// When the last test alert came in.
    pub proven: Option<Moment>,
    /// Now.
    pub now: Moment,
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
        find(!state.pressed.is_empty(), FindingKind::ResourcePressure, &pressure(state)),
        unreadable(state),
        say::unrouted(&state.unrouted),
        state.alert_path.and_then(|path| say::unproven(path.proven, path.now)),
    ]
    .into_iter()
    .flatten()
    .chain(drill::findings(&state.drill))
    .collect()
}

/// What the host is short of, and who uses most of its memory, whatever it is short of: that is what people ask next.
fn pressure(state: &HostState) -> String {
    let short = sentence(&state.pressed, &state.psi);
    let users: Vec<String> =
        state.users.iter().map(|(name, used)| format!("{name} {}", Size(*used))).collect();
    if users.is_empty() { short } else { format!("{short}; most memory is used by {}", users.join(", ")) }
}

/// A silent engine is told of by itself, and is worse.
fn unreadable(state: &HostState) -> Option<Finding> {
    let message = format!("what could be read before cannot be read now: {}", state.unreadable.join(", "));
    let found = Finding::new(FindingKind::SourceUnknown, &Key::host(), message);
    (!state.unreadable.is_empty() && !state.silent)
        .then_some(Finding { severity: Severity::Warning, ..found })
}

#[cfg(test)]
mod tests;
