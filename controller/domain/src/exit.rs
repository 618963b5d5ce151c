//! How the end of a main process is understood: a death, or a stop by hand.
//!
//! Owns that one judgement. Never acts on it. Called by [`crate::evaluate`].

use std::time::Duration;

use crate::live::{EngineState, LiveContainer};
use crate::memory::{Exit, ExitCause};
use crate::time::Moment;
use crate::world::{EngineWord, ExitFacts};

/// How long an event may be late before its absence says something: Podman's server reads its own event log
/// every 250 ms.
pub const EVENT_PATIENCE: Duration = Duration::from_millis(300);

/// How long to wait for the first `cleanup` event before its absence says something.
pub const CLEANUP_PATIENCE: Duration = Duration::from_secs(2);
/// How long Podman may take to tell an exit code. Where its monitor died with the process, it never does.
pub const CODE_PATIENCE: Duration = Duration::from_secs(5);
/// Podman notes a start when its call returns, so a process that ends at once ends before its start by Podman's
/// clock readings.
const START_NOTED_LATE: Duration = Duration::from_secs(1);
/// The exit code of a process of which nobody knows how it ended: not 0, so a failure.
pub const CODE_UNKNOWN: i32 = -1;

/// Why the process ended, or `None` while an event may still come.
///
/// A process that ended by itself is seen by the kernel before Podman knows, so Podman still says `running`.
/// `podman stop` tells Podman first; `podman kill` does, too, and sends an event of its own.
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
        EngineWord::Asked => None,
        EngineWord::Said { state: EngineState::Running | EngineState::Paused, .. }
        | EngineWord::Said { by_user: Some(false), .. } => Some(ExitCause::Death),
        EngineWord::Said { by_user: Some(true), .. }
        | EngineWord::Said { state: EngineState::Stopping, .. } => waited.then_some(ExitCause::HandStop),
        EngineWord::Said { by_user: None, .. } => by_cleanups(facts, now),
        EngineWord::NotAsked => waited.then_some(ExitCause::Death),
    }
}

/// On a busy host Podman 4.3 may have noticed a death before it was asked, and then says the same as after a stop.
/// What differs is that a stop cleans up twice, at once. Without any cleanup the event stream is broken: a service
/// that might be dead is started rather than left alone.
fn by_cleanups(facts: &ExitFacts, now: Moment) -> Option<ExitCause> {
    match facts.cleanups {
        Some((times, _)) if times > 1 => Some(ExitCause::HandStop),
        Some((_, first)) => (now.since(first) >= EVENT_PATIENCE).then_some(ExitCause::Death),
        None => (now.since(facts.at) >= CLEANUP_PATIENCE).then_some(ExitCause::Death),
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
    let code = told_code(live);
    let code = |at: Moment| code.or_else(|| (now.since(at) >= CODE_PATIENCE).then_some(CODE_UNKNOWN));
    if let Some(exit) = known.filter(|exit| same(&exit.container, exit.started_ms)) {
        // What Podman tells late is better than what was assumed meanwhile.
        let told = exit.code.filter(|code| *code != CODE_UNKNOWN);
        return Some(Exit { code: told.or_else(|| code(exit.at)), ..exit.clone() });
    }
    let seen = seen.filter(|facts| same(&facts.container, facts.started_ms));
    let (cause, at) = match seen {
        Some(facts) => (cause(facts, now)?, facts.at),
        None => (ExitCause::Death, now),
    };
    Some(Exit { container: live.id.clone(), started_ms: live.started_ms, cause, code: code(at), at })
}

/// The exit code of the current start, where Podman tells it. After the host lost its power Podman shows a container
/// that ran as ended, with the end before and no failure: that code is of no use.
pub fn told_code(live: &LiveContainer) -> Option<i32> {
    let slack = i64::try_from(START_NOTED_LATE.as_millis()).unwrap_or_default();
    let ended =
        live.finished_ms.zip(live.started_ms).is_some_and(|(finished, started)| finished + slack >= started);
    live.exit_code.filter(|_| ended && !live.state.is_up())
}

/// An end, in words.
pub fn in_words(code: Option<i32>) -> String {
    match code {
        None | Some(CODE_UNKNOWN) => "its main process ended".to_owned(),
        Some(code) if code > 128 => format!("it ended with {code} (signal {})", code - 128),
        Some(code) => format!("it ended with {code}"),
    }
}

/// When to look again at an end of which the cause or the exit code is not known yet.
pub fn again(exit: Option<&Exit>, now: Moment) -> Option<Duration> {
    match exit {
        None => Some(EVENT_PATIENCE / 2),
        Some(exit) if exit.code.is_none() => Some(now.end_of(exit.at, CODE_PATIENCE)?.since(now)),
        Some(_) => None,
    }
}
