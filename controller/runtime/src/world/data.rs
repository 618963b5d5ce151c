//! What is known of the data of containers, as far as snapshots of it are concerned.
//!
//! Owns which containers use which directories. Its cost grows with the number of containers, so it is worked out only
//! for one that wants snapshots.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use podsteward_domain::live::{self, INSTANCE_LABEL, LiveContainer, LiveVolume};
use podsteward_domain::liveness::Liveness;
use podsteward_domain::planning::PREVIOUS_INFIX;
use podsteward_domain::snapshot::Snapshot;
use podsteward_domain::snapshot::facts::{
    DataFacts, DataUser, Lies, RestoreFacts, VolumeData, WatchedDisk, overlap,
};
use podsteward_domain::view::DiskView;
use podsteward_specs::container::{Container, DataTier, MountSource};
use podsteward_specs::document::Object;
use podsteward_specs::key::{Key, Kind, Name};

use super::containers::Entry;
use super::{Caches, WorldStore};

/// How long the start of a container may take that no manifest declares.
const START_DEADLINE: Duration = Duration::from_mins(2);

/// What is known of the data of a container.
pub(super) fn facts(caches: &Caches, instance: &str, name: &str, spec: &Container) -> DataFacts {
    if !wants_snapshots(caches, spec) {
        return DataFacts::default();
    }
    let own = |other: &str| other == name || other.starts_with(&format!("{name}{PREVIOUS_INFIX}"));
    let (mut mounted, mut shared) = (BTreeSet::new(), BTreeSet::new());
    for (other, entry) in &caches.containers {
        let Some(live) = inspected(entry) else { continue };
        mounted.extend(live.mounts_on_host.values().cloned());
        if !own(other) && runs(entry, live) {
            shared.extend(live.mounts_on_host.values().cloned());
        }
    }
    let volumes = names(spec).filter_map(|volume| Some((volume.clone(), data_of(caches, instance, volume)?)));
    DataFacts {
        volumes: volumes.collect(),
        binds: binds(spec).filter_map(|path| Some((path.clone(), caches.binds.get(path)?.clone()))).collect(),
        mounted,
        shared,
        disks: disks(caches),
    }
}

/// Whether a container, or a volume that it mounts, wants a snapshot before a change.
fn wants_snapshots(caches: &Caches, spec: &Container) -> bool {
    spec.data_tier == DataTier::Snapshot || names(spec).any(|volume| is_kept(caches, volume))
}

fn is_kept(caches: &Caches, volume: &str) -> bool {
    let key = Name::new(volume).ok().map(|name| Key { kind: Kind::Volume, name });
    let document = key.and_then(|key| caches.manifests.as_ref()?.documents.get(&key));
    document.is_some_and(|document| match &document.object {
        Object::Volume(volume) => volume.data_tier == DataTier::Snapshot,
        _ => false,
    })
}

fn names(spec: &Container) -> impl Iterator<Item = &String> {
    spec.mounts.values().filter_map(|mount| match &mount.source {
        MountSource::Volume(name) => Some(name),
        MountSource::Bind(_) | MountSource::Tmpfs => None,
    })
}

fn binds(spec: &Container) -> impl Iterator<Item = &String> {
    spec.mounts.values().filter_map(|mount| match &mount.source {
        MountSource::Bind(path) => Some(path),
        MountSource::Volume(_) | MountSource::Tmpfs => None,
    })
}

fn data_of(caches: &Caches, instance: &str, name: &str) -> Option<VolumeData> {
    let volume = caches.volumes.value()?.get(name)?;
    let owner = volume.labels.get(INSTANCE_LABEL);
    Some(VolumeData {
        path: lies_at(volume),
        snapshot: is_kept(caches, name),
        foreign: owner.is_some_and(|owner| owner != instance),
    })
}

/// Where the data of a volume lies. A volume of another driver, or of a device, is only mounted there while it is used; a
/// bound directory is where it is.
fn lies_at(volume: &LiveVolume) -> Option<String> {
    let option = |name: &str| volume.options.get(name).map(String::as_str);
    let binds = option("o").is_some_and(|list| list.split(',').any(|word| matches!(word, "bind" | "rbind")));
    match option("device").or(option("type")) {
        _ if !matches!(volume.driver.as_str(), "local" | "") => None,
        None => Some(volume.mountpoint.clone()).filter(|path| !path.is_empty()),
        Some(device) if binds => Some(device.to_owned()),
        Some(_) => None,
    }
}

