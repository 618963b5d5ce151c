//! The world store: everything known, and from it the World of one object.
//!
//! Owns the caches. "Not read yet" is a state of each of them. Never talks to anybody: sources put in what they
//! read and are told which objects to look at again; workers take out one object's World.

mod alerts;
mod applied;
mod backups;
mod channels;
mod checks;
mod containers;
mod data;
mod declared;
mod disks;
mod index;
mod judging;
mod named;
mod playbooks;
mod pressure;
mod probes;
mod slice;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use podsteward_domain::channel::ChannelFacts;
use podsteward_domain::engine::EngineInfo;
use podsteward_domain::intent::Intent;
use podsteward_domain::live::{self, LiveImage, LiveNetwork, LiveVolume};
use podsteward_domain::memory::Memory;
use podsteward_domain::observation::Observation;
use podsteward_domain::snapshot::Snapshot;
use podsteward_domain::snapshot::facts::Lies;
use podsteward_domain::status::ObjectStatus;
use podsteward_domain::switch::Switch;
use podsteward_domain::time::Moment;
use podsteward_domain::track::Basis;
use podsteward_domain::world::World;
use podsteward_specs::key::{CANARY, Key, Kind, Name};

use crate::source::manifests::view::ManifestView;

pub use alerts::OpenAlerts;
pub use containers::{ContainerChange, Inspection, Watchable};
pub use judging::Remembered;
pub use probes::{ProbeChange, Probed};

/// The world store. Shared by all sources and workers; every access is short.
#[derive(Debug)]
pub struct WorldStore {
    instance: Arc<str>,
    caches: Mutex<Caches>,
}

/// Everything known.
#[derive(Debug, Default)]
struct Caches {
    alerts: alerts::Alerts,
    manifests: Option<ManifestView>,
    index: index::Index,
    engine: Observation<EngineInfo>,
    /// What the engine last told of itself in full.
    engine_told: Option<EngineInfo>,
    listed: bool,
    containers: BTreeMap<String, containers::Entry>,
    networks: Observation<BTreeMap<String, Arc<LiveNetwork>>>,
    volumes: Observation<BTreeMap<String, Arc<LiveVolume>>>,
    images: BTreeMap<String, Observation<Option<LiveImage>>>,
    config_files: BTreeMap<String, Observation<String>>,
    backups: backups::Backups,
    playbooks: playbooks::Playbooks,
    disks: disks::Disks,
    memories: BTreeMap<Key, Memory>,
    applied: applied::AppliedDocuments,
    intents: BTreeMap<Key, Intent>,
    /// What the plans in progress took.
    snapshots: BTreeMap<Key, Vec<Snapshot>>,
    /// What a person wants put back.
    restores: BTreeMap<Key, Snapshot>,
    /// What lies at the paths that containers bind.
    binds: BTreeMap<String, Lies>,
    switch: Switch,
    remediation_off: Option<String>,
    statuses: BTreeMap<Key, ObjectStatus>,
    judging: judging::Judging,
    canary: declared::Canary,
    pressure: pressure::HostPressure,
    channels: BTreeMap<Key, ChannelFacts>,
    tickets: u64,
}

impl WorldStore {
    /// A world of which nothing is known but what the store remembers.
    pub fn new(instance: &str) -> Self {
        Self { instance: instance.into(), caches: Mutex::default() }
    }

    /// Which instance of podsteward this is.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// The World of one object.
    pub fn world(&self, key: &Key, now: Moment) -> World {
        slice::world(&self.lock(), &self.instance, key, now)
    }

    /// Every object that anything is known of: declared, vanishing, remembered, or carrying our labels.
    pub fn keys(&self) -> BTreeSet<Key> {
        let caches = self.lock();
        let mut keys: BTreeSet<Key> = caches.memories.keys().chain(caches.intents.keys()).cloned().collect();
        if let Some(manifests) = &caches.manifests {
            keys.extend(manifests.documents.keys().chain(manifests.vanished.keys()).cloned());
            keys.extend(manifests.problems_of.keys().cloned());
        }
        keys.extend(containers::labelled(&caches.containers, &self.instance));
        let networks = caches.networks.value().into_iter().flatten();
        let networks = networks.map(|(name, network)| (Kind::Network, name, &network.labels));
        let volumes = caches.volumes.value().into_iter().flatten();
        let volumes = volumes.map(|(name, volume)| (Kind::Volume, name, &volume.labels));
        let ours = networks.chain(volumes).filter(|(.., labels)| is_ours(labels, &self.instance));
        keys.extend(
            ours.filter_map(|(kind, name, _)| Some(Key { kind, name: Name::new(name.clone()).ok()? })),
        );
        // What is shown and gone must be looked at to be forgotten.
        keys.extend(caches.statuses.keys().cloned());
        keys.extend(caches.judging.asked());
        keys.extend(caches.restores.keys().cloned());
        keys.extend(caches.playbooks.asked.keys().cloned());
        keys.extend(caches.declares_container(CANARY).then(Key::canary));
        keys
    }

