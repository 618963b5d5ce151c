//! Mounts and volumes of a live container.
//!
//! Owns the split into declared mounts and anonymous volumes. Never keeps options that say nothing
//! ([`Mount::canonical`]).

use std::collections::{BTreeMap, BTreeSet};

use podsteward_specs::container::{Mount, MountSource};

use crate::wire::{Inspect, MountPoint};

/// All mounts by target, anonymous volumes excluded.
pub(super) fn mounts(inspect: &Inspect) -> BTreeMap<String, Mount> {
    let points = inspect.mounts.iter().flatten().filter(|point| !is_anonymous(point));
    let points = points.map(|point| (point.destination.clone(), mount(point)));
    let tmpfs = inspect.host_config.tmpfs.iter().flatten();
    points.chain(tmpfs.map(|(target, options)| (target.clone(), tmpfs_mount(options)))).collect()
}

/// Where the data of volumes and binds lies on the host, by target.
pub(super) fn on_host(inspect: &Inspect) -> BTreeMap<String, String> {
    let points = inspect.mounts.iter().flatten().filter(|point| point.source.starts_with('/'));
    points.map(|point| (point.destination.clone(), point.source.clone())).collect()
}

/// The volumes that nobody named, by target.
pub(super) fn anonymous(inspect: &Inspect) -> BTreeMap<String, String> {
    let points = inspect.mounts.iter().flatten().filter(|point| is_anonymous(point));
    points.map(|point| (point.destination.clone(), point.name.clone())).collect()
}

/// Podman names the volumes that nobody named with 64 hexadecimal digits.
fn is_anonymous(point: &MountPoint) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    point.kind == "volume" && point.name.len() == 64 && point.name.bytes().all(hex)
}

/// A volume or a bind.
fn mount(point: &MountPoint) -> Mount {
    let source = if point.kind == "volume" {
        MountSource::Volume(point.name.clone())
    } else {
        MountSource::Bind(point.source.clone())
    };
    let mut options: BTreeSet<String> = point.options.iter().flatten().cloned().collect();
    if !point.propagation.is_empty() {
        options.insert(point.propagation.clone());
    }
    Mount { source, read_only: !point.writable, options }.canonical()
}

/// A tmpfs, whose options come as one text.
fn tmpfs_mount(options: &str) -> Mount {
    let options = options.split(',').filter(|option| !option.is_empty()).map(str::to_owned);
    Mount { source: MountSource::Tmpfs, read_only: false, options: options.collect() }.canonical()
}
