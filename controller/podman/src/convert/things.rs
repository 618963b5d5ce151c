//! Networks, volumes, images and Podman itself, from the client crate's models.
//!
//! Owns their reading and the requests that make them. Never decides a default that Podman's command line would not.

use podman_api::models;
use podman_api::opts::{NetworkCreateOpts, VolumeCreateOpts};
use podsteward_domain::engine::{EngineInfo, NetworkCreate, VolumeCreate};
use podsteward_domain::live::{LiveImage, LiveNetwork, LiveSubnet, LiveVolume, lease_bounds};

/// A network as Podman tells it.
pub(crate) fn network(told: models::Network) -> LiveNetwork {
    LiveNetwork {
        name: told.name.unwrap_or_default(),
        id: told.id.unwrap_or_default(),
        labels: told.labels.unwrap_or_default().into_iter().collect(),
        driver: told.driver.unwrap_or_default(),
        subnets: told.subnets.unwrap_or_default().iter().filter_map(subnet).collect(),
        internal: told.internal.unwrap_or_default(),
        dns: told.dns_enabled.unwrap_or_default(),
        ipv6: told.ipv_6_enabled.unwrap_or_default(),
        options: told.options.unwrap_or_default().into_iter().collect(),
    }
}

/// One address range.
fn subnet(told: &models::Subnet) -> Option<LiveSubnet> {
    let address = |text: &Option<String>| text.as_ref().and_then(|text| text.parse().ok());
    Some(LiveSubnet {
        subnet: told.subnet.as_ref()?.parse().ok()?,
        gateway: address(&told.gateway),
        lease_range: told
            .lease_range
            .as_ref()
            .map(|range| (address(&range.start_ip), address(&range.end_ip))),
    })
}

/// The request for a network. The command line resolves names on a bridge unless told otherwise; the API does not
/// unless told to.
pub(crate) fn network_opts(create: &NetworkCreate) -> NetworkCreateOpts {
    let network = &create.network;
    let driver = network.driver.as_deref().unwrap_or("bridge");
    let mut opts = NetworkCreateOpts::builder()
        .name(&create.name)
        .driver(driver)
        .labels(&create.labels)
        .options(&network.options)
        .dns_enabled(network.dns.unwrap_or(driver == "bridge"))
        .internal(network.internal.unwrap_or_default())
        .ipv6_enabled(network.ipv6.unwrap_or_default());
    if let Some(subnet) = network.subnet {
        let lease_range = network.ip_range.map(|range| {
            let (first, last) = lease_bounds(range);
            models::LeaseRange { start_ip: Some(first.to_string()), end_ip: Some(last.to_string()) }
        });
        let gateway = network.gateway.map(|gateway| gateway.to_string());
        opts = opts.subnets([models::Subnet { subnet: Some(subnet.to_string()), gateway, lease_range }]);
    }
    opts.build()
}

/// A volume as Podman tells it.
pub(crate) fn volume(told: models::Volume) -> LiveVolume {
    LiveVolume {
        name: told.name,
        labels: told.labels.into_iter().collect(),
        driver: told.driver,
        options: told.options.into_iter().collect(),
        mountpoint: told.mountpoint,
    }
}

/// The request for a volume.
pub(crate) fn volume_opts(create: &VolumeCreate) -> VolumeCreateOpts {
    VolumeCreateOpts::builder()
        .name(&create.name)
        .driver(create.volume.driver.as_deref().unwrap_or("local"))
        .options(&create.volume.options)
        .labels(&create.labels)
        .build()
}

/// An image as Podman tells it.
pub(crate) fn image(told: models::InspectImageResponseLibpod) -> LiveImage {
    LiveImage {
        id: told.id.unwrap_or_default(),
        digest: told.digest.unwrap_or_default(),
        names: told.repo_tags.unwrap_or_default(),
    }
}

/// Podman itself.
pub(crate) fn info(told: models::Info) -> EngineInfo {
    let version = told.version.and_then(|version| version.version).unwrap_or_default();
    let (host, store) = (told.host, told.store);
    let security = host.as_ref().and_then(|host| host.security.as_ref());
    let rootless = security.and_then(|security| security.rootless).unwrap_or_default();
    let first_cgroups = host.as_ref().and_then(|host| host.cgroup_version.as_deref()) == Some("v1");
    EngineInfo {
        updates_in_place: major(&version) >= 5,
        version,
        rootless,
        ignores_limits: rootless && first_cgroups,
        graph_root: store.as_ref().and_then(|store| store.graph_root.clone()),
        volume_path: store.as_ref().and_then(|store| store.volume_path.clone()),
        run_root: store.and_then(|store| store.run_root),
    }
}

/// The first number of a version.
pub(crate) fn major(version: &str) -> u32 {
    version.split('.').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// Whether inspect of this version cannot be trusted: 5.0.0 to 5.0.3 send the new shape on the old path.
pub(crate) fn is_refused(version: &str) -> bool {
    version.starts_with("5.0.")
}
