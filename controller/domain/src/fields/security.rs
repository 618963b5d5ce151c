//! Privileges and confinement.
//!
//! Owns their rows of the table. Capabilities are compared by what a declaration comes to, because Podman tells them
//! only against its own default set.

use std::collections::BTreeSet;

use podsteward_specs::container::CgroupNamespace;

use super::difference::Seen;
use super::table::{Row, Side};
use super::text;

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row::one(
        "spec.securityContext.privileged",
        |side| word(side.spec().security.privileged),
        |side| Seen::told(Some(side.live().security.privileged)),
    )
    .default("false"),
    Row::one(
        "spec.securityContext.readOnlyRootFilesystem",
        |side| word(side.spec().security.read_only_root_filesystem),
        |side| Seen::told(Some(side.live().security.read_only_root_filesystem)),
    )
    .default("false"),
    Row::one(
        "spec.securityContext.noNewPrivileges",
        |side| word(side.spec().security.no_new_privileges),
        |side| Seen::told(Some(side.live().security.no_new_privileges)),
    )
    .default("false"),
    Row::one(
        "spec.securityContext.capabilities.add",
        |side| text::list(&side.spec().security.capabilities_add),
        added,
    ),
    Row::one(
        "spec.securityContext.capabilities.drop",
        |side| text::list(&side.spec().security.capabilities_drop),
        dropped,
    ),
    Row::one(
        "spec.securityContext.userNamespace",
        |side| side.spec().security.user_namespace.clone(),
        user_namespace,
    )
    .default(HOST),
    Row::one(
        "spec.securityContext.selinuxLabel",
        |side| text::list(&side.spec().security.selinux_label),
        |side| match &side.live().security.selinux_label {
            None => Seen::Untold,
            Some(label) => Seen::told(text::list(label)),
        },
    ),
    Row::one(
        "spec.cgroupParent",
        |side| side.spec().cgroup_parent.clone(),
        |side| Seen::Value(side.live().cgroup_parent.clone()),
    ),
    Row::one(
        "spec.cgroupNamespace",
        |side| side.spec().cgroup_namespace.map(cgroup_namespace),
        |side| Seen::if_told(side.live().cgroup_namespace.map(cgroup_namespace)),
    ),
];

/// Every capability.
const ALL: &str = "ALL";

/// The host's own namespace.
const HOST: &str = "host";

fn word(value: Option<bool>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn cgroup_namespace(namespace: CgroupNamespace) -> String {
    match namespace {
        CgroupNamespace::Private => "private",
        CgroupNamespace::Host => HOST,
    }
    .to_owned()
}

/// Podman says nothing about a container in the host's user namespace.
fn user_namespace(side: &Side<'_>) -> Seen {
    let of_host = || side.spec().security.user_namespace.clone().filter(|declared| declared == HOST);
    Seen::told(side.live().security.user_namespace.clone().or_else(of_host))
}

/// The declared additions that are held, and what is held beyond all declarations. What should have been dropped
/// is the other field's business.
fn added(side: &Side<'_>) -> Seen {
    if side.spec().security.privileged == Some(true) {
        return Seen::Untold;
    }
    let (declared, live) = (&side.spec().security, &side.live().security.capabilities);
    let (add, drop) = (&declared.capabilities_add, &declared.capabilities_drop);
    let all = add.contains(ALL);
    let all_is_held = live.default.difference(drop).all(|name| live.held.contains(name));
    let is_held = |name: &&String| if *name == ALL { all_is_held } else { live.held.contains(*name) };
    let expected = live.expected(declared);
    let not_dropped =
        |name: &String| drop.contains(name) || (drop.contains(ALL) && live.default.contains(name));
    let beyond = live.held.iter().filter(|name| !all && !expected.contains(*name) && !not_dropped(name));
    partly(add.iter().filter(is_held).chain(beyond).collect())
}

/// The declared drops that are not held.
fn dropped(side: &Side<'_>) -> Seen {
    if side.spec().security.privileged == Some(true) {
        return Seen::Untold;
    }
    let (declared, live) = (&side.spec().security, &side.live().security.capabilities);
    let (add, drop) = (&declared.capabilities_add, &declared.capabilities_drop);
    let is_left = |name: &&String| live.default.contains(*name) || add.is_empty();
    let only_added = add.contains(ALL) || live.held.iter().filter(is_left).all(|name| add.contains(name));
    let is_dropped = |name: &&String| {
        if *name == ALL { only_added } else { add.contains(*name) || !live.held.contains(*name) }
    };
    partly(drop.iter().filter(is_dropped).collect())
}

fn partly(names: BTreeSet<&String>) -> Seen {
    text::list(names).map_or(Seen::Absent, Seen::Partly)
}
