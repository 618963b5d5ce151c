//! The cache of containers: what the list and inspect said last, what the kernel said, how the last end looked.
//!
//! Owns the merge of three witnesses that answer at different times: an answer that was asked for earlier never
//! overwrites one that was asked for later (tickets).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podsteward_domain::engine::EngineInfo;
use podsteward_domain::live::{self, ContainerSummary, LiveContainer};
use podsteward_domain::observation::Observation;
use podsteward_domain::planning::PREVIOUS_INFIX;
use podsteward_domain::time::Moment;
use podsteward_domain::world::{EngineWord, ExitFacts, KernelLiveness};
use podsteward_podman::api::EngineEvent;
use podsteward_specs::key::{Key, Kind, Name};

use super::checks::Checks;
use super::pressure::Sampled;
use super::probes::Results;
use super::{Caches, WorldStore};

/// How far apart an end and an event about it may be: further, they are about two ends, or the clock was set between.
const EVENT_WINDOW_MS: i64 = 10_000;

/// What is known of one container name.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) summary: Option<ContainerSummary>,
    pub(super) live: Observation<Option<Arc<LiveContainer>>>,
    pub(super) kernel: KernelLiveness,
    pub(super) exit: Option<ExitFacts>,
    pub(super) checks: Checks,
    pub(super) memory: Sampled,
    pub(super) probes: Results,
    ticket: u64,
    killed: Option<Told>,
    stopped: Option<Told>,
    stopping: bool,
}

/// What Podman told of a container, and when, in milliseconds since 1970.
#[derive(Debug, Clone)]
struct Told {
    container: String,
    time_ms: i64,
}

/// A right to put in one answer: taken before the question is asked.
#[derive(Debug, Clone, Copy)]
pub struct Inspection(u64);

/// What an answer changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContainerChange {
    /// Objects to look at again.
    pub concerned: BTreeSet<Key>,
    /// The main process to be watched from now on.
    pub watch: Option<Watchable>,
}

/// A main process that should be watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watchable {
    /// The container's name.
    pub name: String,
    /// The container's id.
    pub container: String,
    /// The process.
    pub pid: u32,
    /// The container's start, in milliseconds since 1970.
    pub started_ms: Option<i64>,
}

/// The objects whose labels we find on containers.
pub(super) fn labelled(containers: &BTreeMap<String, Entry>, instance: &str) -> BTreeSet<Key> {
    let summaries = containers.values().filter_map(|entry| entry.summary.as_ref());
    summaries
        .filter_map(|summary| {
            let (owner, object) = live::owner(&summary.labels)?;
            let key: Key = object.parse().ok()?;
            // What waits under another name, was left there or renamed by hand, is looked at under that name.
            let own = key.kind == Kind::Container && key.name.as_str() == summary.name;
            let named = if own { key } else { Key::container(Name::new(summary.name.clone()).ok()?) };
            (owner == instance).then_some(named)
        })
        .collect()
}

impl WorldStore {
    /// The right to put in an answer about a container; take it before asking.
    pub fn inspection(&self) -> Inspection {
        let mut caches = self.lock();
        caches.tickets += 1;
        Inspection(caches.tickets)
    }

