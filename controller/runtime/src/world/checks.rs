//! What is known of a container's healthchecks besides what Podman tells: those that never end, and when the latest
//! result came in.
//!
//! Owns both, per container name. Never runs a check: the source of healthchecks does.

use podsteward_domain::live::{HealthStatus, LiveHealth};
use podsteward_domain::time::Moment;

use super::WorldStore;

/// What is known of one container's healthchecks.
#[derive(Debug, Default)]
pub(super) struct Checks {
    /// Those in a row that did not end within their timeout, which Podman does not notice.
    timeouts: u32,
    /// When the latest of them ended.
    timed_out: Option<Moment>,
    /// The latest that Podman told of, in milliseconds since 1970, and when that was first seen; none for the one that
    /// was there when the container was first read.
    latest: Option<(i64, Option<Moment>)>,
}

impl Checks {
    /// The container was started anew.
    pub(super) fn begin_anew(&mut self) {
        (self.timeouts, self.timed_out) = (0, None);
    }

    /// Takes in when Podman says that the latest check ended.
    pub(super) fn note(&mut self, told: Option<i64>, now: Moment) {
        self.latest = match (self.latest, told) {
            (_, None) => None,
            (None, Some(told)) => Some((told, None)),
            (Some((known, seen)), Some(told)) => Some((told, if known == told { seen } else { Some(now) })),
        };
    }

    /// The health of a container whose checks do not end any more.
    pub(super) fn hanging(&self, retries: u32) -> Option<LiveHealth> {
        (self.timeouts >= retries).then(|| LiveHealth {
            status: HealthStatus::Unhealthy,
            failing_streak: self.timeouts,
            last_check_ms: self.timed_out.map(|at| at.wall_ms),
            last_output: "the check did not end within its timeout".to_owned(),
        })
    }

    /// When the latest result came in, where that was seen.
    pub(super) fn seen(&self) -> Option<Moment> {
        self.timed_out.or_else(|| self.latest?.1)
    }
}

impl WorldStore {
    /// A healthcheck did not end within its timeout, at this time, or did (`None`). Answers the failures in a row.
    pub fn put_check_timeout(&self, name: &str, timed_out: Option<Moment>) -> u32 {
        let mut caches = self.lock();
        let checks = &mut caches.containers.entry(name.to_owned()).or_default().checks;
        checks.timeouts = if timed_out.is_some() { checks.timeouts + 1 } else { 0 };
        checks.timed_out = timed_out;
        checks.timeouts
    }
}

#[cfg(test)]
mod tests;
