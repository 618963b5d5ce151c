//! From the client crate's list of containers to our summaries.
//!
//! Owns the reading of the list's fields. Never asks again for what the list does not tell.

use std::collections::BTreeMap;

use podman_api::models::ListContainer;
use podsteward_domain::live::ContainerSummary;

use super::container::{health_status, pid};
use super::{container, time};

/// One row of the list; `None`: without an id or a name nothing can be done with it.
pub(crate) fn summary(row: ListContainer) -> Option<ContainerSummary> {
    let state = container::state(row.state.as_deref().unwrap_or_default());
    let exited_ms = row.exited_at.and_then(time::from_seconds);
    let labels: BTreeMap<String, String> = row.labels.unwrap_or_default().into_iter().collect();
    Some(ContainerSummary {
        id: row.id?,
        name: row.names?.into_iter().next()?,
        state,
        pid: row.pid.and_then(pid),
        started_ms: row.started_at.and_then(time::from_seconds),
        exited_ms,
        exit_code: exited_ms.filter(|_| !state.is_up()).and(row.exit_code),
        // The list's "status" is the word for health on every version that answers this path.
        health: row.status.as_deref().and_then(health_status),
        networks: row.networks.unwrap_or_default().into_iter().collect(),
        image_id: row.image_id.unwrap_or_default(),
        managed_by: container::manager(
            &labels,
            row.pod.unwrap_or_default(),
            row.auto_remove.unwrap_or_default(),
        ),
        labels,
    })
}