    /// Takes in the list, and answers which containers must be inspected: ours or declared, and changed since.
    pub fn put_list(
        &self,
        inspection: Inspection,
        list: Vec<ContainerSummary>,
        now: Moment,
    ) -> BTreeSet<String> {
        let mut caches = self.lock();
        let caches = &mut *caches;
        caches.listed = true;
        let mut gone: BTreeSet<String> = caches.containers.keys().cloned().collect();
        let mut changed = BTreeSet::new();
        for summary in list {
            gone.remove(&summary.name);
            let name = summary.name.clone();
            let wanted = caches.is_wanted(&summary, &self.instance);
            let entry = caches.containers.entry(name.clone()).or_default();
            let differs = entry.summary.as_ref().is_none_or(|before| differs(before, &summary));
            let unread = !matches!(entry.live, Observation::Known { value: Some(_), .. });
            entry.summary = Some(summary);
            if wanted && (differs || unread) {
                changed.insert(name);
            }
        }
        for name in gone {
            let Some(entry) = caches.containers.get_mut(&name) else { continue };
            if entry.ticket > inspection.0 {
                continue;
            }
            let was_there = matches!(entry.live, Observation::Known { value: Some(_), .. });
            entry.summary = None;
            if was_there {
                changed.insert(name);
            } else if !caches.asks_for_container(&name) {
                // A container of somebody else leaves nothing behind.
                caches.containers.remove(&name);
            }
        }
        // One that was there is inspected, which tells everybody whom its going concerns.
        for name in caches.declared_containers().into_iter().filter(|name| !changed.contains(name)) {
            let entry = caches.containers.entry(name).or_default();
            if entry.summary.is_none() && entry.ticket < inspection.0 && !is_known_absent(entry) {
                entry.live = Observation::Known { value: None, at: now };
            }
        }
        changed
    }

    /// Takes in what inspect said of a container, and answers what follows.
    pub fn put_container(
        &self,
        inspection: Inspection,
        name: &str,
        live: Option<LiveContainer>,
        now: Moment,
    ) -> ContainerChange {
        let mut caches = self.lock();
        let entry = caches.containers.entry(name.to_owned()).or_default();
        if entry.ticket > inspection.0 {
            return ContainerChange::default();
        }
        entry.ticket = inspection.0;
        if live.is_none() {
            entry.summary = None;
        }
        let changed = entry.live.value().is_none_or(|before| before.as_deref() != live.as_ref());
        let is_gone = live.is_none();
        let live = live.map(Arc::new);
        entry.note_unwatched_end(live.as_deref(), now);
        entry.checks.note(live.as_ref().and_then(|live| live.health.as_ref()?.last_check_ms), now);
        entry.live = Observation::Known { value: live.clone(), at: now };
        let watch = live.filter(|live| entry.needs_watch(live)).and_then(|live| {
            let (container, started_ms) = (live.id.clone(), live.started_ms);
            Some(Watchable { name: name.to_owned(), container, pid: live.pid?, started_ms })
        });
        let concerned = if changed { caches.concerned_by_container(name) } else { BTreeSet::new() };
        if is_gone && !caches.asks_for_container(name) {
            caches.containers.remove(name);
        }
        ContainerChange { concerned, watch }
    }

    /// The kernel watches this process from now on, or cannot.
    pub fn process_watched(&self, name: &str, pid: u32, watched: bool) {
        let mut caches = self.lock();
        let entry = caches.containers.entry(name.to_owned()).or_default();
        entry.kernel = if watched { KernelLiveness::Alive { pid } } else { KernelLiveness::Unwatched };
        entry.checks.begin_anew();
    }

    /// The kernel says that this process ended. Answers whether it is the container's latest one.
    pub fn process_ended(&self, name: &str, pid: u32, now: Moment) -> bool {
        let mut caches = self.lock();
        let entry = caches.containers.entry(name.to_owned()).or_default();
        let latest = matches!(entry.kernel, KernelLiveness::Alive { pid: watched } if watched == pid);
        if latest {
            entry.kernel = KernelLiveness::Dead { pid, at: now };
            let live = entry.live.value().and_then(Option::clone).filter(|live| live.pid == Some(pid));
            entry.exit = live.map(|live| entry.end(&live, EngineWord::Asked, now));
        }
        latest
    }

    /// What Podman said of a container right after the kernel said that its process ended; `None`: it did not answer.
    pub fn put_end(&self, name: &str, live: Option<&LiveContainer>) {
        let mut caches = self.lock();
        let tells_stops = caches.engine.value().is_some_and(EngineInfo::tells_stops);
        let Some(exit) = caches.containers.get_mut(name).and_then(|entry| entry.exit.as_mut()) else {
            return;
        };
        exit.engine = match live {
            Some(live) if live.id == exit.container && live.started_ms == exit.started_ms => {
                let by_user = tells_stops.then_some(live.stopped_by_user);
                EngineWord::Said { state: live.state, by_user }
            }
            _ => EngineWord::NotAsked,
        };
    }

