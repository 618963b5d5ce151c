//! What is remembered of one object, for people and programs.
//!
//! Owns its shape on the page of `describe`. Never shows what only podsteward can read, such as digests of facts.

use podsteward_domain::memory::{ExitCause, Memory, QuarantineCause};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use serde::Serialize;

use crate::output::age;

/// What is remembered.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MemoryView {
    generation: Option<u64>,
    applied_at: Option<String>,
    image_id: Option<String>,
    adopted: bool,
    restarts: Restarts,
    hand_stopped: Option<String>,
    last_exit: Option<Exit>,
    quarantine: Option<Quarantine>,
    terminal: Option<Terminal>,
    #[serde(skip)]
    raw: Memory,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Restarts {
    total: u64,
    streak: u32,
    last_start: Option<String>,
    last_exit: Option<String>,
}

#[derive(Debug, Serialize)]
struct Exit {
    cause: ExitCause,
    code: Option<i32>,
    at: String,
}

#[derive(Debug, Serialize)]
struct Quarantine {
    cause: QuarantineCause,
    reason: String,
    since: String,
}

#[derive(Debug, Serialize)]
struct Terminal {
    message: String,
    at: String,
}

impl MemoryView {
    /// The memory with its moments as texts.
    pub(super) fn new(memory: Memory) -> Self {
        let applied = memory.applied.as_ref();
        let restarts = &memory.restarts;
        Self {
            generation: applied.map(|applied| applied.generation),
            applied_at: applied.map(|applied| applied.at.to_rfc3339()),
            image_id: applied.and_then(|applied| applied.image_id.clone()),
            adopted: applied.is_some_and(|applied| applied.adopted),
            restarts: Restarts {
                total: restarts.total,
                streak: restarts.streak,
                last_start: restarts.last_start.map(Moment::to_rfc3339),
                last_exit: restarts.last_exit.map(Moment::to_rfc3339),
            },
            hand_stopped: memory.hand_stopped.map(Moment::to_rfc3339),
            last_exit: memory.last_exit.as_ref().map(|exit| Exit {
                cause: exit.cause,
                code: exit.code,
                at: exit.at.to_rfc3339(),
            }),
            quarantine: memory.quarantine.as_ref().map(|quarantine| Quarantine {
                cause: quarantine.cause,
                reason: quarantine.reason.clone(),
                since: quarantine.since.to_rfc3339(),
            }),
            terminal: memory
                .terminal
                .as_ref()
                .map(|terminal| Terminal { message: terminal.message.clone(), at: terminal.at.to_rfc3339() }),
            raw: memory,
        }
    }

    /// Labelled lines for people. What is not there takes no line.
    pub(super) fn lines(&self, key: &Key, now: Moment) -> Vec<(&'static str, String)> {
        let ago = |then: Moment| format!("{} ago", age::short(now.since(then)));
        let memory = &self.raw;
        let mut lines = Vec::new();
        if let Some(applied) = &memory.applied {
            let adopted = if applied.adopted { ", adopted" } else { "" };
            lines.push((
                "Applied",
                format!("generation {}, {}{adopted}", applied.generation, ago(applied.at)),
            ));
        }
        if memory.restarts.total > 0 {
            let last = memory.restarts.last_start.map(|then| format!(", last start {}", ago(then)));
            let Restarts { total, streak, .. } = &self.restarts;
            lines.push(("Restarts", format!("{total}, {streak} in a row{}", last.unwrap_or_default())));
        }
        if let Some(exit) = &memory.last_exit {
            let start = exit.started_ms.map(|started_ms| format!("{}@{started_ms}", exit.container));
            let by_probe = memory.ended_by_probe(start.as_deref());
            let cause = match exit.cause {
                ExitCause::Death if by_probe.is_some() => "stopped by podsteward for its probe",
                ExitCause::Death => "died",
                ExitCause::HandStop => "stopped by hand",
                ExitCause::Ours => "stopped by podsteward",
            };
            let code = exit.code.map_or_else(String::new, |code| format!(" with code {code}"));
            lines.push(("Last exit", format!("{cause}{code}, {}", ago(exit.at))));
        }
        if let Some(since) = memory.hand_stopped {
            lines.push(("Held", format!("stopped by hand {}", ago(since))));
        }
        if let Some(quarantine) = &memory.quarantine {
            let text = format!(
                "{} ({}); `podsteward retry {key}` tries again",
                quarantine.reason,
                ago(quarantine.since)
            );
            lines.push(("Quarantine", text));
        }
        if let Some(terminal) = &memory.terminal {
            lines.push(("Error", format!("{} ({})", terminal.message, ago(terminal.at))));
        }
        lines
    }
}
