//! What is known of the probes of containers.
//!
//! Owns the folded results, per container name and for one start of it, and tells whose look could come to something else
//! because of a new one. Never runs a probe: the source of probes does.

use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::live::LiveContainer;
use podsteward_domain::probe::declared::Documents;
use podsteward_domain::probe::ready::{Readiness, readiness};
use podsteward_domain::probe::route::ProbeTarget;
use podsteward_domain::probe::{
    ProbeFacts, ProbeKind, ProbeResult, ProbeState, ProbeWord, time_to_start, time_to_word,
};
use podsteward_domain::time::Moment;
use podsteward_specs::container::Probes;
use podsteward_specs::document::Document;
use podsteward_specs::key::Key;

use super::containers::Entry;
use super::{Caches, WorldStore};

/// The results of one container name. They are of one start; another one begins anew.
#[derive(Debug, Default)]
pub(super) struct Results {
    start: Option<String>,
    /// By which probes; `None`: somebody else said so.
    probes: Option<Probes>,
    /// When this start was first met.
    met: Option<Moment>,
    facts: ProbeFacts,
    /// An answer was missing for so long that what it said before does not count any more.
    stale: bool,
}

/// A start of a container whose probes are run.
#[derive(Debug, Clone)]
pub struct Probed {
    /// Which container.
    pub key: Key,
    /// Which start of it.
    pub start: String,
    /// When that was, in milliseconds since 1970.
    pub started_ms: i64,
    /// What declares the probes.
    pub document: Arc<Document>,
    /// Which of them are run now.
    pub kinds: Vec<ProbeKind>,
}

impl Probed {
    /// Whether a target is this very start.
    pub fn is_of(&self, target: &ProbeTarget) -> bool {
        self.started_ms == target.started_ms.unwrap_or_default() && self.start.starts_with(&target.container)
    }
}

/// What a result changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProbeChange {
    /// What the results came to before.
    pub before: ProbeWord,
    /// What they come to.
    pub after: ProbeWord,
    /// A look at the container could come to something else now.
    pub looks: bool,
}

/// The results that are of the start that is live now.
pub(super) fn facts(caches: &Caches, key: &Key, entry: &Entry) -> ProbeFacts {
    let live = entry.live.value().and_then(Option::as_deref);
    let start = live.and_then(LiveContainer::start);
    if start.is_some() && entry.probes.start == start {
        let document = live.and_then(|live| in_force(caches, key, live));
        let probes = document.as_ref().and_then(|document| declared(document));
        let Results { facts, probes: before, .. } = &entry.probes;
        return match (before, probes) {
            (Some(before), Some(probes)) if before != probes => facts.carried(before, probes),
            _ => facts.clone(),
        };
    }
    let memory = caches.memories.get(key);
    ProbeFacts::begin(start.is_some() && memory.is_some_and(|memory| memory.started_up == start))
}

/// Whether those that wait for a container that runs may go on, by its probes.
pub(super) fn is_ready(
    caches: &Caches,
    key: &Key,
    (entry, live): (&Entry, &LiveContainer),
    now: Moment,
) -> bool {
    let document = in_force(caches, key, live);
    let probes = document.as_ref().and_then(|document| declared(document));
    probes.is_none_or(|probes| readiness(probes, &facts(caches, key, entry), now).lets_pass())
}

/// The document by which a container that runs is probed, of those that are declared.
fn in_force(caches: &Caches, key: &Key, live: &LiveContainer) -> Option<Arc<Document>> {
    let declared = caches.manifests.as_ref()?.documents.get(key)?;
    let (applied, previous) = (caches.applied.last(key), caches.applied.previous(key));
    let documents =
        Documents { declared: Some(declared), applied: applied.as_ref(), previous: previous.as_ref() };
    match caches.memories.get(key) {
        Some(memory) => documents.of_live(memory, caches.intents.get(key), live).cloned(),
        None => Some(Arc::clone(declared)),
    }
}

/// Takes note of what a start is probed by from now on. One that was up for longer than its startup probe gives it before
/// that probe was ever asked has started up: what holds while a container starts need not hold weeks later.
fn meet(
    caches: &mut Caches,
    (key, live): (&Key, &LiveContainer),
    probes: &Probes,
    now: Moment,
) -> Option<ProbeFacts> {
    let (start, started_ms) = (live.start()?, live.started_ms?);
    let entry = caches.containers.get(key.name.as_str())?;
    let mut facts = facts(caches, key, entry);
    let same = entry.probes.start.as_ref() == Some(&start);
    if same && entry.probes.probes.as_ref() == Some(probes) {
        return Some(facts);
    }
    let up = Duration::from_millis(u64::try_from(now.wall_ms.saturating_sub(started_ms)).unwrap_or(0));
    let memory = caches.memories.get(key);
    let was_asked = memory.is_some_and(|memory| memory.starting_up.as_ref() == Some(&start));
    let is_asked = was_asked || facts.startup.at.is_some();
    if probes.startup.is_some() && !facts.startup.was_well && !is_asked && up > time_to_start(probes) {
        facts.startup = ProbeState::well();
    }
    let results = &mut caches.containers.get_mut(key.name.as_str())?.probes;
    let met = results.met.filter(|_| same).or(Some(now));
    let stale = same && results.stale;
    *results = Results { start: Some(start), probes: Some(probes.clone()), met, facts: facts.clone(), stale };
    Some(facts)
}

