//! Where "now" comes from.
//!
//! Owns the one clock of the controller and the one that tests hold still. Never sleeps: waiting is always
//! `tokio::time`, which the simulated clock follows, so that both agree under virtual time.
//! Asked by the world store, the worker and the sources whenever a [`Moment`] is needed.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use podsteward_domain::time::{BootId, Moment};
use podsteward_host::clock::HostClock;
use tokio::time::Instant;

#[cfg(test)]
mod tests;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Moment;
}

/// The clock of this host: what the controller runs by.
impl Clock for HostClock {
    fn now(&self) -> Moment {
        Self::now(self)
    }
}

/// A clock that follows tokio's: it stands still where that is paused, and jumps where a test says so.
#[derive(Debug)]
pub struct SimClock {
    state: Mutex<SimState>,
}

#[derive(Debug)]
struct SimState {
    /// Where tokio's clock stood when `wall_ms` and `boot_ms` held.
    origin: Instant,
    wall_ms: i64,
    boot_ms: u64,
    boot_id: BootId,
}

impl SimClock {
    /// A clock that shows `start` now.
    pub fn new(start: Moment) -> Self {
        let Moment { wall_ms, boot_ms, boot_id } = start;
        Self { state: Mutex::new(SimState { origin: Instant::now(), wall_ms, boot_ms, boot_id }) }
    }

    /// Sets the wall clock forward or back. The time since the boot does not notice.
    pub fn jump_wall(&self, by_ms: i64) {
        let mut state = self.lock();
        state.wall_ms = state.wall_ms.saturating_add(by_ms);
    }

    /// The machine sleeps: both times go on, and whatever waits does not notice.
    pub fn suspend(&self, length: Duration) {
        let millis = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
        let mut state = self.lock();
        state.wall_ms = state.wall_ms.saturating_add_unsigned(millis);
        state.boot_ms = state.boot_ms.saturating_add(millis);
    }

    /// The machine boots: the time since the boot begins at zero, and the wall clock goes on.
    pub fn reboot(&self, boot_id: BootId) {
        let mut state = self.lock();
        let Moment { wall_ms, .. } = state.moment();
        *state = SimState { origin: Instant::now(), wall_ms, boot_ms: 0, boot_id };
    }

    fn lock(&self) -> MutexGuard<'_, SimState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SimState {
    fn moment(&self) -> Moment {
        let start = Moment { wall_ms: self.wall_ms, boot_ms: self.boot_ms, boot_id: self.boot_id };
        start.after(self.origin.elapsed())
    }
}

impl Clock for SimClock {
    fn now(&self) -> Moment {
        self.lock().moment()
    }
}
