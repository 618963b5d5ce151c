//! What the results of a container's probes come to.
//!
//! Owns the fold over results, by Kubernetes' rules, and the phases in which probes are run. Never runs one: the runtime
//! does, along the way that [`route`] tells. What follows for the container is judged in [`ready`].

pub mod declared;
pub mod ready;
pub mod route;

use std::fmt;
use std::time::Duration;

use podsteward_specs::container::{Container, Probe, Probes};
use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::time::Moment;

/// Which probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeKind {
    /// Gates the others until it has succeeded once.
    Startup,
    /// Whether the container is ready.
    Readiness,
    /// Whether the container must be restarted.
    Liveness,
}

impl ProbeKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Startup, Self::Readiness, Self::Liveness];

    /// The name in manifests, logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Startup => "startup",
            Self::Readiness => "readiness",
            Self::Liveness => "liveness",
        }
    }

    /// The probe of this kind, where one is declared.
    pub fn of(self, probes: &Probes) -> Option<&Probe> {
        match self {
            Self::Startup => probes.startup.as_ref(),
            Self::Readiness => probes.readiness.as_ref(),
            Self::Liveness => probes.liveness.as_ref(),
        }
    }
}

impl fmt::Display for ProbeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What one run of a probe came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProbeResult {
    /// It succeeded.
    Well,
    /// It failed: why, for people.
    Ill(String),
    /// It can never succeed or fail here, because its tool is not in the image or its port is out of reach: why, and what
    /// to do about it.
    CannotRun(String),
    /// Whoever carries it out did not answer, which says nothing about the container.
    NoAnswer(String),
}

/// What the results of one probe come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeWord {
    /// Too few results count yet.
    #[default]
    Pending,
    /// It succeeded as often in a row as it must.
    Well,
    /// It failed as often in a row as it may not.
    Ill,
    /// It cannot run. Neither well nor ill.
    CannotRun,
}

/// The state of one probe since the container's last start.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProbeState {
    /// What its results come to.
    pub word: ProbeWord,
    /// It was well at some time since the start.
    pub was_well: bool,
    /// What the last result that was not a success said.
    pub message: String,
    /// When it last answered.
    pub at: Option<Moment>,
    /// When it was first asked in vain since it last answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<Moment>,
    /// The last result, and how often in a row.
    row: Option<(bool, u32)>,
}

/// The time that an answer may be late besides its period and timeout.
const LATE: Duration = Duration::from_secs(5);

impl ProbeState {
    /// One that has succeeded already.
    pub fn well() -> Self {
        Self { word: ProbeWord::Well, was_well: true, ..Self::default() }
    }

    /// The state after one more result.
    #[must_use]
    pub fn after(&self, result: &ProbeResult, probe: &Probe, now: Moment) -> Self {
        let mut next = Self { at: Some(now), missed: None, ..self.clone() };
        let (well, threshold, message) = match result {
            ProbeResult::NoAnswer(_) => {
                return Self { missed: self.missed.or(Some(now)), ..self.clone() };
            }
            ProbeResult::CannotRun(why) => {
                return Self { word: ProbeWord::CannotRun, message: why.clone(), row: None, ..next };
            }
            ProbeResult::Well => (true, probe.success_threshold, ""),
            ProbeResult::Ill(why) => (false, probe.failure_threshold, why.as_str()),
        };
        let times = match self.row {
            Some((before, times)) if before == well => times.saturating_add(1),
            _ => 1,
        };
        next.row = Some((well, times));
        message.clone_into(&mut next.message);
        next.word = match (times >= threshold.max(1), well, self.word) {
            (true, true, _) => ProbeWord::Well,
            (true, false, _) => ProbeWord::Ill,
            (false, _, ProbeWord::CannotRun) => ProbeWord::Pending,
            (false, _, word) => word,
        };
        next.was_well |= next.word == ProbeWord::Well;
        next
    }

    /// How often in a row it failed.
    pub fn failures(&self) -> u32 {
        match self.row {
            Some((false, times)) => times,
            _ => 0,
        }
    }

    /// Whether its last answer is older than the next one should be; or whether one that never answered was asked so often
    /// that it would be ill, had it failed.
    pub fn is_stale(&self, probe: &Probe, now: Moment) -> bool {
        let older =
            |than: Moment, periods: u32| now.since(than) > probe.period * periods + probe.timeout + LATE;
        match (self.at, self.missed) {
            (Some(at), _) => older(at, 1),
            (None, Some(missed)) => older(missed, probe.failure_threshold),
            (None, None) => false,
        }
    }

