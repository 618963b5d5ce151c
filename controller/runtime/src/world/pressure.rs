//! What is known of pressure: the memory of single containers, and what the host is short of.
//!
//! Owns the samples, and tells whose look could come to something else because of one. Never reads or judges a number.

use std::collections::BTreeSet;
use std::sync::Arc;

use podsteward_domain::live::LiveContainer;
use podsteward_domain::observation::Observation;
use podsteward_domain::pressure::host::{Psi, Resource, pressed};
use podsteward_domain::pressure::{FRESH, MemoryFacts, MemoryUse};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;

use super::containers::Entry;
use super::{Caches, Watchable, WorldStore};
use crate::context::container_key;

/// The samples of one container name. They are of one start; another one begins anew.
#[derive(Debug, Default)]
pub(super) struct Sampled {
    process: Option<Watchable>,
    facts: MemoryFacts,
    /// A sample of this start was there once: that there is none now is worth telling.
    readable: bool,
}

/// What is known of the host as a whole.
#[derive(Debug, Clone, Default)]
pub struct HostPressure {
    /// How much it stalls.
    pub psi: Observation<Psi>,
    /// What it is short of.
    pub pressed: BTreeSet<Resource>,
    /// The containers that used most memory when that began, with their bytes, the largest first.
    pub users: Vec<(String, u64)>,
    /// It could be read once: that it cannot be now is worth telling.
    readable: bool,
}

/// The samples of a container's memory, as far as they are of the start that is live now.
pub(super) fn facts(entry: &Entry) -> MemoryFacts {
    let live = entry.live.value().and_then(Option::as_ref);
    let same = entry.memory.process.as_ref().zip(live).is_some_and(|(process, live)| is_of(process, live));
    if same { entry.memory.facts } else { MemoryFacts::default() }
}

fn is_of(process: &Watchable, live: &LiveContainer) -> bool {
    process.container == live.id && process.started_ms == live.started_ms && Some(process.pid) == live.pid
}

fn process(name: &str, live: &LiveContainer) -> Option<Watchable> {
    let (container, started_ms) = (live.id.clone(), live.started_ms);
    Some(Watchable { name: name.to_owned(), container, pid: live.pid?, started_ms })
}

impl WorldStore {
    /// The main processes of our running containers; of all of them, or of those only whose memory is limited.
    pub fn processes(&self, limited: bool) -> Vec<Watchable> {
        let running = self.running_containers().into_iter();
        let wanted = running.filter(|(_, live)| !limited || live.config.resources.memory.is_some());
        wanted.filter_map(|(key, live)| process(key.name.as_str(), &live)).collect()
    }

    /// The main process of a container, if it runs and its memory is limited.
    pub fn limited_process(&self, name: &str) -> Option<Watchable> {
        let (live, _) = self.container(name);
        let live: Arc<LiveContainer> = live.filter(|live| live.state.is_up())?;
        live.config.resources.memory?;
        process(name, &live)
    }

    /// Takes in a sample of a container's memory (`None`: it could not be read), and answers whether a look at it could
    /// come to something else now.
    pub fn put_memory_use(&self, process: &Watchable, sample: Option<MemoryUse>, now: Moment) -> bool {
        let mut caches = self.lock();
        let Some(entry) = caches.containers.get_mut(&process.name) else { return false };
        let sampled = &mut entry.memory;
        if sampled.process.as_ref() != Some(process) {
            *sampled = Sampled { process: Some(process.clone()), ..Sampled::default() };
        }
        let before = sampled.facts;
        sampled.readable |= sample.is_some();
        sampled.facts = before.after(sample, now);
        let after = sampled.facts;
        let pressure = container_key(&process.name).and_then(|key| memory_pressure(&caches, &key));
        let became_unknown = before.usage.value().is_some() != after.usage.value().is_some();
        after.pressure(pressure, now) != pressure || pressure.is_some() && became_unknown
    }

    /// Takes in how much the host stalls (`None`: that could not be read), and answers whether a look at it could come to
    /// something else now.
    pub fn put_psi(&self, sample: Option<Psi>, now: Moment) -> bool {
        let mut caches = self.lock();
        let host = &mut caches.pressure;
        let was_known = host.psi.value().is_some();
        host.readable |= sample.is_some();
        host.psi = match (sample, &host.psi) {
            (Some(value), _) => Observation::Known { value, at: now },
            (None, Observation::Unknown { since }) => Observation::Unknown { since: *since },
            (None, _) => Observation::Unknown { since: now },
        };
        let after = pressed(&host.pressed, &host.psi, now);
        let differs = after != host.pressed || was_known != sample.is_some() && host.readable;
        host.pressed = after;
        differs
    }

    /// The containers that use most memory, the largest first.
    pub fn put_memory_users(&self, users: Vec<(String, u64)>) {
        self.lock().pressure.users = users;
    }

    /// What another controller, or this one in another life, found the host to be short of; which resources these are is
    /// not known any more.
    pub fn put_pressed(&self) {
        self.lock().pressure.pressed = Resource::ALL.into();
    }

    /// What is known of the host as a whole.
    pub fn host_pressure(&self) -> HostPressure {
        self.lock().pressure.clone()
    }

    /// What could be read once and has not been for a while, for people.
    pub fn unreadable(&self, now: Moment) -> Vec<String> {
        let limited = self.processes(true);
        let caches = self.lock();
        let lost = |readable: bool, since: Option<Moment>| {
            readable && since.is_some_and(|since| now.since(since) > FRESH)
        };
        let host = lost(caches.pressure.readable, unknown_since(&caches.pressure.psi));
        let host = host.then(|| "how much the host stalls".to_owned());
        let containers = limited.into_iter().filter(|process| {
            let sampled = caches.containers.get(&process.name).map(|entry| &entry.memory);
            let same = sampled.filter(|sampled| sampled.process.as_ref() == Some(process));
            same.is_some_and(|sampled| lost(sampled.readable, unknown_since(&sampled.facts.usage)))
        });
        host.into_iter().chain(containers.map(|process| format!("the memory of {}", process.name))).collect()
    }
}

fn unknown_since<T>(observation: &Observation<T>) -> Option<Moment> {
    match observation {
        Observation::Unknown { since } => Some(*since),
        Observation::NotYet | Observation::Known { .. } => None,
    }
}

fn memory_pressure(caches: &Caches, key: &Key) -> Option<Moment> {
    caches.memories.get(key).and_then(|memory| memory.memory_pressure)
}
