//! Networks of a container: the mode, their order, and one attachment each.
//!
//! Owns their rows of the table. Podman tells the attachments in no order, so the order counts only between the
//! documents.

use std::collections::BTreeSet;

use podsteward_specs::container::{NetworkAttachment, Networks};

use super::difference::{Entries, Seen};
use super::table::{Mend, Row, Side};
use super::text;

/// The field.
const NETWORKS: &str = "spec.networks";

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row::one(NETWORKS, mode, live_mode),
    Row::one(NETWORKS, order, |_| Seen::Untold),
    Row::each(NETWORKS, attachments, live_attachment).mended(Mend::Attachment),
];

/// What is shown of a network to which the container should not be attached.
const NOT_ATTACHED: &str = "not attached";

/// The network that a difference is about, if it is about one attachment.
pub(super) fn attachment_of(field: &str) -> Option<&str> {
    field.strip_prefix(NETWORKS)?.strip_prefix('[')?.strip_suffix(']')
}

/// The attachments, in order.
pub(super) fn attached(networks: Option<&Networks>) -> &[NetworkAttachment] {
    match networks {
        Some(Networks::Attached(attached)) => attached,
        Some(Networks::Host | Networks::None) | None => &[],
    }
}

fn mode_of(networks: &Networks) -> String {
    match networks {
        Networks::Host => "host",
        Networks::None => "none",
        Networks::Attached(_) => "attached",
    }
    .to_owned()
}

fn mode(side: &Side<'_>) -> Option<String> {
    side.spec().networks.as_ref().map(mode_of)
}

fn live_mode(side: &Side<'_>) -> Seen {
    Seen::Value(side.live().networks.as_ref().map_or_else(|| "another mode".to_owned(), mode_of))
}

/// One attachment by the network's name.
pub(super) fn by_name<'a>(networks: Option<&'a Networks>, name: &str) -> Option<&'a NetworkAttachment> {
    attached(networks).iter().find(|attachment| attachment.name == name)
}

fn names(networks: Option<&Networks>) -> BTreeSet<&str> {
    attached(networks).iter().map(|attachment| attachment.name.as_str()).collect()
}

/// The order of those networks that both documents declare: one that comes or goes is no change of order.
fn order(side: &Side<'_>) -> Option<String> {
    let both = names(side.other.and_then(|other| other.spec.networks.as_ref()));
    let order = attached(side.spec().networks.as_ref()).iter().map(|attachment| attachment.name.as_str());
    text::list(order.filter(|name| both.contains(name)))
}

/// The declared attachments, and a word on each live one that is not declared: the list is complete.
fn attachments(side: &Side<'_>) -> Entries {
    let Some(Networks::Attached(here)) = &side.spec().networks else { return Entries::new() };
    let live = names(side.live().networks.as_ref());
    let undeclared = live.into_iter().map(|name| (name.to_owned(), NOT_ATTACHED.to_owned()));
    let mut entries: Entries = undeclared.collect();
    entries.extend(here.iter().map(|attachment| (attachment.name.clone(), shown(attachment))));
    entries
}

/// An attachment as text.
fn shown(attachment: &NetworkAttachment) -> String {
    let ip = attachment.ip.map(|ip| format!("ip {ip}"));
    let aliases = text::list(&attachment.aliases).map(|aliases| format!("aliases {aliases}"));
    text::list(ip.into_iter().chain(aliases)).unwrap_or_else(|| "attached".to_owned())
}

/// The live attachment. An address that nobody asked for and further aliases are Podman's own; a container that does
/// not run has no address.
fn live_attachment(side: &Side<'_>, name: &str) -> Seen {
    if !matches!(side.live().networks, Some(Networks::Attached(_))) {
        return Seen::Untold;
    }
    let Some(live) = by_name(side.live().networks.as_ref(), name) else {
        return Seen::Value(NOT_ATTACHED.to_owned());
    };
    let Some(here) = by_name(side.spec().networks.as_ref(), name) else {
        return Seen::Value(shown(live));
    };
    let ip = here.ip.and(live.ip.or(here.ip));
    let aliases = here.aliases.intersection(&live.aliases).cloned().collect();
    Seen::Partly(shown(&NetworkAttachment { name: live.name.clone(), ip, aliases }))
}
