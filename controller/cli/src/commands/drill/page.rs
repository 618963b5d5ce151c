//! A drill as people see it.
//!
//! Owns its lines. Never reads anything.

use podsteward_domain::drill::{Phase, brief};
use podsteward_runtime::listing::Drill;
use serde::Serialize;

use crate::output::{Screen, View};

/// What is shown.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    /// The drill.
    pub(super) drill: Drill,
}

impl View for Page {
    fn text(&self, _screen: Screen) -> String {
        format!("The drill {}.\n", sentence(&self.drill))
    }
}

/// How it stands, with a time for each phase.
fn sentence(drill: &Drill) -> String {
    let prepared = drill.phase_seconds.get(&Phase::Prepare).filter(|_| drill.result.is_some());
    match prepared {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a phase takes minutes at most"
        )]
        Some(seconds) => {
            format!("{} (its canary was made in {})", drill.sentence, brief((seconds * 1000.0) as u64))
        }
        None => drill.sentence.clone(),
    }
}

/// What is being done in a phase.
pub(super) fn doing(phase: Phase) -> &'static str {
    match phase {
        Phase::Asked => "waiting for the controller",
        Phase::Prepare => "making the canary and waiting until it is healthy",
        Phase::Break => "breaking it",
        Phase::Detect => "waiting until it is found unhealthy",
        Phase::Decide => "waiting for a decision",
        Phase::Act => "waiting for its restart",
        Phase::Verify => "waiting for the verification",
    }
}
