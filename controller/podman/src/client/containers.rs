//! The verbs on containers.
//!
//! Owns which request each verb is: one, always. Never removes a volume, never restarts.

use std::time::Duration;

use podman_api::opts::{ContainerDeleteOpts, ContainerListOpts};
use podsteward_domain::engine::ContainerCreate;
use podsteward_domain::live::{ContainerSummary, HealthStatus, LiveContainer};
use podsteward_specs::container::Resources;
use rustix::process::{Resource, getrlimit};
use serde::Deserialize;

use super::call::within;
use super::failure::Failure;
use super::raw::NOTHING;
use super::{Podman, found};
use crate::api::{Engine, Started};
use crate::convert::create::{self, OwnLimits};
use crate::convert::things::major;
use crate::convert::{container, listing};
use crate::deadline::{AFTER_GRACE, LIST, READ, WRITE};
use crate::error::Error;
use crate::names::{check_name, check_reference};
use crate::wire::Inspect;

/// The highest limits that containers can be given here, taken from this very process, which runs beside Podman.
/// Podman itself may hold fewer: it lowers its processes to what the kernel can count.
fn own_limits() -> OwnLimits {
    let highest = |resource, most: u64| getrlimit(resource).maximum.unwrap_or(most).min(most);
    OwnLimits { nofile: highest(Resource::Nofile, 1 << 20), nproc: highest(Resource::Nproc, 1 << 15) }
}

/// Whether Podman says that a container ended while it was about to stop it: Podman 5 of one whose monitor is gone, Podman
/// 4.3 of one that died between its look and its signal. Both count it as ended from then on, so a stop has reached its end.
fn ended_meanwhile(error: &Error) -> bool {
    let Error::Failed { message, .. } = error else { return false };
    message.contains("conmon exited prematurely")
        || (message.contains("sending SIG") && message.contains("container state improper"))
}

/// The answer to a create.
#[derive(Deserialize)]
struct Created {
    #[serde(rename = "Id")]
    id: String,
}

impl Podman {
    /// All containers of everybody, in one request.
    pub(super) async fn containers_list(&self) -> Result<Vec<ContainerSummary>, Error> {
        let opts = ContainerListOpts::builder().all(true).build();
        let rows =
            within("list containers", LIST, async { Ok(self.api.containers().list(&opts).await?) }).await?;
        Ok(rows.into_iter().filter_map(listing::summary).collect())
    }

    /// One container. The client crate would have Podman measure the container's size, so the request is ours.
    pub(super) async fn container_inspect(&self, name: &str) -> Result<Option<LiveContainer>, Error> {
        let call = format!("inspect container {name}");
        check_name(&call, name)?;
        let path = format!("/containers/{name}/json");
        let told = found(within(&call, READ, self.raw.get::<Inspect>(&path)).await)?;
        // Podman takes an unknown name for the beginning of an id.
        let live = told.map(|told| container::container(&told));
        Ok(live.filter(|live| live.name == name || live.id == name))
    }

    /// Makes a container. The client crate mistakes several keys of the request.
    pub(super) async fn container_create(&self, request: &ContainerCreate) -> Result<String, Error> {
        let call = format!("create container {}", request.name);
        check_name(&call, &request.name)?;
        check_reference(&call, &request.image)?;
        let spec = create::spec(request, self.limits_to_fill_in(request).await?);
        let work = async {
            let answer = self.raw.post("/containers/create", Some(&spec)).await?;
            Ok(serde_json::from_str::<Created>(&answer.body)?.id)
        };
        within(&call, WRITE, work).await
    }

    /// The limits that must be filled in where some are declared: only Podman 4 needs it. Its version is asked once.
    async fn limits_to_fill_in(&self, request: &ContainerCreate) -> Result<Option<OwnLimits>, Error> {
        if request.container.ulimits.is_empty() {
            return Ok(None);
        }
        let version = match self.version.get() {
            Some(version) => version.clone(),
            None => self.ping().await?,
        };
        Ok((major(&version) < 5).then(own_limits))
    }

