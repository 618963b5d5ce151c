//! What is known of the probes of containers.
//!
//! Owns the folded results, per container name and for one start of it, and tells whose look could come to something else
//! because of a new one. Never runs a probe: the source of probes does.

use std::sync::Arc;

use podsteward_domain::live::LiveContainer;
use podsteward_domain::probe::ready::{Readiness, readiness};
use podsteward_domain::probe::route::ProbeTarget;
use podsteward_domain::probe::{ProbeFacts, ProbeKind, ProbeResult, ProbeWord};
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
    let start = entry.live.value().and_then(Option::as_deref).and_then(LiveContainer::start);
    if start.is_some() && entry.probes.start == start {
        return entry.probes.facts.clone();
    }
    let memory = caches.memories.get(key);
    ProbeFacts::begin(start.is_some() && memory.is_some_and(|memory| memory.started_up == start))
}

impl WorldStore {
    /// The running containers of ours whose probes are run.
    pub fn probed(&self) -> Vec<Probed> {
        let running = self.running_containers();
        let caches = self.lock();
        let probed = running.into_iter().filter_map(|(key, live)| {
            let document = Arc::clone(caches.manifests.as_ref()?.documents.get(&key)?);
            let probes = declared(&document).filter(|_| live.state.answers())?;
            let facts = facts(&caches, &key, caches.containers.get(key.name.as_str())?);
            let kinds = ProbeKind::ALL.into_iter();
            let kinds = kinds.filter(|kind| kind.of(probes).is_some() && facts.runs(*kind, probes)).collect();
            Some(Probed { start: live.start()?, started_ms: live.started_ms?, key, document, kinds })
        });
        probed.collect()
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

    /// Takes in a result of a probe, of one start of a container. `None`: that start is over, or the probe is not declared any
    /// more.
    pub fn put_probe_result(
        &self,
        probed: &Probed,
        kind: ProbeKind,
        result: &ProbeResult,
        now: Moment,
    ) -> Option<ProbeChange> {
        let mut caches = self.lock();
        let document = Arc::clone(caches.manifests.as_ref()?.documents.get(&probed.key)?);
        let probes = declared(&document)?;
        let probe = kind.of(probes)?;
        let entry = caches.containers.get(probed.key.name.as_str())?;
        let live = entry.live.value()?.as_deref()?;
        if live.start().as_deref() != Some(probed.start.as_str()) {
            return None;
        }
        let before = facts(&caches, &probed.key, entry);
        let after = before.after(kind, result, probe, now);
        let stale = is_stale(probes, &after, now);
        let results = &mut caches.containers.get_mut(probed.key.name.as_str())?.probes;
        let change = ProbeChange {
            before: before.of(kind).word,
            after: after.of(kind).word,
            looks: after.differ(&before) || stale != results.stale,
        };
        *results = Results { start: Some(probed.start.clone()), facts: after, stale };
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