fn disks(caches: &Caches) -> Vec<WatchedDisk> {
    let documents = caches.manifests.iter().flat_map(|view| view.documents.values());
    let watched = documents.filter_map(|document| {
        let policy = document.disk()?;
        let facts = caches.disks.get(&document.key).cloned().unwrap_or_default();
        Some(WatchedDisk {
            key: document.key.clone(),
            path: policy.path.clone(),
            retention: policy.snapshot_retention,
            critical: DiskView { facts: &facts, policy }.is_critical(),
        })
    });
    watched.collect()
}

/// What a person wants put back of an object's data, and who uses that.
pub(super) fn restore(caches: &Caches, instance: &str, key: &Key) -> Option<RestoreFacts> {
    let snapshot = caches.restores.get(key)?.clone();
    let users = caches.containers.iter().filter_map(|(name, entry)| {
        let live = inspected(entry)?;
        let uses = live.mounts_on_host.values().any(|path| overlap(path, &snapshot.source.path));
        uses.then(|| user(caches, instance, name, (entry, live)))
    });
    Some(RestoreFacts { users: users.collect(), snapshot })
}

fn user(caches: &Caches, instance: &str, name: &str, (entry, live): (&Entry, &LiveContainer)) -> DataUser {
    let key = Name::new(name).ok().map(Key::container);
    let document = key.and_then(|key| caches.manifests.as_ref()?.documents.get(&key));
    let spec = document.and_then(|document| document.container());
    DataUser {
        name: name.to_owned(),
        running: runs(entry, live),
        ours: live::owner(&live.labels).is_some_and(|(owner, _)| owner == instance),
        grace: live.config.stop_timeout,
        deadline: spec.map_or(START_DEADLINE, |spec| spec.start_timeout),
    }
}

fn inspected(entry: &Entry) -> Option<&LiveContainer> {
    entry.live.value()?.as_deref()
}

fn runs(entry: &Entry, live: &LiveContainer) -> bool {
    Liveness::of(live, entry.kernel).is_up()
}

impl WorldStore {
    /// Whether a container wants a snapshot before a change, or a snapshot of its data is to be put back.
    pub fn keeps_data(&self, key: &Key) -> bool {
        let caches = self.lock();
        let document = caches.manifests.as_ref().and_then(|view| view.documents.get(key));
        let spec = document.and_then(|document| document.container());
        caches.restores.contains_key(key) || spec.is_some_and(|spec| wants_snapshots(&caches, spec))
    }

    /// The paths that a container binds by declaration.
    pub fn binds(&self, key: &Key) -> BTreeSet<String> {
        let caches = self.lock();
        let document = caches.manifests.as_ref().and_then(|view| view.documents.get(key));
        let spec = document.and_then(|document| document.container());
        spec.into_iter().flat_map(binds).cloned().collect()
    }

    /// What lies at a path that a container binds.
    pub fn put_bind(&self, path: &str, lies: Option<Lies>) {
        let mut caches = self.lock();
        match lies {
            Some(lies) => caches.binds.insert(path.to_owned(), lies),
            None => caches.binds.remove(path),
        };
    }

    /// Containers whose mounts are not known: those of others.
    pub fn uninspected(&self) -> Vec<String> {
        let caches = self.lock();
        let unread = caches
            .containers
            .iter()
            .filter(|(_, entry)| entry.summary.is_some() && entry.live.value().is_none_or(Option::is_none));
        unread.map(|(name, _)| name.clone()).collect()
    }

    /// Whether a watched filesystem is about to be full.
    pub fn any_disk_is_critical(&self) -> bool {
        disks(&self.lock()).iter().any(|disk| disk.critical)
    }

    /// A plan in progress took a snapshot.
    pub fn put_snapshot(&self, snapshot: Snapshot) {
        self.lock().snapshots.entry(snapshot.key.clone()).or_default().push(snapshot);
    }

    /// What a plan in progress took.
    pub fn snapshots(&self, key: &Key) -> Vec<Snapshot> {
        self.lock().snapshots.get(key).cloned().unwrap_or_default()
    }

    /// What is to be put back from now on; answers the objects for which that differs.
    pub fn put_restores(&self, restores: BTreeMap<Key, Snapshot>) -> BTreeSet<Key> {
        let mut caches = self.lock();
        let before = std::mem::replace(&mut caches.restores, restores);
        let keys: BTreeSet<&Key> = before.keys().chain(caches.restores.keys()).collect();
        keys.into_iter().filter(|key| before.get(*key) != caches.restores.get(*key)).cloned().collect()
    }
}