    /// Podman told of a `kill`, a `stop` or a `cleanup` of a container. Answers which objects are concerned.
    pub fn put_event(&self, name: &str, id: &str, event: &EngineEvent, now: Moment) -> BTreeSet<Key> {
        let mut caches = self.lock();
        let Some(entry) = caches.containers.get_mut(name) else { return BTreeSet::new() };
        let told = Told { container: id.to_owned(), time_ms: event.time_ms };
        match event.action.as_str() {
            "kill" => entry.killed = Some(told),
            "stop" => entry.stopped = Some(told),
            "cleanup" => entry.cleaned_up(&told, now),
            _ => return BTreeSet::new(),
        }
        let Entry { killed, stopped, exit, .. } = entry;
        if let Some(exit) = exit {
            exit.killed |= is_about(killed.as_ref(), exit);
            exit.stopped |= is_about(stopped.as_ref(), exit);
        }
        caches.concerned_by_container(name)
    }

    /// A plan of ours is about to stop a container, or is done with it.
    pub fn stopping(&self, name: &str, stopping: bool) {
        self.lock().containers.entry(name.to_owned()).or_default().stopping = stopping;
    }

    /// What was last known of a container, and what the kernel says of its process.
    pub fn container(&self, name: &str) -> (Option<Arc<LiveContainer>>, KernelLiveness) {
        let caches = self.lock();
        let entry = caches.containers.get(name);
        let live = entry.and_then(|entry| entry.live.value().and_then(Option::clone));
        (live, entry.map_or(KernelLiveness::Unwatched, |entry| entry.kernel))
    }

    /// When a container was last inspected, if it is known at all.
    pub fn inspected(&self, name: &str) -> Option<Moment> {
        match self.lock().containers.get(name)?.live {
            Observation::Known { at, .. } => Some(at),
            Observation::NotYet | Observation::Unknown { .. } => None,
        }
    }

    /// Whether a container is declared, or carries our labels: only such a one is inspected and watched.
    pub fn is_wanted(&self, name: &str) -> bool {
        let caches = self.lock();
        let summary = caches.containers.get(name).and_then(|entry| entry.summary.as_ref());
        summary.map_or_else(
            || caches.declares_container(name),
            |summary| caches.is_wanted(summary, &self.instance),
        )
    }

    /// Our running containers, for those who look after each of them.
    pub fn running_containers(&self) -> Vec<(Key, Arc<LiveContainer>)> {
        let caches = self.lock();
        let live = caches.containers.iter().filter_map(|(name, entry)| {
            let live = entry.live.value()?.clone()?;
            let key = Key::container(Name::new(name.clone()).ok()?);
            let dead = matches!(entry.kernel, KernelLiveness::Dead { pid, .. } if live.pid == Some(pid));
            (live.state.is_up() && !dead && caches.is_owned(&key, &live, &self.instance))
                .then_some((key, live))
        });
        live.collect()
    }
}

impl Caches {
    /// Whether somebody needs to know that there is no container of this name: a manifest, a plan, a question, or what is
    /// remembered.
    fn asks_for_container(&self, name: &str) -> bool {
        let known = |key| {
            let asked = self.judging.asked().any(|asked| asked == key);
            self.intents.contains_key(&key) || self.memories.contains_key(&key) || asked
        };
        // One that a problem keeps out is known to be absent all the same.
        let kept_out =
            |key: &Key| self.manifests.as_ref().is_some_and(|view| view.problems_of.contains_key(key));
        let key = Name::new(name).map(Key::container);
        key.is_ok_and(|key| kept_out(&key) || known(key)) || self.declares_container(name)
    }

    fn is_wanted(&self, summary: &ContainerSummary, instance: &str) -> bool {
        let ours = live::owner(&summary.labels).is_some_and(|(owner, _)| owner == instance);
        ours || self.declares_container(&summary.name)
    }

