//! The documents that were applied, the last one of each object and the one before, read again from what is remembered.
//!
//! Owns both, and what is known of the images that the earlier ones were made from. Never decides whether one is
//! returned to: the domain does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podsteward_domain::live::LiveImage;
use podsteward_domain::memory::{Applied, Memory};
use podsteward_domain::observation::Observation;
use podsteward_domain::time::Moment;
use podsteward_specs::document::{Document, Origin};
use podsteward_specs::key::Key;
use podsteward_specs::problem::Place;

use super::WorldStore;

/// The documents that were applied.
#[derive(Debug, Default)]
pub(super) struct AppliedDocuments {
    last: BTreeMap<Key, Arc<Document>>,
    previous: BTreeMap<Key, Arc<Document>>,
    /// What is there of the images that the earlier documents meant, by their ids. They keep nothing from being
    /// thrown away.
    images: BTreeMap<String, Observation<Option<LiveImage>>>,
}

impl AppliedDocuments {
    /// The last document of an object.
    pub(super) fn last(&self, key: &Key) -> Option<Arc<Document>> {
        self.last.get(key).cloned()
    }

    /// The document before the last one.
    pub(super) fn previous(&self, key: &Key) -> Option<Arc<Document>> {
        self.previous.get(key).cloned()
    }

    /// The last document of every object.
    pub(super) fn all_last(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.last.values()
    }

    /// What is there of the image of an earlier document.
    pub(super) fn image(&self, memory: &Memory) -> Observation<Option<LiveImage>> {
        let id = memory.previous.as_ref().and_then(|previous| previous.image_id.as_ref());
        id.and_then(|id| self.images.get(id)).cloned().unwrap_or_default()
    }

    /// Reads the documents of an object again, unless they are the same or the declared one.
    pub(super) fn note(&mut self, key: &Key, memory: &Memory, declared: Option<&Arc<Document>>) {
        read(&mut self.last, key, memory.applied.as_ref(), declared);
        read(&mut self.previous, key, memory.previous.as_ref(), declared);
        if self.previous.is_empty() {
            self.images.clear();
        }
    }

    /// The object is neither declared nor there any more.
    pub(super) fn forget(&mut self, key: &Key) {
        self.last.remove(key);
        self.previous.remove(key);
    }
}

fn read(
    documents: &mut BTreeMap<Key, Arc<Document>>,
    key: &Key,
    applied: Option<&Applied>,
    declared: Option<&Arc<Document>>,
) {
    let Some(applied) = applied else {
        documents.remove(key);
        return;
    };
    if documents.get(key).is_some_and(|document| *document.canonical == *applied.canonical) {
        return;
    }
    let same = declared.filter(|document| *document.canonical == *applied.canonical).cloned();
    let origin = Origin { file: "the last applied document".to_owned(), place: Place::START };
    let document = same.or_else(|| Document::from_canonical(&applied.canonical, origin).ok().map(Arc::new));
    match document {
        Some(document) => documents.insert(key.clone(), document),
        None => documents.remove(key),
    };
}

impl WorldStore {
    /// The image of the document before the last one, by its id, where it may be returned to: the container is not well.
    pub fn previous_image(&self, key: &Key) -> Option<String> {
        let caches = self.lock();
        let memory = caches.memories.get(key).filter(|memory| memory.unwell.is_some())?;
        memory.previous.as_ref()?.image_id.clone()
    }

    /// The images of all documents before the last ones.
    pub fn previous_images(&self) -> BTreeSet<String> {
        let caches = self.lock();
        let previous = caches.memories.values().filter_map(|memory| memory.previous.as_ref());
        previous.filter_map(|previous| previous.image_id.clone()).collect()
    }

    /// What is there of the image of an earlier document from now on.
    pub fn put_previous_image(&self, id: &str, image: Option<LiveImage>, now: Moment) {
        let known = Observation::Known { value: image, at: now };
        self.lock().applied.images.insert(id.to_owned(), known);
    }
}
