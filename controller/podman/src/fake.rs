//! An in-memory Podman for simulations and tests.
//!
//! Owns a world of containers, processes, networks, volumes and images that behaves as real Podman was measured to:
//! states, conflicts, events that come late, a monitor that can die. Passes the same contract suite. Time is tokio's alone, so that
//! a paused clock works; randomness comes from a seed. Never decides anything. Used by the runtime's simulation.

mod calls;
mod containers;
mod engine;
mod events;
mod faults;
mod hand;
mod images;
mod inside;
mod process;
mod render;
mod storage;
mod things;
mod world;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

pub use calls::Verb;
pub use faults::{Fault, Faults};
pub use hand::Hand;
pub use inside::FakeCommand;
pub use process::{OnTerm, Script};
pub use world::{FakeImage, Options, Release};

use world::World;

/// A fake Podman. Clones share one world.
#[derive(Debug, Clone)]
pub struct Fake {
    shared: Arc<Shared>,
}

/// What the clones share.
#[derive(Debug)]
struct Shared {
    world: Mutex<World>,
    /// Whoever waits for a change of the world waits here. Waiters are woken in the order in which they came, so
    /// that a run can be repeated exactly.
    changes: Notify,
}

impl Fake {
    /// A fresh world with one image, [`FakeImage::BASE`], and Podman's default network.
    pub fn new(options: Options) -> Self {
        Self { shared: Arc::new(Shared { world: Mutex::new(World::new(options)), changes: Notify::new() }) }
    }

    /// What a person does with `podman` and `kill` behind the controller's back. Not counted, never faulty.
    pub fn hand(&self) -> Hand<'_> {
        Hand::new(self)
    }

    /// What goes wrong from now on.
    pub fn faults(&self) -> Faults<'_> {
        Faults::new(self)
    }

    /// How often each verb was called through [`crate::Engine`].
    pub fn calls(&self) -> BTreeMap<Verb, u64> {
        self.world().calls.clone()
    }

    /// How many calls changed something or tried to.
    pub fn writes(&self) -> u64 {
        self.calls().iter().filter(|(verb, _)| verb.is_write()).map(|(_, count)| count).sum()
    }

    /// How many calls only looked.
    pub fn reads(&self) -> u64 {
        self.calls().iter().filter(|(verb, _)| !verb.is_write()).map(|(_, count)| count).sum()
    }

    /// Begins counting anew.
    pub fn forget_calls(&self) {
        self.world().calls.clear();
    }

    /// The signals that were sent to containers, in order: name and number.
    pub fn signals(&self) -> Vec<(String, u8)> {
        self.world().signals.clone()
    }

    /// Whether a process lives, by the kernel's word.
    pub fn is_alive(&self, pid: u32) -> bool {
        self.world().processes.contains_key(&pid)
    }

    /// Completes when the process is dead, by the kernel's word: the stand-in for a pidfd. At once when there is none.
    pub fn process(&self, pid: u32) -> impl Future<Output = ()> + Send + 'static {
        let fake = self.clone();
        async move { fake.until(|world| (!world.processes.contains_key(&pid)).then_some(())).await }
    }

    /// The world, locked. A panic while it was locked happened in a test that fails anyway.
    fn world(&self) -> MutexGuard<'_, World> {
        self.shared.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the world and wakes whoever waits for a change.
    fn change<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        let value = work(&mut self.world());
        self.shared.changes.notify_waiters();
        value
    }

    /// Waits until a look at the world answers.
    async fn until<T>(&self, look: impl Fn(&mut World) -> Option<T> + Send) -> T {
        loop {
            // It waits from here on, so that no change between the look and the wait is missed.
            let changed = self.shared.changes.notified();
            if let Some(value) = look(&mut self.world()) {
                return value;
            }
            changed.await;
        }
    }
}
