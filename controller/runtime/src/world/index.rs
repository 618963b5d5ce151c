//! Who depends on whom: which objects to look at again when something changes.
//!
//! Owns the reverse directions of the documents in force. Made anew with every view of the manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podsteward_specs::container::{Container, DependencyCondition, MountSource, Networks};
use podsteward_specs::document::Document;
use podsteward_specs::key::{Key, Kind, Name};

use super::playbooks;
use crate::source::manifests::view::ManifestView;

/// The reverse directions.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Who needs an object, by the object needed.
    needed_by: BTreeMap<Key, BTreeSet<Key>>,
    /// The containers that a container depends on.
    depends_on: BTreeMap<Key, BTreeSet<Key>>,
    /// The containers that cannot do without a container, directly.
    dependents: BTreeMap<Key, BTreeSet<Key>>,
    /// Who uses an image reference.
    pub(super) images: BTreeMap<String, BTreeSet<Key>>,
    /// Who reads a config file.
    pub(super) config_files: BTreeMap<String, BTreeSet<Key>>,
    /// Documents that are gone: what they used may become free with any change.
    vanishing: BTreeSet<Key>,
    /// How many containers are declared.
    pub(super) containers: usize,
    /// The playbooks.
    pub(super) playbooks: Arc<BTreeMap<Name, Arc<Document>>>,
    /// The playbooks that routes of alerts call for.
    pub(super) routed: BTreeSet<Name>,
}

impl Index {
    /// The index of a view.
    pub(super) fn of(view: &ManifestView) -> Self {
        let mut index = Self { vanishing: view.vanished.keys().cloned().collect(), ..Self::default() };
        for (key, document) in &view.documents {
            if let Some(container) = document.container() {
                index.add(key, container);
            }
        }
        let routes = view.documents.values().filter_map(|document| document.alert_route());
        index.routed = routes.filter_map(|route| playbooks::routed(&route.response)).collect();
        let playbooks = view.documents.iter().filter(|(key, _)| key.kind == Kind::Playbook);
        index.playbooks =
            Arc::new(playbooks.map(|(key, document)| (key.name.clone(), Arc::clone(document))).collect());
        index
    }

    fn add(&mut self, key: &Key, container: &Container) {
        self.containers += 1;
        let dependencies = container.depends_on.keys().cloned().map(Key::container);
        self.depends_on.insert(key.clone(), dependencies.collect());
        // What only had to end is not needed any more.
        let hard = container.depends_on.iter();
        let hard = hard.filter(|(_, dependency)| dependency.condition != DependencyCondition::Completed);
        for (name, _) in hard {
            self.dependents.entry(Key::container(name.clone())).or_default().insert(key.clone());
        }
        for needed in needs(container) {
            self.needed_by.entry(needed).or_default().insert(key.clone());
        }
        self.images.entry(container.image.clone()).or_default().insert(key.clone());
        for path in container.config_files.keys() {
            self.config_files.entry(path.clone()).or_default().insert(key.clone());
        }
    }

    /// The object itself, who needs it, and what may become free.
    pub(super) fn concerned(&self, key: &Key) -> BTreeSet<Key> {
        let needing = self.needed_by.get(key).into_iter().flatten();
        needing.chain(&self.vanishing).chain([key]).cloned().collect()
    }

    /// The containers that a container depends on or that depend on it, directly or not, itself included.
    pub(super) fn group(&self, key: &Key) -> BTreeSet<Key> {
        let mut group = BTreeSet::new();
        let mut next = vec![key.clone()];
        while let Some(key) = next.pop() {
            let needing = self.needed_by.get(&key).into_iter().flatten();
            let needing = needing.filter(|other| other.kind == Kind::Container);
            let needed = self.depends_on.get(&key).into_iter().flatten();
            next.extend(needing.chain(needed).filter(|other| !group.contains(*other)).cloned());
            group.insert(key);
        }
        group
    }

    /// The containers that cannot do without a container, directly or not.
    pub(super) fn dependents(&self, key: &Key) -> BTreeSet<Key> {
        let mut found = BTreeSet::new();
        let mut next = vec![key];
        while let Some(key) = next.pop() {
            let direct = self.dependents.get(key).into_iter().flatten();
            next.extend(direct.filter(|dependent| found.insert((*dependent).clone())));
        }
        found.remove(key);
        found
    }

    /// The objects of these names and who needs them.
    pub(super) fn with_users(&self, kind: Kind, names: &BTreeSet<String>) -> BTreeSet<Key> {
        let keys = names.iter().filter_map(|name| Some(Key { kind, name: Name::new(name.clone()).ok()? }));
        keys.flat_map(|key| self.concerned(&key)).collect()
    }
}

/// The objects that a container needs.
fn needs(container: &Container) -> impl Iterator<Item = Key> {
    let dependencies = container.depends_on.keys().cloned().map(Key::container);
    let networks = network_names(container).filter_map(|name| Some(Key::network(Name::new(name).ok()?)));
    let volumes = volume_names(container).filter_map(|name| Some(Key::volume(Name::new(name).ok()?)));
    dependencies.chain(networks).chain(volumes)
}

/// The names of the networks that a container is attached to.
pub(super) fn network_names(container: &Container) -> impl Iterator<Item = &str> {
    let attached = match &container.networks {
        Some(Networks::Attached(attached)) => attached.as_slice(),
        Some(Networks::Host | Networks::None) | None => &[],
    };
    attached.iter().map(|attachment| attachment.name.as_str())
}

/// The names of the volumes that a container mounts.
pub(super) fn volume_names(container: &Container) -> impl Iterator<Item = &str> {
    container.mounts.values().filter_map(|mount| match &mount.source {
        MountSource::Volume(name) => Some(name.as_str()),
        MountSource::Bind(_) | MountSource::Tmpfs => None,
    })
}

/// The objects about which two views differ. Everything, when there was no view before.
pub(super) fn changed(before: Option<&ManifestView>, after: &ManifestView) -> BTreeSet<Key> {
    let keys = |view: &ManifestView| -> BTreeSet<Key> {
        let documents = view.documents.keys().chain(view.vanished.keys());
        documents.chain(view.problems_of.keys()).cloned().collect()
    };
    let Some(before) = before else { return keys(after) };
    let differs = |key: &Key| {
        before.documents.get(key) != after.documents.get(key)
            || before.vanished.get(key) != after.vanished.get(key)
            || before.problems_of.get(key) != after.problems_of.get(key)
    };
    let mut changed: BTreeSet<Key> = keys(before);
    changed.extend(keys(after));
    changed.retain(differs);
    changed
}
