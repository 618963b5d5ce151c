//! Processes of the fake: what the kernel knows, apart from what Podman says.
//!
//! Owns how processes live and die. A process has a monitor, which tells Podman of the death a little later; when the
//! monitor is gone Podman goes on saying "running". Never restarts anything.

use std::time::Duration;

use podsteward_domain::live::EngineState;

use super::Fake;
use super::world::World;

/// How a container's process behaves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// Ends by itself after this long with this code; `None`: runs for ever.
    pub ends: Option<(Duration, i32)>,
    /// What it does when asked to end.
    pub on_term: OnTerm,
    /// The runtime cannot start it, and says so.
    pub fails_to_start: Option<String>,
    /// Its healthcheck fails.
    pub unhealthy: bool,
}

/// What a process does when asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnTerm {
    /// It ends after this long with code 0.
    Ends(Duration),
    /// It goes on until it is killed.
    Ignores,
}

impl Default for OnTerm {
    fn default() -> Self {
        Self::Ends(Duration::from_millis(10))
    }
}

/// A living process.
#[derive(Debug)]
pub(super) struct Process {
    /// The id of its container.
    pub(super) container: String,
    /// Whether its monitor lives.
    pub(super) monitored: bool,
    /// How it behaves.
    pub(super) script: Script,
}

/// How long the monitor needs to write down how a process ended: until then Podman says "running".
const NOTICED_MS: std::ops::RangeInclusive<u64> = 2..=25;
/// How long after that Podman's clean-up has run, and the container is "exited" instead of "stopped".
const CLEANED_MS: std::ops::RangeInclusive<u64> = 120..=250;

impl World {
    /// The machine boots. Podman finds what ran as "exited"; nobody recorded how it ended.
    pub(super) fn reboot(&mut self) {
        self.processes.clear();
        for one in self.containers.values_mut().filter(|one| one.live.started_ms.is_some()) {
            one.live.state = EngineState::Exited;
            one.live.pid = None;
            (one.orphaned, one.stopping) = (false, false);
        }
        self.events.cut();
    }
}

impl Fake {
    /// Lets a process live by its script.
    pub(super) fn live(&self, pid: u32, script: &Script) {
        if let Some((after, code)) = script.ends {
            self.end_after(pid, after, code);
        }
    }

    /// Ends a process after a while, if it still lives.
    pub(super) fn end_after(&self, pid: u32, after: Duration, code: i32) {
        let fake = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(after).await;
            fake.end(pid, code);
        });
    }

    /// Ends a process now. The kernel knows at once; Podman when the monitor has told it.
    pub(super) fn end(&self, pid: u32, code: i32) {
        let told = self.change(|world| {
            let process = world.processes.remove(&pid)?;
            let waits = (world.random.u64(NOTICED_MS), world.random.u64(CLEANED_MS));
            process.monitored.then_some((process.container, waits))
        });
        let Some((container, (noticed, cleaned))) = told else { return };
        let fake = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(noticed)).await;
            fake.change(|world| world.notice_death(&container, pid, code));
            tokio::time::sleep(Duration::from_millis(cleaned)).await;
            fake.change(|world| world.clean_up(&container));
        });
    }
}
