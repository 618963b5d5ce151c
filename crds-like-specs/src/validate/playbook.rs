//! The checks of a `Playbook`.
//!
//! Owns their meaning and defaults. Never knows which containers there are; see [`crate::cross`].

use std::collections::BTreeMap;
use std::time::Duration;

use super::field::Field;
use crate::playbook::{Playbook, PlaybookStep};
use crate::wire::playbook as wire;

/// Checks one playbook.
pub(super) fn playbook(wire: wire::Playbook, _field: &Field<'_>) -> Option<Playbook> {
    let restart = |step: wire::Step| Some(PlaybookStep::Restart { container: step.restart?.container });
    Some(Playbook {
        triggers: Vec::new(),
        risk: wire.risk.unwrap_or_default(),
        parameters: BTreeMap::new(),
        pre_checks: Vec::new(),
        steps: wire.steps?.into_iter().filter_map(restart).collect(),
        post_checks: Vec::new(),
        on_failure: wire.on_failure.unwrap_or_default(),
        timeout: Duration::from_mins(10),
        stabilise: Duration::from_secs(30),
    })
}
