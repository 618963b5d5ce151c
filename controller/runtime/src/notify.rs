//! What the service manager is told: ready, stopping, alive, and a line of status.
//!
//! Owns the talk to systemd's notification socket. Never decides whether the controller is well: a heartbeat tells.
//! Called by the runtime; without a service manager everything here does nothing.

use std::fmt;
use std::time::Duration;

use sd_notify::NotifyState;

/// The service manager that started this process, if one did.
pub struct Supervisor {
    tell: Tell,
    watchdog: Option<Duration>,
}

/// How it is told.
type Tell = Box<dyn Fn(&[NotifyState<'_>]) + Send + Sync>;

impl Supervisor {
    /// The one that the environment names (`NOTIFY_SOCKET`, `WATCHDOG_USEC`).
    pub fn from_env() -> Self {
        // A service manager that does not listen is no reason to fail: the service itself works.
        let tell = |states: &[NotifyState<'_>]| drop(sd_notify::notify(states));
        Self { tell: Box::new(tell), watchdog: sd_notify::watchdog_enabled() }
    }

    /// Everything is up.
    pub fn ready(&self, status: &str) {
        (self.tell)(&[NotifyState::Ready, NotifyState::Status(status)]);
    }

    /// The line that `systemctl status` shows.
    pub fn status(&self, status: &str) {
        (self.tell)(&[NotifyState::Status(status)]);
    }

    /// The end has begun.
    pub fn stopping(&self, status: &str) {
        (self.tell)(&[NotifyState::Stopping, NotifyState::Status(status)]);
    }

    /// Tells the watchdog that the process is alive, twice in its period, as long as `moves` says that the main loop
    /// moves. A main loop that hangs is so ended and started again by the service manager. Never returns; drop it.
    pub async fn feed_watchdog(&self, moves: impl Fn() -> bool) {
        let Some(period) = self.watchdog else { return std::future::pending().await };
        let mut beats = tokio::time::interval(period / 2);
        beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            beats.tick().await;
            if moves() {
                (self.tell)(&[NotifyState::Watchdog]);
            }
        }
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervisor").field("watchdog", &self.watchdog).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