    /// Whether it is asked, and has not answered for so long that nothing is known by it.
    pub fn is_silent(&self, probe: &Probe, now: Moment) -> bool {
        self.missed.is_some() && self.is_stale(probe, now)
    }
}

/// The probes of one start of a container. Another start begins anew.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProbeFacts {
    /// The startup probe.
    pub startup: ProbeState,
    /// The readiness probe.
    pub readiness: ProbeState,
    /// The liveness probe.
    pub liveness: ProbeState,
}

impl ProbeFacts {
    /// Those of a start; `started_up`: its startup probe has succeeded already.
    pub fn begin(started_up: bool) -> Self {
        let startup = if started_up { ProbeState::well() } else { ProbeState::default() };
        Self { startup, ..Self::default() }
    }

    /// The state of one.
    pub fn of(&self, kind: ProbeKind) -> &ProbeState {
        match kind {
            ProbeKind::Startup => &self.startup,
            ProbeKind::Readiness => &self.readiness,
            ProbeKind::Liveness => &self.liveness,
        }
    }

    /// The same, of probes that somebody goes on running and of which nothing else was heard since.
    #[must_use]
    pub fn still(&self, now: Moment) -> Self {
        let still = |state: &ProbeState| ProbeState { at: state.at.map(|_| now), ..state.clone() };
        Self {
            startup: still(&self.startup),
            readiness: still(&self.readiness),
            liveness: still(&self.liveness),
        }
    }

    /// What still counts when other probes are asked from now on: of each that is the same, and that it started up.
    #[must_use]
    pub fn carried(&self, before: &Probes, after: &Probes) -> Self {
        let of = |kind: ProbeKind| {
            let started = kind == ProbeKind::Startup && self.startup.was_well;
            let kept = started || kind.of(before) == kind.of(after);
            if kept { self.of(kind).clone() } else { ProbeState::default() }
        };
        Self {
            startup: of(ProbeKind::Startup),
            readiness: of(ProbeKind::Readiness),
            liveness: of(ProbeKind::Liveness),
        }
    }

    /// All of them after one more result of one.
    #[must_use]
    pub fn after(&self, kind: ProbeKind, result: &ProbeResult, probe: &Probe, now: Moment) -> Self {
        let mut next = self.clone();
        let state = match kind {
            ProbeKind::Startup => &mut next.startup,
            ProbeKind::Readiness => &mut next.readiness,
            ProbeKind::Liveness => &mut next.liveness,
        };
        *state = state.after(result, probe, now);
        next
    }

    /// Whether a probe is run now: the startup probe until it has succeeded, the others from then on.
    pub fn runs(&self, kind: ProbeKind, probes: &Probes) -> bool {
        let started = probes.startup.is_none() || self.startup.was_well;
        match kind {
            ProbeKind::Startup => !self.startup.was_well,
            ProbeKind::Readiness | ProbeKind::Liveness => started,
        }
    }

    /// Whether something else may follow from these than from those before.
    pub fn differ(&self, before: &Self) -> bool {
        ProbeKind::ALL.into_iter().any(|kind| self.of(kind).word != before.of(kind).word)
    }
}

/// How long a container may take to start by its startup probe; zero without one.
pub fn startup_budget(spec: &Container) -> Duration {
    time_to_start(&spec.probes)
}

/// The same, of probes.
pub fn time_to_start(probes: &Probes) -> Duration {
    let budget = |probe: &Probe| probe.initial_delay + probe.period * probe.failure_threshold;
    probes.startup.as_ref().map_or(Duration::ZERO, budget)
}

/// How long it takes at most until it is known whether a container is ready, once its probes are run.
pub fn time_to_word(probes: &Probes) -> Duration {
    let word = |probe: &Probe| {
        let times = probe.failure_threshold.max(probe.success_threshold).saturating_add(1);
        probe.initial_delay + probe.period * times + probe.timeout + LATE
    };
    [&probes.startup, &probes.readiness].into_iter().flatten().map(word).sum()
}

/// How long after its initial delay a probe is first run, within `span`: the same for the same container and kind, and
/// spread over all of them, so that they are not run in step.
pub fn phase(key: &Key, kind: ProbeKind, span: Duration) -> Duration {
    let digest = Sha256::digest(format!("{key} {kind}"));
    let share = u32::from(digest[0]) << 8 | u32::from(digest[1]);
    span.saturating_mul(share) / (1 << 16)
}

#[cfg(test)]
mod tests;