    /// Takes in what the manifests say now, and answers which objects are concerned.
    pub fn put_manifests(&self, view: ManifestView) -> BTreeSet<Key> {
        let mut caches = self.lock();
        let mut changed = index::changed(caches.manifests.as_ref(), &view);
        let Caches { disks, backups, manifests, .. } = &mut *caches;
        disks::forget_edited(disks, manifests.as_ref(), &view);
        backups::take_manifests(backups, &view);
        caches.index = index::Index::of(&view);
        let before = caches.judging.policy();
        caches.judging.take_settings(&view);
        changed.extend(caches.alerts.take_manifests(&view));
        caches.manifests = Some(view);
        // Another policy may judge everything differently.
        if before == caches.judging.policy() {
            return changed;
        }
        drop(caches);
        self.keys()
    }

    /// The open intent of an object.
    pub fn intent(&self, key: &Key) -> Option<Intent> {
        self.lock().intents.get(key).cloned()
    }

    /// What the manifests said last.
    pub fn manifests(&self) -> Option<ManifestView> {
        self.lock().manifests.clone()
    }

    /// The engine answers with all that it tells of itself.
    pub fn engine_up(&self, info: EngineInfo, now: Moment) {
        let mut caches = self.lock();
        caches.engine_told = Some(info.clone());
        caches.engine = Observation::Known { value: info, at: now };
    }

    /// The engine answers with its version. What the same version told of itself before still holds; else the rest is
    /// assumed until it is told.
    pub fn engine_answers(&self, version: String, now: Moment) {
        let mut caches = self.lock();
        let told = caches.engine_told.take().filter(|told| told.version == version);
        caches.engine_told.clone_from(&told);
        let info = told.unwrap_or_else(|| EngineInfo::of_version(version));
        caches.engine = Observation::Known { value: info, at: now };
    }

    /// Where the engine keeps its data, as it last told.
    pub fn engine_directories(&self) -> Vec<String> {
        let caches = self.lock();
        let told = caches.engine_told.as_ref().or(caches.engine.value());
        let directories = told.map(|info| [&info.graph_root, &info.volume_path, &info.run_root]);
        directories.into_iter().flatten().flatten().cloned().collect()
    }

    /// Whether what the engine can do is only assumed so far: what differs because of it is not known to be over.
    pub fn engine_is_assumed(&self) -> bool {
        self.lock().engine_told.is_none()
    }

    /// The engine does not answer. True: it did, before.
    pub fn engine_down(&self, now: Moment) -> bool {
        let mut caches = self.lock();
        let was_up = !matches!(caches.engine, Observation::Unknown { .. });
        if was_up {
            caches.engine = Observation::Unknown { since: now };
        }
        was_up
    }

    /// What is known of the engine.
    pub fn engine(&self) -> Observation<EngineInfo> {
        self.lock().engine.clone()
    }

    /// Whether the first complete reads are there, and what is still missing.
    pub fn missing_reads(&self) -> Vec<String> {
        let caches = self.lock();
        let reads = [
            (caches.manifests.is_some(), "the manifests were not read yet"),
            (caches.listed, "the containers were not listed yet"),
            (matches!(caches.networks, Observation::Known { .. }), "the networks were not listed yet"),
            (matches!(caches.volumes, Observation::Known { .. }), "the volumes were not listed yet"),
        ];
        reads.into_iter().filter(|(done, _)| !done).map(|(_, what)| what.to_owned()).collect()
    }

    /// Takes in the list of networks, and answers which objects are concerned.
    pub fn put_networks(&self, networks: Vec<LiveNetwork>, now: Moment) -> BTreeSet<Key> {
        let value = networks.into_iter().map(|network| (network.name.clone(), Arc::new(network))).collect();
        let mut caches = self.lock();
        let changed = differing(&caches.networks, &value);
        caches.networks = Observation::Known { value, at: now };
        caches.index.with_users(Kind::Network, &changed)
    }

    /// Takes in the list of volumes, and answers which objects are concerned.
    pub fn put_volumes(&self, volumes: Vec<LiveVolume>, now: Moment) -> BTreeSet<Key> {
        let value = volumes.into_iter().map(|volume| (volume.name.clone(), Arc::new(volume))).collect();
        let mut caches = self.lock();
        let changed = differing(&caches.volumes, &value);
        caches.volumes = Observation::Known { value, at: now };
        caches.index.with_users(Kind::Volume, &changed)
    }

    /// Image references that declared containers use.
    pub fn declared_images(&self) -> BTreeSet<String> {
        self.lock().index.images.keys().cloned().collect()
    }

    /// Takes in what an image reference means now, and answers which objects are concerned.
    pub fn put_image(&self, reference: &str, image: Option<LiveImage>, now: Moment) -> BTreeSet<Key> {
        let mut caches = self.lock();
        let known = Observation::Known { value: image, at: now };
        let before = caches.images.insert(reference.to_owned(), known);
        let same = before.as_ref().and_then(Observation::value) == caches.images[reference].value();
        if same { BTreeSet::new() } else { caches.index.images.get(reference).cloned().unwrap_or_default() }
    }

