//! The verbs on networks.
//!
//! Owns which request each verb is. Never uses the client crate's `remove`: it removes the containers, too.

use podman_api::opts::{NetworkDisconnectOpts, NetworkListOpts};
use podsteward_domain::engine::NetworkCreate;
use podsteward_domain::live::LiveNetwork;
use podsteward_specs::container::NetworkAttachment;
use serde_json::{Value, json};

use super::call::within;
use super::{Podman, found};
use crate::convert::{create, things};
use crate::deadline::{AFTER_GRACE, READ, WRITE};
use crate::error::Error;
use crate::names::check_name;

impl Podman {
    /// All networks, sorted by name: Podman's order is random.
    pub(super) async fn networks_list(&self) -> Result<Vec<LiveNetwork>, Error> {
        let opts = NetworkListOpts::builder().build();
        let told =
            within("list networks", READ, async { Ok(self.api.networks().list(&opts).await?) }).await?;
        let mut networks: Vec<LiveNetwork> = told.into_iter().map(things::network).collect();
        networks.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(networks)
    }

    /// Makes a network.
    pub(super) async fn network_create(&self, request: &NetworkCreate) -> Result<(), Error> {
        let call = format!("create network {}", request.name);
        check_name(&call, &request.name)?;
        let opts = things::network_opts(request);
        within(&call, WRITE, async { Ok(self.api.networks().create(&opts).await?) }).await.map(drop)
    }

    /// Removes a network that no container uses.
    pub(super) async fn network_remove(&self, name: &str) -> Result<(), Error> {
        let call = format!("remove network {name}");
        check_name(&call, name)?;
        if found(self.exact_network(&call, name).await)?.is_none() {
            return Ok(());
        }
        let target = self.api.networks().get(name);
        let reports = found(within(&call, WRITE, async { Ok(target.delete().await?) }).await)?;
        let told =
            reports.into_iter().flatten().filter_map(|report| report.err).find(|text| !text.is_empty());
        told.map_or(Ok(()), |message| Err(Error::Failed { call, message }))
    }

    /// Attaches a container. The client crate writes addresses in a form that Podman cannot read.
    pub(super) async fn network_connect(
        &self,
        container: &str,
        attachment: &NetworkAttachment,
    ) -> Result<(), Error> {
        let call = format!("connect container {container} to network {}", attachment.name);
        check_name(&call, container)?;
        check_name(&call, &attachment.name)?;
        self.exact_container(&call, container).await?;
        self.exact_network(&call, &attachment.name).await?;
        let mut body = create::attachment_options(attachment);
        body.insert("container".to_owned(), json!(container));
        let path = format!("/networks/{}/connect", attachment.name);
        within(&call, AFTER_GRACE, self.raw.post(&path, Some(&Value::Object(body)))).await.map(drop)
    }

    /// Detaches a container. One that is not attached is what the caller wants.
    pub(super) async fn network_disconnect(&self, container: &str, network: &str) -> Result<(), Error> {
        let call = format!("disconnect container {container} from network {network}");
        check_name(&call, container)?;
        check_name(&call, network)?;
        self.exact_container(&call, container).await?;
        self.exact_network(&call, network).await?;
        let opts = NetworkDisconnectOpts::builder().container(container).build();
        let target = self.api.networks().get(network);
        match within(&call, AFTER_GRACE, async { Ok(target.disconnect_container(&opts).await?) }).await {
            Err(Error::NotFound { message, .. }) if message.contains("is not connected to") => Ok(()),
            answer => answer,
        }
    }
}
