//! What is declared: by the manifests, and by a drill.
//!
//! Owns who declares what. The canary of a drill is declared while one is under way, and gone at any other time: no
//! manifest declares it, so that it counts in no mass deletion, and what a drill that was cut off left behind is
//! removed as any document that is gone, without anybody having to remember.

use std::collections::BTreeMap;
use std::sync::Arc;

use podsteward_domain::decide::gates::DELETION_CERTAIN_READS;
use podsteward_domain::drill::canary;
use podsteward_domain::live;
use podsteward_domain::time::Moment;
use podsteward_domain::world::Desired;
use podsteward_specs::document::Document;
use podsteward_specs::key::{CANARY, Key, Kind, Name};

use super::{Caches, WorldStore};

/// What a drill declares.
#[derive(Debug, Default)]
pub(super) struct Canary {
    declared: Option<Arc<Document>>,
}

impl Caches {
    /// What is desired of an object.
    pub(super) fn desired(&self, instance: &str, key: &Key) -> Desired {
        let Some(manifests) = &self.manifests else { return Desired::NotYet };
        if key.is_canary() {
            return self.desired_canary(instance);
        }
        if let Some(document) = manifests.documents.get(key) {
            return Desired::Declared(Arc::clone(document));
        }
        match manifests.vanished.get(key) {
            Some(vanishing) => Desired::Vanishing {
                last: Arc::clone(&vanishing.last),
                since: vanishing.since,
                reads: vanishing.reads,
                mass: vanishing.mass,
            },
            None => Desired::Absent,
        }
    }

    fn desired_canary(&self, instance: &str) -> Desired {
        if let Some(document) = &self.canary.declared {
            return Desired::Declared(Arc::clone(document));
        }
        match canary::document(&BTreeMap::new()) {
            // Nobody has to be sure that it was meant: no file declares it.
            Ok(last) if self.is_canary_left(instance) => Desired::Vanishing {
                last: Arc::new(last),
                since: Moment::default(),
                reads: DELETION_CERTAIN_READS,
                mass: None,
            },
            _ => Desired::Absent,
        }
    }

    /// Whether anything is left of the canary of this instance.
    fn is_canary_left(&self, instance: &str) -> bool {
        let key = Key::canary();
        let live = self.containers.get(CANARY).and_then(|entry| entry.live.value()?.as_ref());
        let owner = live.and_then(|live| live::owner(&live.labels));
        let ours = owner.is_some_and(|(owner, _)| owner == instance);
        ours || self.memories.contains_key(&key) || self.intents.contains_key(&key)
    }

    /// The names of the containers that are declared, those included that are vanishing or that a problem keeps out.
    pub(super) fn declared_containers(&self) -> Vec<String> {
        let keys = self.manifests.iter().flat_map(|view| {
            view.documents.keys().chain(view.vanished.keys()).chain(view.problems_of.keys())
        });
        let names = keys.filter(|key| key.kind == Kind::Container).map(|key| key.name.to_string());
        names.chain(self.canary.declared.as_ref().map(|_| CANARY.to_owned())).collect()
    }

    /// Whether a container of this name is declared, or vanishing.
    pub(super) fn declares_container(&self, name: &str) -> bool {
        let drilled = name == CANARY && self.canary.declared.is_some();
        drilled
            || Name::new(name).is_ok_and(|name| {
                let key = Key::container(name);
                self.manifests
                    .as_ref()
                    .is_some_and(|view| view.documents.contains_key(&key) || view.vanished.contains_key(&key))
            })
    }
}

impl WorldStore {
    /// The canary is declared from now on, or (`None`) is not any more.
    pub fn put_canary(&self, document: Option<Document>) {
        self.lock().canary.declared = document.map(Arc::new);
    }

    /// Whether anything is left of a canary.
    pub fn canary_is_left(&self) -> bool {
        self.lock().is_canary_left(&self.instance)
    }
}
