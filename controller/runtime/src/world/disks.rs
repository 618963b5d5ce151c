//! What is known of the watched filesystems.
//!
//! Owns the cache of measurements, looks ahead and inventories, and what of everything else a cleanup must leave alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podsteward_domain::disk::DiskSample;
use podsteward_domain::disk::facts::DiskFacts;
use podsteward_domain::disk::inventory::{Consumer, Inventory, Needed};
use podsteward_domain::forecast::Forecast;
use podsteward_domain::observation::Observation;
use podsteward_domain::time::Moment;
use podsteward_specs::container::{Container, MountSource};
use podsteward_specs::disk::DiskPolicy;
use podsteward_specs::document::{Document, Object};
use podsteward_specs::key::{Key, Kind};

use super::{Caches, WorldStore};
use crate::source::manifests::view::ManifestView;

/// What is known of each watched filesystem, by its key.
pub(super) type Disks = BTreeMap<Key, DiskFacts>;

/// The facts of one filesystem, with what must stay.
pub(super) fn facts(caches: &Caches, key: &Key) -> DiskFacts {
    let facts = caches.disks.get(key).cloned().unwrap_or_default();
    let asked = facts.inventory.value().is_some();
    DiskFacts { needed: if asked { Arc::new(needed(caches)) } else { facts.needed }, ..facts }
}

/// What was known of a filesystem says nothing of another one that its policy names from now on, and what lies there is
/// found by the steps of the policy.
pub(super) fn forget_edited(disks: &mut Disks, before: Option<&ManifestView>, view: &ManifestView) {
    let policy = |view: &ManifestView, key: &Key| view.documents.get(key).and_then(|it| it.disk().cloned());
    disks.retain(|key, facts| {
        let Some((before, after)) = before.and_then(|it| policy(it, key)).zip(policy(view, key)) else {
            return true;
        };
        if before.cleanup != after.cleanup {
            facts.inventory = Observation::NotYet;
        }
        before.path == after.path
    });
}

/// What manifests declare or did declare until a moment ago, what was applied, and what plans in progress hold.
fn needed(caches: &Caches) -> Needed {
    let mut needed = Needed::default();
    for document in needed_documents(caches) {
        declared(document, &mut needed);
    }
    // What a manifest with problems means by a word is not known, so each may be an image.
    needed.references.extend(caches.manifests.iter().flat_map(|view| &view.unsound).cloned());
    needed.images_unknown = caches.manifests.as_ref().is_some_and(|view| view.blind);
    for applied in caches.memories.values().filter_map(|memory| memory.applied.as_ref()) {
        needed.images.extend(applied.image_id.clone());
    }
    for image in caches.images.values().filter_map(|image| image.value()?.as_ref()) {
        needed.images.insert(image.id.clone());
    }
    for intent in caches.intents.values().filter(|intent| intent.key.kind != Kind::Disk) {
        needed.images.extend(intent.touches.images.iter().cloned());
        needed.containers.extend(intent.touches.containers.iter().cloned());
        needed.volumes.extend(intent.touches.volumes.iter().cloned());
    }
    needed
}

/// The documents in force, those that were until a moment ago, and those that were last applied.
pub(super) fn needed_documents(caches: &Caches) -> impl Iterator<Item = &Document> {
    let documents = caches.manifests.iter().flat_map(|view| {
        view.documents.values().chain(view.vanished.values().map(|vanishing| &vanishing.last))
    });
    documents.chain(caches.applied.all_last()).map(|document| &**document)
}

fn declared(document: &Document, needed: &mut Needed) {
    match &document.object {
        Object::Container(container) => {
            needed.references.insert(container.image.clone());
            needed.containers.insert(document.key.name.to_string());
            needed.volumes.extend(volumes(container));
        }
        Object::Volume(_) => {
            needed.volumes.insert(document.key.name.to_string());
        }
        _ => {}
    }
}

fn volumes(container: &Container) -> BTreeSet<String> {
    let named = container.mounts.values().filter_map(|mount| match &mount.source {
        MountSource::Volume(name) => Some(name.clone()),
        MountSource::Bind(_) | MountSource::Tmpfs => None,
    });
    named.collect()
}

impl WorldStore {
    /// The filesystems that are to be watched. One whose policy is gone is watched until it is certain that it is gone.
    pub fn disks(&self) -> Vec<(Key, Arc<DiskPolicy>)> {
        let caches = self.lock();
        let documents = caches.manifests.iter().flat_map(|view| {
            view.documents.values().chain(view.vanished.values().map(|vanishing| &vanishing.last))
        });
        documents.filter_map(|it| Some((it.key.clone(), Arc::new(it.disk()?.clone())))).collect()
    }

    /// The last measurement of a filesystem.
    pub fn disk_sample(&self, key: &Key) -> Observation<DiskSample> {
        self.lock().disks.get(key).map(|facts| facts.sample).unwrap_or_default()
    }

    /// How full a filesystem is from now on.
    pub fn put_disk_sample(&self, key: &Key, sample: DiskSample, now: Moment) {
        let mut caches = self.lock();
        let facts = caches.disks.entry(key.clone()).or_default();
        facts.sample = Observation::Known { value: sample, at: now };
        facts.error = None;
    }

    /// A filesystem cannot be measured. True: it could, before, or for another reason.
    pub fn put_disk_unknown(&self, key: &Key, error: &str, now: Moment) -> bool {
        let mut caches = self.lock();
        let facts = caches.disks.entry(key.clone()).or_default();
        if !matches!(facts.sample, Observation::Unknown { .. }) {
            facts.sample = Observation::Unknown { since: now };
        }
        facts.error.replace(error.to_owned()).as_deref() != Some(error)
    }

    /// What is to come of a filesystem. True: that differs from before.
    pub fn put_forecast(&self, key: &Key, made: Forecast) -> bool {
        let mut caches = self.lock();
        let facts = caches.disks.entry(key.clone()).or_default();
        let at = made.at;
        let differs = facts.forecast.value().is_none_or(|known| known.outlook != made.outlook);
        facts.forecast = Observation::Known { value: made, at };
        differs
    }

    /// What could be thrown away of a filesystem, and what takes most.
    pub fn put_inventory(&self, key: &Key, inventory: Inventory, consumers: Vec<Consumer>, now: Moment) {
        let mut caches = self.lock();
        let facts = caches.disks.entry(key.clone()).or_default();
        facts.inventory = Observation::Known { value: Arc::new(inventory), at: now };
        facts.consumers = Arc::new(consumers);
    }

    /// What is not watched any more is forgotten: answers what that was.
    pub fn forget_disks(&self, is_watched: impl Fn(&Key) -> bool) -> Vec<Key> {
        let mut caches = self.lock();
        let gone: Vec<Key> = caches.disks.keys().filter(|key| !is_watched(key)).cloned().collect();
        for key in &gone {
            caches.disks.remove(key);
        }
        gone
    }
}