impl WorldStore {
    /// The running containers of ours whose probes are run.
    pub fn probed(&self, now: Moment) -> Vec<Probed> {
        let running = self.running_containers();
        let mut caches = self.lock();
        let probed = running.into_iter().filter_map(|(key, live)| {
            let document = in_force(&caches, &key, &live)?;
            let probes = declared(&document).filter(|_| live.state.answers())?;
            let facts = meet(&mut caches, (&key, &live), probes, now)?;
            let kinds = ProbeKind::ALL.into_iter();
            let kinds = kinds.filter(|kind| kind.of(probes).is_some() && facts.runs(*kind, probes)).collect();
            Some(Probed { start: live.start()?, started_ms: live.started_ms?, key, document, kinds })
        });
        probed.collect()
    }

    /// Whether it will be known by itself before long whether a container that runs is ready.
    pub fn awaits_probes(&self, now: Moment) -> bool {
        let running = self.running_containers();
        let caches = self.lock();
        let awaited = |(key, live): &(Key, Arc<LiveContainer>)| {
            let document = in_force(&caches, key, live)?;
            let probes = declared(&document).filter(|_| live.state.answers())?;
            let entry = caches.containers.get(key.name.as_str())?;
            let facts = facts(&caches, key, entry);
            let starting = matches!(readiness(probes, &facts, now), Readiness::Starting(_));
            let met = entry.probes.met.filter(|_| entry.probes.start == live.start());
            (starting && met.is_none_or(|met| now.since(met) <= time_to_word(probes))).then_some(())
        };
        running.iter().any(|running| awaited(running).is_some())
    }

    /// What the probes of a container came to, and in which start of it.
    pub fn probe_facts(&self, key: &Key) -> Option<(String, ProbeFacts)> {
        let caches = self.lock();
        let results = &caches.containers.get(key.name.as_str())?.probes;
        Some((results.start.clone()?, results.facts.clone()))
    }

    /// Takes in what they came to for somebody else who runs them.
    pub fn put_probe_facts(&self, key: &Key, start: String, facts: ProbeFacts) {
        if let Some(entry) = self.lock().containers.get_mut(key.name.as_str()) {
            entry.probes = Results { start: Some(start), facts, ..Results::default() };
        }
    }

    /// How a container that runs is probed, by its name.
    pub fn probe_target(&self, name: &str) -> Option<ProbeTarget> {
        let (live, _) = self.container(name);
        let live = live.filter(|live| live.state.answers())?;
        let caches = self.lock();
        let rootless =
            caches.engine.value().or(caches.engine_told.as_ref()).is_some_and(|info| info.rootless);
        let networks = caches.networks.value();
        let driver = |name: &str| Some(networks?.get(name)?.driver.as_str());
        Some(ProbeTarget::of(&live, rootless, driver))
    }

    /// Takes in a result of a probe, of one start of a container. `None`: that start is over, or the probe is not in force any
    /// more.
    pub fn put_probe_result(
        &self,
        probed: &Probed,
        kind: ProbeKind,
        result: &ProbeResult,
        now: Moment,
    ) -> Option<ProbeChange> {
        let mut caches = self.lock();
        let entry = caches.containers.get(probed.key.name.as_str())?;
        let live = entry.live.value()?.as_deref()?;
        if live.start().as_deref() != Some(probed.start.as_str()) {
            return None;
        }
        let document = in_force(&caches, &probed.key, live)?;
        let declared_now = declared(&document)?;
        let was_run = declared(&probed.document).and_then(|probes| kind.of(probes));
        let probe = kind.of(declared_now).filter(|probe| was_run == Some(*probe))?;
        let before = facts(&caches, &probed.key, entry);
        let after = before.after(kind, result, probe, now);
        let stale = is_stale(declared_now, &after, now);
        let results = &mut caches.containers.get_mut(probed.key.name.as_str())?.probes;
        let change = ProbeChange {
            before: before.of(kind).word,
            after: after.of(kind).word,
            looks: after.differ(&before) || stale != results.stale,
        };
        let (start, met) = (Some(probed.start.clone()), results.met);
        *results = Results { start, probes: Some(declared_now.clone()), met, facts: after, stale };
        Some(change)
    }
}

fn declared(document: &Document) -> Option<&Probes> {
    document.container().map(|spec| &spec.probes).filter(|probes| !probes.is_empty())
}

fn is_stale(probes: &Probes, facts: &ProbeFacts, now: Moment) -> bool {
    let unknown = matches!(readiness(probes, facts, now), Readiness::Unknown(_));
    unknown || probes.liveness.as_ref().is_some_and(|probe| facts.liveness.is_stale(probe, now))
}