    /// Config files that declared containers name.
    pub fn config_files(&self) -> BTreeSet<String> {
        self.lock().index.config_files.keys().cloned().collect()
    }

    /// Whether a config file was read before.
    pub fn knows_config_file(&self, path: &str) -> bool {
        self.lock().config_files.contains_key(path)
    }

    /// Takes in a config file's digest, and answers which objects are concerned.
    pub fn put_config_file(&self, path: &str, digest: String, now: Moment) -> BTreeSet<Key> {
        let mut caches = self.lock();
        let same = caches.config_files.get(path).and_then(Observation::value) == Some(&digest);
        caches.config_files.insert(path.to_owned(), Observation::Known { value: digest, at: now });
        if same { BTreeSet::new() } else { caches.index.config_files.get(path).cloned().unwrap_or_default() }
    }

    /// What is remembered of an object from now on. True: it differs from before.
    pub fn put_memory(&self, key: &Key, memory: Memory) -> bool {
        let mut caches = self.lock();
        if caches.memories.get(key) == Some(&memory) {
            return false;
        }
        caches.note_applied(key, &memory);
        caches.memories.insert(key.clone(), memory);
        true
    }

    /// What is remembered of an object.
    pub fn memory(&self, key: &Key) -> Memory {
        self.lock().memories.get(key).cloned().unwrap_or_default()
    }

    /// The open intent of an object changed, or is over (`None`).
    pub fn put_intent(&self, key: &Key, intent: Option<Intent>) {
        let mut caches = self.lock();
        if let Some(intent) = intent {
            caches.intents.insert(key.clone(), intent);
        } else {
            caches.intents.remove(key);
            caches.snapshots.remove(key);
            caches.playbooks.checks.remove(key);
        }
    }

    /// Objects with an open intent.
    pub fn open_intents(&self) -> Vec<Intent> {
        self.lock().intents.values().cloned().collect()
    }

    /// The switch from now on; answers the one before.
    pub fn put_switch(&self, switch: Switch) -> Switch {
        std::mem::replace(&mut self.lock().switch, switch)
    }

    /// The switch.
    pub fn switch(&self) -> Switch {
        self.lock().switch.clone()
    }

    /// Why remediation is off from now on, if it is. True: that differs from before.
    pub fn put_remediation_off(&self, reason: Option<String>) -> bool {
        let mut caches = self.lock();
        let differs = caches.remediation_off != reason;
        caches.remediation_off = reason;
        differs
    }

    /// What is shown of an object from now on.
    pub fn put_status(&self, status: ObjectStatus) {
        self.lock().statuses.insert(status.key.clone(), status);
    }

    /// What is shown of an object.
    pub fn status(&self, key: &Key) -> Option<ObjectStatus> {
        self.lock().statuses.get(key).cloned()
    }

    /// What is shown of every object.
    pub fn statuses(&self) -> Vec<ObjectStatus> {
        self.lock().statuses.values().cloned().collect()
    }

    /// The object is neither declared nor there any more.
    pub fn forget(&self, key: &Key) {
        let mut caches = self.lock();
        caches.memories.remove(key);
        caches.applied.forget(key);
        caches.intents.remove(key);
        caches.statuses.remove(key);
        caches.judging.forget(key);
        if let Some(manifests) = &mut caches.manifests {
            manifests.vanished.remove(key);
        }
    }

    /// Who must be looked at again when something about `key` changed: itself, and who depends on it.
    pub fn concerned(&self, key: &Key) -> BTreeSet<Key> {
        self.lock().index.concerned(key)
    }

    fn lock(&self) -> MutexGuard<'_, Caches> {
        self.caches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Caches {
    /// What an action on an object is learned on.
    fn basis(&self, key: &Key) -> Basis {
        let applied = self.memories.get(key).and_then(|memory| memory.applied.as_ref());
        Basis {
            generation: applied.map(|applied| applied.generation),
            image_id: applied.and_then(|applied| applied.image_id.clone()),
        }
    }

    /// Reads the applied documents again.
    fn note_applied(&mut self, key: &Key, memory: &Memory) {
        let declared = self.manifests.as_ref().and_then(|manifests| manifests.documents.get(key));
        self.applied.note(key, memory, declared);
    }
}

/// Whether labels name this instance.
fn is_ours(labels: &BTreeMap<String, String>, instance: &str) -> bool {
    live::owner(labels).is_some_and(|(owner, _)| owner == instance)
}

/// Names that are new, gone or different.
fn differing<T: PartialEq>(
    before: &Observation<BTreeMap<String, Arc<T>>>,
    after: &BTreeMap<String, Arc<T>>,
) -> BTreeSet<String> {
    let Some(before) = before.value() else { return after.keys().cloned().collect() };
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

#[cfg(test)]
mod tests;
