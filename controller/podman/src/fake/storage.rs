//! What the fake keeps on its disk: where, and how much it takes.
//!
//! Owns the paths and the sums. There is no filesystem: whoever simulates one asks [`Hand::stored_bytes`] what Podman takes of it.

use podsteward_domain::live::{ContainerUsage, DiskUsage, ImageUsage, VolumeUsage};

use super::Hand;
use super::containers::FakeContainer;
use super::things::not_found;
use super::world::{FakeImage, World};
use crate::error::Error;

/// Where images and containers are kept.
pub(super) const GRAPH_ROOT: &str = "/var/lib/containers/storage";
/// Where volumes are kept.
pub(super) const VOLUME_PATH: &str = "/var/lib/containers/storage/volumes";
/// Where it keeps what a boot may lose.
pub(super) const RUN_ROOT: &str = "/run/containers/storage";

/// Where the data of a volume lies.
pub(super) fn mountpoint(volume: &str) -> String {
    format!("{VOLUME_PATH}/{volume}/_data")
}

/// The file that holds a container's log, where its driver keeps one.
pub(super) fn log_path(id: &str, driver: &str) -> Option<String> {
    let in_file = matches!(driver, "k8s-file" | "json-file");
    in_file.then(|| format!("{GRAPH_ROOT}/overlay-containers/{id}/userdata/ctr.log"))
}

impl World {
    /// How much everything takes.
    pub(super) fn disk_usage(&self) -> DiskUsage {
        let images =
            self.image_summaries().into_iter().filter(|image| image.dangling || !image.names.is_empty());
        let image = |id: String, size| ImageUsage { unique: self.unique_bytes(&id), id, size };
        let container =
            |one: &FakeContainer| ContainerUsage { name: one.live.name.clone(), written: one.inside.bytes };
        let mut containers: Vec<ContainerUsage> = self.containers.values().map(container).collect();
        containers.sort_by(|one, other| one.name.cmp(&other.name));
        let volume = |name: &String| VolumeUsage {
            name: name.clone(),
            size: self.volume_bytes.get(name).copied().unwrap_or_default(),
            users: u32::try_from(self.volume_users(name).len()).unwrap_or(u32::MAX),
        };
        DiskUsage {
            images: images.map(|one| image(one.id, one.size)).collect(),
            containers,
            volumes: self.volumes.keys().map(volume).collect(),
        }
    }

    /// The bytes of an image that neither its parent nor an image built on it shares.
    fn unique_bytes(&self, id: &str) -> u64 {
        let shared = self.images.values().any(|image| image.parent_id.as_deref() == Some(id));
        if shared { 0 } else { self.images.get(id).map_or(0, |image| self.own_bytes(image)) }
    }

    /// The bytes of an image beyond its parent's.
    fn own_bytes(&self, image: &FakeImage) -> u64 {
        let parent = image.parent_id.as_ref().and_then(|id| self.images.get(id));
        image.size.saturating_sub(parent.map_or(0, |parent| parent.size))
    }

    /// All bytes.
    fn stored_bytes(&self) -> u64 {
        let images: u64 = self.images.values().map(|image| self.own_bytes(image)).sum();
        let containers: u64 = self.containers.values().map(|one| one.inside.bytes + log_bytes(one)).sum();
        images + containers + self.volume_bytes.values().sum::<u64>() + self.build_cache
    }
}

/// The bytes of a container's log.
fn log_bytes(one: &FakeContainer) -> u64 {
    let bytes: usize = one.inside.log.iter().map(|(_, line)| line.len() + 1).sum();
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

impl Hand<'_> {
    /// All that the engine keeps, in bytes: layers of images and containers, logs, volumes, what builds keep.
    pub fn stored_bytes(&self) -> u64 {
        self.fake.world().stored_bytes()
    }

    /// How much a container has written outside of its volumes.
    pub fn fill_container(&self, name: &str, bytes: u64) -> Result<(), Error> {
        self.fake.change(|world| {
            world.container("by hand", name)?.inside.bytes = bytes;
            Ok(())
        })
    }

    /// How much lies in a volume.
    pub fn fill_volume(&self, name: &str, bytes: u64) -> Result<(), Error> {
        self.fake.change(|world| {
            if !world.volumes.contains_key(name) {
                return Err(not_found("by hand", "volume", name));
            }
            world.volume_bytes.insert(name.to_owned(), bytes);
            Ok(())
        })
    }

    /// How much builds keep for further builds.
    pub fn fill_build_cache(&self, bytes: u64) {
        self.fake.change(|world| world.build_cache = bytes);
    }

    /// The bytes of the log that lies in this file; `None`: there is no such file.
    pub fn log_bytes(&self, path: &str) -> Option<u64> {
        let world = self.fake.world();
        world.containers.values().find(|one| one.live.log_path.as_deref() == Some(path)).map(log_bytes)
    }

    /// Empties the log that lies in this file.
    pub fn truncate_log(&self, path: &str) {
        self.fake.change(|world| {
            let logs = world.containers.values_mut().filter(|one| one.live.log_path.as_deref() == Some(path));
            logs.for_each(|one| one.inside.log.clear());
        });
    }
}
