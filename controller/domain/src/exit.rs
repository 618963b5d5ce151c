//! How the end of a main process is understood: a death, or a stop by hand.
//!
//! Owns that one judgement. Never acts on it. Called by [`crate::evaluate`].

use std::time::Duration;

use crate::live::{EngineState, LiveContainer};
use crate::memory::{Exit, ExitCause};
use crate::time::Moment;
use crate::world::ExitFacts;

/// How long an event may be late before its absence says something: Podman's server reads its own event log
/// every 250 ms.
pub const EVENT_PATIENCE: Duration = Duration::from_millis(300);

/// Why the process ended, or `None` while an event may still come.
///
/// A process that ended by itself is seen by the kernel before Podman knows, so Podman still says `running`.
/// `podman stop` tells Podman first. `podman kill` tells Podman first as well, and sends an event of its own.
pub fn cause(facts: &ExitFacts, now: Moment) -> Option<ExitCause> {
    if facts.ours {
        return Some(ExitCause::Ours);
    }
    if facts.stopped {
        return Some(ExitCause::HandStop);
    }
    if facts.killed {
        return Some(ExitCause::Death);
    }
    let waited = now.since(facts.at) >= EVENT_PATIENCE;
    match facts.engine {
        Some(EngineState::Running | EngineState::Paused) => Some(ExitCause::Death),
        Some(_) => waited.then_some(ExitCause::HandStop),
        None => waited.then_some(ExitCause::Death),
    }
}

/// The end of the current start of `live`, judged: as remembered, or from what was seen, or, when nobody
/// watched (the controller was away), as a death. `None` while it cannot be told yet.
pub fn judge(
    live: &LiveContainer,
    seen: Option<&ExitFacts>,
    known: Option<&Exit>,
    now: Moment,
) -> Option<Exit> {
    let same =
        |container: &str, started_ms: Option<i64>| container == live.id && started_ms == live.started_ms;
    let code = if live.state.is_up() { None } else { live.exit_code };
    if let Some(exit) = known.filter(|exit| same(&exit.container, exit.started_ms)) {
        return Some(Exit { code: exit.code.or(code), ..exit.clone() });
    }
    let seen = seen.filter(|facts| same(&facts.container, facts.started_ms));
    let (cause, at) = match seen {
        Some(facts) => (cause(facts, now)?, facts.at),
        None => (ExitCause::Death, now),
    };
    Some(Exit { container: live.id.clone(), started_ms: live.started_ms, cause, code, at })
}
