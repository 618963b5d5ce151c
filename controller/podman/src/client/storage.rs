//! The verbs on what is kept on the disk: images to be thrown away, and how much everything takes.
//!
//! Owns which requests each verb is. Never forces a removal: a forced one takes the containers along.

use podsteward_domain::live::{DiskUsage, ImageSummary};

use super::call::within;
use super::raw::NOTHING;
use super::{Podman, found};
use crate::convert::stored;
use crate::deadline::{DISK_USAGE, READ, WRITE};
use crate::error::Error;
use crate::names::{check_name, check_reference};

/// `{"label":["dev.podsteward/nothing"]}`: images that have this label, which none has. Without a filter Podman throws
/// dangling images away together with the caches of builds.
const NO_IMAGE: &str = "%7B%22label%22%3A%5B%22dev.podsteward%2Fnothing%22%5D%7D";

impl Podman {
    /// All images, in one request. Intermediate images are asked for, too: only they tell what is built on what.
    pub(super) async fn images_list(&self) -> Result<Vec<ImageSummary>, Error> {
        let path = "/images/json?all=true";
        Ok(stored::images(within("list images", READ, self.raw.get(path)).await?))
    }

    /// Removes an image that nobody needs, with all its names.
    pub(super) async fn image_remove(&self, id: &str) -> Result<(), Error> {
        let call = format!("remove image {id}");
        check_name(&call, id)?;
        let Some(image) = self.images_list().await?.into_iter().find(|image| image.id == id) else {
            return Ok(());
        };
        needed(&call, &image)?;
        // Where Podman takes the id of a list for an image in that list, it would remove that image.
        if let Some(meant) = self.image_inspect(id).await?
            && meant.id != id
        {
            let message = format!("it is a list of images, which podman takes for {}", meant.id);
            return Err(Error::Refused { call, message });
        }
        let removed = self.remove_named(&call, &image).await;
        match removed {
            // Podman says so, too, when a parent that would go along is in use.
            Err(Error::Conflict { .. }) if self.image_inspect(id).await?.is_none() => Ok(()),
            answer => found(answer).map(drop),
        }
    }

    /// Takes all names but one off an image, which Podman asks for, and removes it with the last one. A refusal puts
    /// the names on again; a name that is a digest cannot be put on again, so one of those is the last to go.
    async fn remove_named(&self, call: &str, image: &ImageSummary) -> Result<(), Error> {
        let mut names: Vec<&str> = image.names.iter().map(String::as_str).collect();
        names.sort_by_key(|name| name.contains('@'));
        names.pop();
        for name in &names {
            self.image_name(call, (&image.id, name), "untag").await?;
        }
        let target = self.api.images().get(&image.id);
        let removed = within(call, WRITE, async { Ok(target.delete().await?) }).await;
        if matches!(removed, Err(Error::Conflict { .. })) {
            for name in names.iter().filter(|name| !name.contains('@')) {
                found(self.image_name(call, (&image.id, name), "tag").await)?;
            }
        }
        removed
    }

    /// Puts a name on an image (`tag`) or takes it off (`untag`).
    async fn image_name(&self, call: &str, (id, name): (&str, &str), verb: &str) -> Result<(), Error> {
        check_reference(call, name)?;
        // Podman joins the two with a colon again, also where they are parts of a digest.
        let (repo, tag) = name.rsplit_once(':').unwrap_or((name, "latest"));
        let path = format!("/images/{id}/{verb}?repo={repo}&tag={tag}");
        within(call, WRITE, self.raw.post(&path, NOTHING)).await.map(drop)
    }

    /// How much everything takes.
    pub(super) async fn usage(&self) -> Result<DiskUsage, Error> {
        Ok(stored::usage(within("measure disk usage", DISK_USAGE, self.raw.get("/system/df")).await?))
    }

    /// Throws away what builds cached for further builds.
    pub(super) async fn build_cache_prune(&self) -> Result<(), Error> {
        let path = format!("/images/prune?buildcache=true&filters={NO_IMAGE}");
        within("prune build cache", WRITE, self.raw.post(&path, NOTHING)).await.map(drop)
    }
}

/// The error of an image that somebody needs. Podman itself takes the name off an image on which another is built.
fn needed(call: &str, image: &ImageSummary) -> Result<(), Error> {
    let message = match image {
        ImageSummary { containers: 1.., .. } => {
            format!("image is in use by containers: {}", image.containers)
        }
        ImageSummary { has_children: true, .. } => "another image is built on it".to_owned(),
        _ => return Ok(()),
    };
    Err(Error::Conflict { call: call.to_owned(), message })
}
