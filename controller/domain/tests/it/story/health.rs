//! How the container of a story feels.
//!
//! Owns when its healthcheck changes its word. The word is always a fresh one: checks go on all the time.

use podsteward_domain::live::HealthStatus;

use super::Story;
use crate::fixture::live;

impl Story {
    /// The healthcheck says something else from now on.
    pub(super) fn turn_to(&mut self, status: HealthStatus) {
        self.turn = None;
        let name = self.name();
        if let Some(container) = self.host.containers.get_mut(&name) {
            let failing_streak = if status == HealthStatus::Unhealthy { 3 } else { 0 };
            // It was well before it turned.
            self.world.memory.healthy_once = Some(container.id.clone());
            container.health =
                Some(podsteward_domain::live::LiveHealth { failing_streak, ..live::health(status) });
        }
    }

    /// The last check was just now.
    pub(super) fn check_health(&mut self) {
        let (now, name) = (self.world.now, self.name());
        if let Some(health) = self.host.containers.get_mut(&name).and_then(|live| live.health.as_mut()) {
            health.last_check_ms = Some(now.wall_ms);
        }
    }
}
