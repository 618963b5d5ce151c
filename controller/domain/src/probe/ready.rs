//! Whether a container is ready, by its probes.
//!
//! Owns that judgement, and what counts as too old a word. Never what is done about it.

use podsteward_specs::container::Probes;

use super::{ProbeFacts, ProbeKind, ProbeState, ProbeWord};
use crate::time::Moment;

/// Whether a container is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness<'f> {
    /// No probe says so: it is ready when it runs.
    Undeclared,
    /// Not yet, and nobody expects it to be: too few results count.
    Starting(&'f ProbeState),
    /// It is.
    Ready,
    /// It is not.
    NotReady(ProbeKind, &'f ProbeState),
    /// The probe that would say so cannot run.
    CannotRun(ProbeKind, &'f ProbeState),
    /// The probe has not answered for a while.
    Unknown(ProbeKind),
}

impl Readiness<'_> {
    /// Whether those that wait for it may go on.
    pub fn lets_pass(self) -> bool {
        matches!(self, Self::Undeclared | Self::Ready)
    }
}

/// Whether a container that runs is ready.
pub fn readiness<'f>(probes: &Probes, facts: &'f ProbeFacts, now: Moment) -> Readiness<'f> {
    let gate = if probes.startup.is_some() && !facts.startup.was_well {
        ProbeKind::Startup
    } else {
        ProbeKind::Readiness
    };
    let state = facts.of(gate);
    match gate.of(probes) {
        None if probes.startup.is_some() => Readiness::Ready,
        None => Readiness::Undeclared,
        Some(probe) => match state.word {
            ProbeWord::CannotRun => Readiness::CannotRun(gate, state),
            _ if state.is_stale(probe, now) => Readiness::Unknown(gate),
            ProbeWord::Pending => Readiness::Starting(state),
            ProbeWord::Well => Readiness::Ready,
            ProbeWord::Ill => Readiness::NotReady(gate, state),
        },
    }
}

/// The state of a probe that is ill, where that is declared and fresh.
pub fn ill<'f>(
    probes: &Probes,
    facts: &'f ProbeFacts,
    kind: ProbeKind,
    now: Moment,
) -> Option<&'f ProbeState> {
    let (probe, state) = (kind.of(probes)?, facts.of(kind));
    let said = state.word == ProbeWord::Ill && facts.runs(kind, probes);
    (said && !state.is_stale(probe, now)).then_some(state)
}
