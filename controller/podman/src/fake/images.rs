//! Images of the fake.
//!
//! Owns their names, what is built on what, and who needs them. Never removes what a container or another image needs.

use std::collections::BTreeSet;

use podsteward_domain::live::{ImageSummary, LiveImage};

use super::Release;
use super::things::{conflict, not_found};
use super::world::{FakeImage, World};
use crate::api::EventSubject;
use crate::error::Error;

impl World {
    /// A local image, as inspect tells it.
    pub(super) fn live_image(&self, reference: &str) -> Option<LiveImage> {
        let image = self.image(reference)?;
        Some(LiveImage {
            id: image.id.clone(),
            digest: image.digest.clone(),
            names: self.names_of(&image.id),
        })
    }

    /// Pulls an image out of the registry.
    pub(super) fn pull(&mut self, call: &str, reference: &str) -> Result<(), Error> {
        let image = self.registry.get(reference).cloned();
        let image = image.ok_or_else(|| not_found(call, "manifest in the registry", reference))?;
        self.tags.insert(reference.to_owned(), image.id.clone());
        self.images.insert(image.id.clone(), image);
        self.log(EventSubject::Image(reference.to_owned()), "pull", None);
        Ok(())
    }

    /// Makes an image that holds nothing.
    pub(super) fn make_empty_image(&mut self, reference: &str) {
        let image =
            FakeImage { size: 0, args: Vec::new(), ..FakeImage::named(&format!("empty {reference}")) };
        self.tags.insert(reference.to_owned(), image.id.clone());
        self.images.insert(image.id.clone(), image);
        self.log(EventSubject::Image(reference.to_owned()), "import", None);
    }

    /// All images, as the list tells them.
    pub(super) fn image_summaries(&self) -> Vec<ImageSummary> {
        let tells_lists = self.options.release >= Release::V5;
        let summary = |image: &FakeImage| {
            let names = self.names_of(&image.id);
            let has_children = self.has_children(&image.id);
            ImageSummary {
                id: image.id.clone(),
                size: image.size,
                created_ms: image.created_ms - image.created_ms.rem_euclid(1000),
                containers: u32::try_from(self.made_from(&image.id)).unwrap_or(u32::MAX),
                dangling: names.is_empty() && !has_children,
                parent_id: image.parent_id.clone().filter(|id| self.images.contains_key(id)),
                has_children,
                is_manifest_list: tells_lists && image.is_manifest_list,
                names,
            }
        };
        self.images.values().map(summary).collect()
    }

    /// Removes an image that nobody needs, and the unnamed ones below it.
    pub(super) fn remove_image(&mut self, call: &str, id: &str) -> Result<(), Error> {
        let Some(image) = self.images.get(id) else { return Ok(()) };
        if self.made_from(id) > 0 {
            return Err(conflict(call, "image is in use by a container"));
        }
        if self.has_children(id) {
            return Err(conflict(call, "another image is built on it"));
        }
        if image.is_manifest_list {
            let message = "it is a list of images".to_owned();
            return Err(Error::Refused { call: call.to_owned(), message });
        }
        let names: BTreeSet<String> = self.names_of(id).into_iter().collect();
        self.tags.retain(|name, _| !names.contains(name));
        let mut next = Some(id.to_owned());
        while let Some(id) = next {
            let gone = self.images.remove(&id);
            self.log(EventSubject::Image(id), "remove", None);
            next = gone.and_then(|image| image.parent_id).filter(|parent| self.is_loose(parent));
        }
        Ok(())
    }

    /// Throws away what builds keep. Podman 4 cannot.
    pub(super) fn prune_build_cache(&mut self) {
        if self.options.release >= Release::V5 {
            self.build_cache = 0;
        }
    }

    /// Whether an image is there that nobody names or needs.
    fn is_loose(&self, id: &str) -> bool {
        let there = self.images.contains_key(id) && self.names_of(id).is_empty();
        there && !self.has_children(id) && self.made_from(id) == 0
    }

    /// The names of an image, sorted.
    fn names_of(&self, id: &str) -> Vec<String> {
        self.tags.iter().filter(|(_, of)| *of == id).map(|(name, _)| name.clone()).collect()
    }

    /// How many containers were made from an image.
    fn made_from(&self, id: &str) -> usize {
        self.containers.values().filter(|one| one.live.image_id == id).count()
    }

    /// Whether another image is built on this one.
    fn has_children(&self, id: &str) -> bool {
        self.images.values().any(|image| image.parent_id.as_deref() == Some(id))
    }
}
