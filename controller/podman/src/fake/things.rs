//! Networks and volumes of the fake.
//!
//! Owns who is in use by whom. Never removes what a container uses.

use std::collections::BTreeMap;

use podsteward_domain::engine::{ContainerCreate, NetworkCreate, VolumeCreate};
use podsteward_domain::live::{LiveNetwork, LiveSubnet, LiveVolume, lease_bounds};
use podsteward_specs::container::{MountSource, NetworkAttachment};

use super::Release;
use super::containers::FakeContainer;
use super::render::{self, DEFAULT_NETWORK};
use super::storage;
use super::world::{FakeImage, World, hex_of};
use crate::api::EventSubject;
use crate::error::Error;

/// "There is none."
pub(super) fn not_found(call: &str, noun: &str, name: &str) -> Error {
    Error::NotFound { call: call.to_owned(), message: format!("no such {noun}: {name}") }
}

/// "It is taken, or in the wrong state."
pub(super) fn conflict(call: &str, message: &str) -> Error {
    Error::Conflict { call: call.to_owned(), message: message.to_owned() }
}

impl World {
    /// Makes a network.
    pub(super) fn create_network(&mut self, call: &str, create: &NetworkCreate) -> Result<(), Error> {
        if self.networks.contains_key(&create.name) {
            return Err(conflict(call, "network already exists"));
        }
        let network = &create.network;
        let driver = network.driver.clone().unwrap_or_else(|| "bridge".to_owned());
        let subnets = network.subnet.map(|subnet| LiveSubnet {
            subnet,
            gateway: network.gateway.or(Some(lease_bounds(subnet).0)),
            lease_range: network.ip_range.map(lease_bounds).map(|(first, last)| (Some(first), Some(last))),
        });
        let live = LiveNetwork {
            name: create.name.clone(),
            id: hex_of(&create.name),
            labels: create.labels.clone(),
            subnets: subnets.into_iter().collect(),
            internal: network.internal.unwrap_or_default(),
            dns: network.dns.unwrap_or(driver == "bridge"),
            ipv6: network.ipv6.unwrap_or_default(),
            options: network.options.clone(),
            driver,
        };
        self.networks.insert(create.name.clone(), live);
        self.log(EventSubject::Network(create.name.clone()), "create", None);
        Ok(())
    }

    /// Removes a network that no container uses.
    pub(super) fn remove_network(&mut self, call: &str, name: &str) -> Result<(), Error> {
        let uses =
            |attached: &Option<Vec<NetworkAttachment>>| attached.iter().flatten().any(|one| one.name == name);
        if name == DEFAULT_NETWORK || self.containers.values().any(|one| uses(&one.attached)) {
            return Err(conflict(call, "network has associated containers with it"));
        }
        if self.networks.remove(name).is_some() {
            self.log(EventSubject::Network(name.to_owned()), "remove", None);
        }
        Ok(())
    }

    /// Attaches a container to a network.
    pub(super) fn connect(
        &mut self,
        call: &str,
        container: &str,
        attachment: &NetworkAttachment,
    ) -> Result<(), Error> {
        if !self.networks.contains_key(&attachment.name) {
            return Err(not_found(call, "network", &attachment.name));
        }
        let one = self.container(call, container)?;
        let Some(attached) = &mut one.attached else {
            return Err(Error::Refused {
                call: call.to_owned(),
                message: "network mode is not bridge".to_owned(),
            });
        };
        // A container that does not run takes the new address and aliases instead.
        let again = attached.iter().any(|one| one.name == attachment.name);
        if again && one.live.state.is_up() {
            return Err(conflict(call, "container is already connected to network"));
        }
        attached.retain(|one| one.name != attachment.name);
        attached.push(attachment.clone());
        self.log_attachment(container, &attachment.name, "connect");
        Ok(())
    }

    /// Detaches a container from a network.
    pub(super) fn disconnect(&mut self, call: &str, container: &str, network: &str) -> Result<(), Error> {
        if !self.networks.contains_key(network) {
            return Err(not_found(call, "network", network));
        }
        let one = self.container(call, container)?;
        let attached = one.attached.get_or_insert_default();
        let before = attached.len();
        attached.retain(|one| one.name != network);
        if attached.len() < before {
            self.log_attachment(container, network, "disconnect");
        }
        Ok(())
    }

    /// An event about an attachment: it names the container, too.
    fn log_attachment(&mut self, container: &str, network: &str, action: &str) {
        // Podman 4 does not name the network.
        let network = if self.options.release < Release::V5 { "" } else { network };
        let attributes = [("name", container), ("network", network)];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.log_with(EventSubject::Network(network.to_owned()), action, BTreeMap::from(attributes));
    }

    /// Makes a volume.
    pub(super) fn create_volume(&mut self, call: &str, create: &VolumeCreate) -> Result<(), Error> {
        if self.volumes.contains_key(&create.name) {
            return Err(conflict(call, "volume already exists"));
        }
        self.insert_volume(LiveVolume {
            labels: create.labels.clone(),
            driver: create.volume.driver.clone().unwrap_or_else(|| "local".to_owned()),
            options: create.volume.options.clone(),
            ..plain_volume(&create.name)
        });
        Ok(())
    }

    /// Makes a volume that a container names and that does not exist yet, as Podman does.
    pub(super) fn ensure_volume(&mut self, name: &str) {
        if !self.volumes.contains_key(name) {
            self.insert_volume(plain_volume(name));
        }
    }

    /// Adds a volume.
    fn insert_volume(&mut self, volume: LiveVolume) {
        let name = volume.name.clone();
        self.volumes.insert(name.clone(), volume);
        self.log(EventSubject::Volume(name), "create", None);
    }

    /// The names of the containers that use a volume.
    pub(super) fn volume_users(&self, name: &str) -> Vec<String> {
        let mounts = |one: &&FakeContainer| render::volumes(&one.live).iter().any(|mounted| mounted == name);
        let users = self.containers.values().filter(mounts);
        let mut names: Vec<String> = users.map(|one| one.live.name.clone()).collect();
        names.sort();
        names
    }

    /// Removes a volume that no container uses.
    pub(super) fn remove_volume(&mut self, call: &str, name: &str) -> Result<(), Error> {
        if !self.volume_users(name).is_empty() {
            return Err(conflict(call, "volume is being used by a container"));
        }
        if self.volumes.remove(name).is_some() {
            self.volume_bytes.remove(name);
            self.log(EventSubject::Volume(name.to_owned()), "remove", None);
        }
        Ok(())
    }

    /// The volumes that nobody named, by target: taken over from a predecessor, or new ones that the image asks for.
    pub(super) fn anonymous_volumes(
        &mut self,
        create: &ContainerCreate,
        image: &FakeImage,
    ) -> BTreeMap<String, String> {
        let mounted = |target: &String| create.container.mounts.contains_key(target);
        let mut volumes = create.anonymous_volumes.clone();
        for target in &image.volumes {
            if !volumes.contains_key(target) {
                volumes.insert(target.clone(), self.fresh_id());
            }
        }
        volumes.retain(|target, _| !mounted(target));
        volumes
    }
}

/// A local volume with nothing special.
fn plain_volume(name: &str) -> LiveVolume {
    LiveVolume {
        name: name.to_owned(),
        driver: "local".to_owned(),
        mountpoint: storage::mountpoint(name),
        ..LiveVolume::default()
    }
}

/// The named volume of a mount.
pub(super) fn volume_of(source: &MountSource) -> Option<&String> {
    match source {
        MountSource::Volume(name) => Some(name),
        MountSource::Bind(_) | MountSource::Tmpfs => None,
    }
}
