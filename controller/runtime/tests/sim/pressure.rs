//! The kernel's accounts of one run: what is short, as a test says it.
//!
//! Owns what is used. A container that fills up does so in one start, unless it is said to do so in each.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use podsteward_domain::pressure::MemoryUse;
use podsteward_domain::pressure::host::Psi;
use podsteward_runtime::parts::Pressure;
use podsteward_runtime::world::Watchable;

/// The limit of every container that has one.
pub(crate) const LIMIT: u64 = 100 << 20;
/// What a container uses that does not fill up.
const CALM: u64 = 10 << 20;

/// The accounts.
#[derive(Debug, Default)]
pub(crate) struct Pressures {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    psi: Option<Psi>,
    full: BTreeMap<String, Full>,
    unreadable: bool,
    samples: u64,
}

#[derive(Debug)]
struct Full {
    percent: u64,
    /// The process that fills up; another one is calm. None: whichever is asked about first.
    process: Option<u32>,
    always: bool,
}

impl Pressures {
    /// A container uses so much of its limit from now on; `always`: also after it is started again.
    pub(crate) fn fill(&self, name: &str, percent: u64, always: bool) {
        self.lock().full.insert(name.to_owned(), Full { percent, process: None, always });
    }

    /// How much the host stalls from now on; `None`: the kernel does not tell.
    pub(crate) fn stall(&self, psi: Option<Psi>) {
        self.lock().psi = psi;
    }

    /// No container's memory can be read from now on, or can again.
    pub(crate) fn unreadable(&self, unreadable: bool) {
        self.lock().unreadable = unreadable;
    }

    /// How often a container's memory was read.
    pub(crate) fn samples(&self) -> u64 {
        self.lock().samples
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pressure for Pressures {
    fn psi(&self) -> Result<Psi, String> {
        self.lock().psi.ok_or_else(|| "this kernel does not tell how much the host stalls".to_owned())
    }

    fn memory(&self, process: &Watchable) -> Result<MemoryUse, String> {
        let mut state = self.lock();
        state.samples += 1;
        if state.unreadable {
            return Err("it cannot be read".to_owned());
        }
        let full = state.full.get_mut(&process.name).and_then(|full| {
            let same = *full.process.get_or_insert(process.pid) == process.pid;
            (same || full.always).then_some(full.percent * LIMIT / 100)
        });
        Ok(MemoryUse { used: full.unwrap_or(CALM), limit: Some(LIMIT) })
    }
}