    /// Starts a container. The client crate takes "runs already" for an error.
    pub(super) async fn container_start(&self, name: &str, deadline: Duration) -> Result<Started, Error> {
        let call = format!("start container {name}");
        check_name(&call, name)?;
        self.exact_container(&call, name).await?;
        let path = format!("/containers/{name}/start");
        let answer = within(&call, deadline, self.raw.post(&path, NOTHING)).await?;
        Ok(if answer.nothing_to_do { Started::Already } else { Started::Now })
    }

    /// Stops a container. The client crate sends the time under a name that Podman ignores.
    pub(super) async fn container_stop(&self, name: &str, grace: Duration) -> Result<(), Error> {
        let call = format!("stop container {name}");
        check_name(&call, name)?;
        self.exact_container(&call, name).await?;
        let path = format!("/containers/{name}/stop?timeout={}", grace.as_secs());
        match within(&call, grace + AFTER_GRACE, self.raw.post(&path, NOTHING)).await {
            Err(error) if ended_meanwhile(&error) => Ok(()),
            answer => answer.map(drop),
        }
    }

    /// Sends a signal.
    pub(super) async fn container_kill(&self, name: &str, signal: u8) -> Result<(), Error> {
        let call = format!("kill container {name}");
        check_name(&call, name)?;
        self.exact_container(&call, name).await?;
        let target = self.api.containers().get(name);
        match within(&call, AFTER_GRACE, async { Ok(target.send_signal(signal.to_string()).await?) }).await {
            // Only Podman 5 answers with the code of a conflict.
            Err(Error::Failed { call, message }) if message.contains("container state improper") => {
                Err(Error::Conflict { call, message })
            }
            answer => answer,
        }
    }

    /// Gives another name.
    pub(super) async fn container_rename(&self, name: &str, to: &str) -> Result<(), Error> {
        let call = format!("rename container {name} to {to}");
        check_name(&call, name)?;
        check_name(&call, to)?;
        self.exact_container(&call, name).await?;
        let target = self.api.containers().get(name);
        within(&call, WRITE, async { Ok(target.rename(to).await?) }).await
    }

    /// Removes a container, not its volumes. A forced one is killed at once: who wants grace stops it first.
    pub(super) async fn container_remove(&self, name: &str, force: bool) -> Result<(), Error> {
        let call = format!("remove container {name}");
        check_name(&call, name)?;
        if found(self.exact_container(&call, name).await)?.is_none() {
            return Ok(());
        }
        let opts = ContainerDeleteOpts::builder().volumes(false);
        let opts = if force { opts.force(true).timeout(0).build() } else { opts.build() };
        let target = self.api.containers().get(name);
        let delete = || within(&call, WRITE, async { Ok(target.delete(&opts).await?) });
        let removed = match delete().await {
            // The first call only noticed that the container has ended.
            Err(error) if ended_meanwhile(&error) => delete().await,
            answer => answer,
        };
        found(removed).map(drop)
    }

    /// Changes limits. The client crate has no such call.
    pub(super) async fn container_update(&self, name: &str, resources: &Resources) -> Result<(), Error> {
        let call = format!("update container {name}");
        check_name(&call, name)?;
        self.exact_container(&call, name).await?;
        let path = format!("/containers/{name}/update");
        let limits = create::updated_limits(resources);
        within(&call, AFTER_GRACE, self.raw.post(&path, Some(&limits))).await.map(drop)
    }

    /// Runs the healthcheck once. A check that takes longer than its own timeout is not interrupted by Podman, which says
    /// so afterwards with an error: that is a failed check, too.
    pub(super) async fn container_healthcheck(
        &self,
        name: &str,
        deadline: Duration,
    ) -> Result<HealthStatus, Error> {
        let call = format!("run healthcheck of container {name}");
        check_name(&call, name)?;
        self.exact_container(&call, name).await?;
        let target = self.api.containers().get(name);
        let work = async {
            match target.healthcheck().await.map_err(Failure::from) {
                Ok(told) => Ok(told.status),
                Err(Failure::Answer { message, .. }) if message.contains("exceeded timeout") => {
                    Ok(Some("unhealthy".to_owned()))
                }
                Err(failure) => Err(failure),
            }
        };
        let told = within(&call, deadline, work).await?.unwrap_or_default();
        let message = format!("'{told}' is no word for health");
        container::health_status(&told).ok_or(Error::Protocol { call, message })
    }
}

#[cfg(test)]
mod tests;
