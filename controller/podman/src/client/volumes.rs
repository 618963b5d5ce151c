//! The verbs on volumes.
//!
//! Owns which request each verb is. Never uses the client crate's `remove` (it removes the containers, too) nor its
//! `prune` (a filter of it is inverted).

use podman_api::opts::{ContainerListFilter, ContainerListOpts, VolumeListOpts};
use podsteward_domain::engine::VolumeCreate;
use podsteward_domain::live::LiveVolume;

use super::call::within;
use super::{Podman, found};
use crate::convert::things;
use crate::deadline::{LIST, READ, WRITE};
use crate::error::Error;
use crate::names::check_name;

impl Podman {
    /// All volumes, sorted by name.
    pub(super) async fn volumes_list(&self) -> Result<Vec<LiveVolume>, Error> {
        let opts = VolumeListOpts::builder().build();
        let told = within("list volumes", READ, async { Ok(self.api.volumes().list(&opts).await?) }).await?;
        let mut volumes: Vec<LiveVolume> = told.into_iter().map(things::volume).collect();
        volumes.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(volumes)
    }

    /// Makes a volume.
    pub(super) async fn volume_create(&self, request: &VolumeCreate) -> Result<(), Error> {
        let call = format!("create volume {}", request.name);
        check_name(&call, &request.name)?;
        let opts = things::volume_opts(request);
        within(&call, WRITE, async { Ok(self.api.volumes().create(&opts).await?) }).await.map(drop)
    }

    /// The names of the containers that use a volume, sorted: the list, narrowed by Podman itself.
    pub(super) async fn volume_users_list(&self, name: &str) -> Result<Vec<String>, Error> {
        let call = format!("list users of volume {name}");
        check_name(&call, name)?;
        let filter = ContainerListFilter::Volume(name.into());
        let opts = ContainerListOpts::builder().all(true).filter([filter]).build();
        let rows = within(&call, LIST, async { Ok(self.api.containers().list(&opts).await?) }).await?;
        let mut names: Vec<String> =
            rows.into_iter().filter_map(|row| row.names?.into_iter().next()).collect();
        names.sort();
        Ok(names)
    }

    /// Removes a volume that no container uses. Podman removes another one whose name begins so where there is none of
    /// this name, so it is asked first.
    pub(super) async fn volume_remove(&self, name: &str) -> Result<(), Error> {
        let call = format!("remove volume {name}");
        check_name(&call, name)?;
        if !self.volume_exists(&call, name).await? {
            return Ok(());
        }
        let target = self.api.volumes().get(name);
        found(within(&call, WRITE, async { Ok(target.delete().await?) }).await).map(drop)
    }
}
