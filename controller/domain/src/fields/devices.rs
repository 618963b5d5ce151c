//! Devices, kernel parameters, limits of the process, shared memory.
//!
//! Owns their rows of the table. Limits that control groups hold stand with the resources.

use podsteward_specs::container::{Device, Ulimit};

use super::difference::{Entries, Seen};
use super::table::{Row, Side};
use super::text;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row::each("spec.devices", devices, live_device),
    Row::each(
        "spec.sysctls",
        |side| side.spec().sysctls.clone(),
        |side, name| match &side.live().sysctls {
            None => Seen::Untold,
            Some(sysctls) => Seen::told(sysctls.get(name)),
        },
    ),
    Row::each(
        "spec.ulimits",
        |side| side.spec().ulimits.iter().map(|(name, limit)| (name.clone(), ulimit(*limit))).collect(),
        |side, name| Seen::told(side.live().ulimits.get(name).copied().map(ulimit)),
    ),
    Row::one(
        "spec.shmSize",
        |side| side.spec().shm_size.map(|size| size.to_string()),
        |side| Seen::if_told(side.live().shm_size),
    ),
];

fn devices(side: &Side<'_>) -> Entries {
    side.spec().devices.iter().map(|(inside, each)| (text::path(inside).to_owned(), device(each))).collect()
}

fn device(device: &Device) -> String {
    let permissions: String = "rwm".chars().filter(|letter| device.permissions.contains(*letter)).collect();
    format!("{} {permissions}", text::path(&device.host_path))
}

/// Podman tells no devices of a privileged container, which has them all, nor without root, where they are mounts.
fn live_device(side: &Side<'_>, inside: &str) -> Seen {
    let mut live = side.live().devices.iter();
    match live.find(|(path, _)| text::path(path) == inside) {
        Some((_, live)) => Seen::Value(device(live)),
        None if side.all.engine.rootless || side.spec().security.privileged == Some(true) => Seen::Untold,
        None => Seen::Absent,
    }
}

fn ulimit(limit: Ulimit) -> String {
    let bound = |bound: u64| if bound == u64::MAX { "unlimited".to_owned() } else { bound.to_string() };
    if limit.soft == limit.hard {
        bound(limit.soft)
    } else {
        format!("{}:{}", bound(limit.soft), bound(limit.hard))
    }
}
