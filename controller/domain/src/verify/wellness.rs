//! What a container's healthcheck and probes together say since its start.
//!
//! Owns that one word, and how long each of them may take to make up its mind. Never what follows from it.

use std::time::Duration;

use podsteward_specs::container::{Container, Healthcheck, Probe, Probes};

use super::health_since_start;
use crate::live::{HealthStatus, LiveContainer};
use crate::probe::ProbeKind;
use crate::probe::ready::Readiness;
use crate::view::View;

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
}

impl Wellness {
    /// The worse of what the healthcheck says and what the probes say.
    pub(super) fn of(view: &View<'_>, live: &LiveContainer) -> Self {
        let spec = view.container.as_ref().and_then(|container| container.spec);
        let (health, ready) = (by_health(live, spec), by_probes(view, spec));
        if health.rank() >= ready.rank() { health } else { ready }
    }

    /// How long it is waited for, since the start.
    pub(super) fn patience(&self) -> Duration {
        match self {
            Self::Starting { patience, .. } | Self::Late { patience, .. } => *patience,
            Self::Untold | Self::Well | Self::Ill { .. } => Duration::ZERO,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Untold => 0,
            Self::Well => 1,
            Self::Starting { .. } => 2,
            Self::Late { .. } => 3,
            Self::Ill { .. } => 4,
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

fn by_probes(view: &View<'_>, spec: Option<&Container>) -> Wellness {
    let Some((container, spec)) = view.container.as_ref().zip(spec) else { return Wellness::Untold };
    let untold = |what: String| Wellness::Starting { patience: Duration::ZERO, what };
    let patience = || readiness_patience(container.probes, spec);
    let late = || Wellness::Late { patience: patience(), what: "not ready" };
    match container.readiness(view.world.now) {
        Readiness::Undeclared => Wellness::Untold,
        Readiness::Ready => Wellness::Well,
        Readiness::CannotRun(kind, _) => untold(format!("its {kind} probe cannot run")),
        Readiness::Unknown(kind) => untold(format!("its {kind} probe does not answer")),
        Readiness::NotReady(ProbeKind::Startup, _) => Wellness::Ill { what: "not started" },
        Readiness::NotReady(_, state) if state.was_well => Wellness::Ill { what: "not ready" },
        Readiness::NotReady(..) => late(),
        Readiness::Starting(state) if state.failures() > 0 => late(),
        Readiness::Starting(_) => {
            Wellness::Starting { patience: patience(), what: "it is not ready yet".to_owned() }
        }
    }
}

/// How long a container may take to be ready: what its start is given, and no less than its probe needs for a word.
fn readiness_patience(probes: Option<&Probes>, spec: &Container) -> Duration {
    let word =
        |probe: &Probe| probe.initial_delay + (probe.period + probe.timeout) * probe.failure_threshold.max(1);
    let readiness = probes.and_then(|probes| probes.readiness.as_ref());
    readiness.map_or(Duration::ZERO, word).max(spec.start_timeout)
}
