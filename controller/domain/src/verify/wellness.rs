//! What a container's healthcheck and probes together say since its start.
//!
//! Owns that one word, and how long each of them may take to make up its mind. Never what follows from it.

use std::time::Duration;

use podsteward_specs::container::{Container, Healthcheck, Probe, Probes};

use super::health_since_start;
use crate::live::{HealthStatus, LiveContainer};
use crate::probe::ready::Readiness;
use crate::probe::{ProbeKind, ProbeWord};
use crate::time::Moment;
use crate::view::{ContainerView, View};

/// What is said of a container that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wellness {
    /// Nothing says anything.
    Untold,
    /// It is well.
    Well,
    /// It cannot be told yet, or not at all.
    Starting {
        /// How long that is waited for, since the start.
        patience: Duration,
        /// What there is to say of it after that.
        what: String,
    },
    /// It is not ready yet, as many are for a while.
    Late {
        /// How long that is waited for, since the start.
        patience: Duration,
        /// What it is after that.
        what: &'static str,
    },
    /// It is not well.
    Ill {
        /// What it is instead.
        what: &'static str,
    },
    /// It is not well, and only another start can help: nothing is gained by waiting.
    Lost {
        /// What it is instead.
        what: &'static str,
    },
}

/// What a container is whose liveness probe fails.
const NOT_ALIVE: &str = "not alive by its liveness probe";

impl Wellness {
    /// The worst of what the healthcheck says and what the probes say. Whoever is `doubted` was ill by its liveness probe, which
    /// then has to say that it is alive; else it is taken to be until the probe says otherwise.
    pub(super) fn of(view: &View<'_>, live: &LiveContainer, doubted: bool) -> Self {
        let spec = view.container.as_ref().and_then(|container| container.spec);
        by_health(live, spec).or_worse(Self::by_probes(view, doubted))
    }

    /// The worst of what the probes say.
    pub(super) fn by_probes(view: &View<'_>, doubted: bool) -> Self {
        let Some((container, spec)) = view.container.as_ref().and_then(|it| Some((it, it.spec?))) else {
            return Self::Untold;
        };
        let now = view.world.now;
        by_readiness(container, spec, now).or_worse(by_liveness(container, now, doubted))
    }

    fn or_worse(self, other: Self) -> Self {
        if self.rank() >= other.rank() { self } else { other }
    }

    /// How long it is waited for, since the start.
    pub(super) fn patience(&self) -> Duration {
        match self {
            Self::Starting { patience, .. } | Self::Late { patience, .. } => *patience,
            Self::Untold | Self::Well | Self::Ill { .. } | Self::Lost { .. } => Duration::ZERO,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Untold => 0,
            Self::Well => 1,
            Self::Starting { .. } => 2,
            Self::Late { .. } => 3,
            Self::Ill { .. } => 4,
            Self::Lost { .. } => 5,
        }
    }
}

fn by_health(live: &LiveContainer, spec: Option<&Container>) -> Wellness {
    match health_since_start(live) {
        None => Wellness::Untold,
        Some(HealthStatus::Healthy) => Wellness::Well,
        Some(HealthStatus::Unhealthy) => Wellness::Ill { what: "unhealthy" },
        Some(HealthStatus::Starting) => {
            let check = spec.and_then(|spec| spec.healthcheck.as_ref());
            let what = "its healthcheck has not said healthy yet".to_owned();
            Wellness::Starting { patience: check.map_or(Duration::ZERO, patience), what }
        }
    }
}

/// How long a healthcheck may take to call a container unhealthy.
fn patience(check: &Healthcheck) -> Duration {
    check.start_period + (check.interval + check.timeout) * check.retries.max(1)
}

fn by_readiness(container: &ContainerView<'_>, spec: &Container, now: Moment) -> Wellness {
    let untold = |what: String| Wellness::Starting { patience: Duration::ZERO, what };
    let patience = || readiness_patience(container.probes, spec);
    let late = || Wellness::Late { patience: patience(), what: "not ready" };
    match container.readiness(now) {
        Readiness::Undeclared => Wellness::Untold,
        Readiness::Ready => Wellness::Well,
        Readiness::CannotRun(kind, _) => untold(format!("its {kind} probe cannot run")),
        Readiness::Unknown(kind) => untold(format!("its {kind} probe does not answer")),
        Readiness::NotReady(ProbeKind::Startup, _) => Wellness::Lost { what: "not started" },
        Readiness::NotReady(_, state) if state.was_well => Wellness::Ill { what: "not ready" },
        Readiness::NotReady(..) => late(),
        Readiness::Starting(state) if state.failures() > 0 => late(),
        Readiness::Starting(_) => {
            Wellness::Starting { patience: patience(), what: "it is not ready yet".to_owned() }
        }
    }
}

/// One that fails and has not made up its mind yet is waited for, so that no plan is good whose next result is bad.
fn by_liveness(container: &ContainerView<'_>, now: Moment, doubted: bool) -> Wellness {
    let facts = &container.facts.probes;
    let probes = container.probes.filter(|probes| facts.runs(ProbeKind::Liveness, probes));
    let Some(probe) = probes.and_then(|probes| probes.liveness.as_ref()) else { return Wellness::Untold };
    let (state, patience) = (&facts.liveness, time_to_word(probe));
    let starting = |patience: Duration, what: &str| Wellness::Starting { patience, what: what.to_owned() };
    match state.word {
        ProbeWord::CannotRun if doubted => starting(Duration::ZERO, "its liveness probe cannot run"),
        ProbeWord::CannotRun => Wellness::Untold,
        _ if state.is_stale(probe, now) => starting(Duration::ZERO, "its liveness probe does not answer"),
        ProbeWord::Ill => Wellness::Lost { what: NOT_ALIVE },
        _ if state.failures() > 0 => Wellness::Late { patience, what: NOT_ALIVE },
        ProbeWord::Pending if doubted => starting(patience, "its liveness probe has not answered yet"),
        ProbeWord::Pending | ProbeWord::Well => Wellness::Untold,
    }
}

/// How long a container may take to be ready: what its start is given, and no less than its probe needs for a word.
fn readiness_patience(probes: Option<&Probes>, spec: &Container) -> Duration {
    let readiness = probes.and_then(|probes| probes.readiness.as_ref());
    readiness.map_or(Duration::ZERO, time_to_word).max(spec.start_timeout)
}

/// How long a probe may take to call a container ill.
fn time_to_word(probe: &Probe) -> Duration {
    probe.initial_delay + (probe.period + probe.timeout) * probe.failure_threshold.max(1)
}