    fn is_owned(&self, key: &Key, live: &LiveContainer, instance: &str) -> bool {
        let labelled = live::owner(&live.labels) == Some((instance, key.to_string().as_str()));
        let adopted = self.memories.get(key).and_then(|memory| memory.applied.as_ref());
        labelled || adopted.is_some_and(|applied| applied.adopted)
    }

    /// The container's object and who needs it; for one that waits under another name, the object it belongs to, and
    /// itself, should it have been left there.
    fn concerned_by_container(&self, name: &str) -> BTreeSet<Key> {
        let base = name.split(PREVIOUS_INFIX).next().unwrap_or(name);
        let key = Name::new(base).map(Key::container);
        let mut keys = key.map(|key| self.index.concerned(&key)).unwrap_or_default();
        keys.extend(Name::new(name).ok().filter(|_| base != name).map(Key::container));
        keys
    }
}

impl Entry {
    /// Whether the kernel should watch the process of `live`, and does not yet.
    fn needs_watch(&self, live: &LiveContainer) -> bool {
        let pid = live.pid.filter(|_| live.state.is_up());
        match (pid, self.kernel) {
            (None, _) => false,
            (Some(pid), KernelLiveness::Alive { pid: known } | KernelLiveness::Dead { pid: known, .. }) => {
                pid != known
            }
            (Some(_), KernelLiveness::Unwatched) => true,
        }
    }

    /// Where no kernel watches, an end is first seen in what Podman says.
    fn note_unwatched_end(&mut self, live: Option<&LiveContainer>, now: Moment) {
        let Some(live) = live.filter(|live| !live.state.is_up()) else { return };
        let was_up = self.live.value().and_then(Option::as_deref).is_some_and(|before| {
            before.state.is_up() && before.id == live.id && before.started_ms == live.started_ms
        });
        if was_up && self.kernel == KernelLiveness::Unwatched {
            self.exit = Some(self.end(live, EngineWord::NotAsked, now));
        }
    }

    /// A cleanup belongs to the end before it.
    fn cleaned_up(&mut self, told: &Told, now: Moment) {
        let is_after =
            |exit: &&mut ExitFacts| told.container == exit.container && told.time_ms >= exit.at.wall_ms;
        if let Some(exit) = self.exit.as_mut().filter(is_after) {
            let (times, first) = exit.cleanups.unwrap_or((0, now));
            exit.cleanups = Some((times + 1, first));
        }
    }

    fn end(&self, live: &LiveContainer, engine: EngineWord, at: Moment) -> ExitFacts {
        let mut exit = ExitFacts {
            container: live.id.clone(),
            started_ms: live.started_ms,
            at,
            engine,
            killed: false,
            stopped: false,
            cleanups: None,
            ours: self.stopping,
        };
        exit.killed = is_about(self.killed.as_ref(), &exit);
        exit.stopped = is_about(self.stopped.as_ref(), &exit);
        exit
    }
}

/// Whether an event is about an end: of the same container, since the start that ended, and beside the end. A stop of
/// the container that stood under the same name before says nothing.
fn is_about(told: Option<&Told>, exit: &ExitFacts) -> bool {
    told.is_some_and(|told| {
        told.container == exit.container
            && exit.started_ms.is_none_or(|started_ms| told.time_ms >= started_ms)
            && (exit.at.wall_ms - told.time_ms).abs() <= EVENT_WINDOW_MS
    })
}

fn is_known_absent(entry: &Entry) -> bool {
    matches!(entry.live, Observation::Known { value: None, .. })
}

/// Whether the list tells of a change since. Its word on health counts only where it has one.
fn differs(before: &ContainerSummary, now: &ContainerSummary) -> bool {
    let health_changed = now.health.is_some() && before.health != now.health;
    let known = |summary: &ContainerSummary| ContainerSummary { health: None, ..summary.clone() };
    health_changed || known(before) != known(now)
}
