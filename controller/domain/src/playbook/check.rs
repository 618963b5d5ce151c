//! The checks of a playbook with everything filled in, and how they go on.
//!
//! Owns when checks that are asked again and again count as held. Never asks one.

use std::fmt;
use std::time::Duration;

use podsteward_specs::container::ProbeHandler;
use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use super::in_words;
use crate::live::HealthStatus;
use crate::time::Moment;
use crate::verify;
use crate::view::{Presence, View};

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "check", rename_all = "kebab-case")]
pub enum PlannedCheck {
    /// A container runs, and is not unhealthy.
    Well {
        /// The container.
        container: Key,
    },
    /// A container answers well.
    Probe {
        /// The container.
        container: Key,
        /// What is asked.
        handler: ProbeHandler,
        /// It may take so long.
        timeout: Duration,
    },
    /// A program on the host ends with 0.
    Command {
        /// The program with its arguments.
        argv: Vec<String>,
        /// It may take so long.
        timeout: Duration,
    },
}

/// The shortest and the longest time between two looks at the checks.
const LOOKS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(30)];
/// So many looks are taken at least while they must hold.
const LOOKS_MIN: u32 = 5;

impl PlannedCheck {
    /// The container that it is about.
    pub fn container(&self) -> Option<Key> {
        match self {
            Self::Well { container } | Self::Probe { container, .. } => Some(container.clone()),
            Self::Command { .. } => None,
        }
    }
}

/// What is asked, for people.
pub fn asked(handler: &ProbeHandler) -> String {
    match handler {
        ProbeHandler::Exec { command } => in_words(command),
        ProbeHandler::HttpGet { path, port, scheme, .. } => {
            format!("{} :{port}{path}", scheme.to_ascii_lowercase())
        }
        ProbeHandler::TcpSocket { port, .. } => format!("tcp :{port}"),
    }
}

impl fmt::Display for PlannedCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Well { container } => write!(f, "container {} is well", container.name),
            Self::Probe { container, handler, .. } => {
                write!(f, "container {} answers {}", container.name, asked(handler))
            }
            Self::Command { argv, .. } => write!(f, "{} ends with 0", in_words(argv)),
        }
    }
}

/// Whether a container runs and is not unhealthy; else why not.
pub fn is_well(view: &View<'_>) -> Result<(), String> {
    let name = &view.world.key.name;
    let container = view.container.as_ref().filter(|_| view.presence == Presence::Ours);
    let Some((container, live)) = container.and_then(|container| Some((container, container.live?))) else {
        return Err(format!("container {name} is not there"));
    };
    if !container.is_up() {
        return Err(format!("container {name} does not run"));
    }
    match (verify::health_since_start(live), container.readiness(view.world.now)) {
        (Some(HealthStatus::Unhealthy), _) => Err(format!("container {name} is unhealthy")),
        (Some(HealthStatus::Starting), _) => Err(format!("container {name} has not become healthy yet")),
        (_, readiness) if !readiness.lets_pass() => Err(format!("container {name} is not ready")),
        _ => Ok(()),
    }
}

/// A check that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// Which of the checks, counted from 0: two of them may say the same.
    pub index: usize,
    /// What it says, and why that does not hold.
    pub why: String,
}

/// What the checks afterwards came to, look by look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Since when all of them hold, if they do.
    pub held_since: Option<Moment>,
    /// When they were last looked at.
    pub at: Moment,
    /// The first that does not hold.
    pub failed: Option<Unmet>,
    /// They held once and do not any more.
    pub lost: bool,
}

impl Checked {
    /// What a further look makes of what is known.
    #[must_use]
    pub fn after(before: Option<&Self>, failed: Option<Unmet>, now: Moment) -> Self {
        let held = before.and_then(|before| before.held_since);
        let held_since = if failed.is_some() { None } else { held.or(Some(now)) };
        let lost = before.is_some_and(|before| before.lost) || held.is_some() && failed.is_some();
        Self { held_since, at: now, failed, lost }
    }

    /// When to look again, where they must hold for so long.
    pub fn period(stabilise: Duration) -> Duration {
        let [least, most] = LOOKS;
        (stabilise / LOOKS_MIN).clamp(least, most)
    }
}
