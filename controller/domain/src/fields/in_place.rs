//! The steps of a change that the live container survives.
//!
//! Owns their order: limits first, then each network. Never touches what does not differ.
//! Called through [`super::in_place_steps`].

use podsteward_specs::container::Container;

use super::networks::{attached, attachment_of, by_name};
use crate::finding::{FieldDiff, Remedy};
use crate::live::LiveContainer;
use crate::plan::Step;

/// The steps for those of the differences that can be mended in place.
pub(super) fn steps(declared: &Container, live: &LiveContainer, diffs: &[FieldDiff]) -> Vec<Step> {
    let fields =
        || diffs.iter().filter(|diff| diff.remedy == Remedy::InPlace).map(|diff| diff.field.as_str());
    let mut steps = Vec::new();
    if fields().any(|field| attachment_of(field).is_none()) {
        steps.push(Step::UpdateContainer { name: live.name.clone(), resources: declared.resources.clone() });
    }
    let differing: Vec<&str> = fields().filter_map(attachment_of).collect();
    let in_order = attached(declared.networks.as_ref()).iter().map(|attachment| attachment.name.as_str());
    let in_order: Vec<&str> = in_order.filter(|name| differing.contains(name)).collect();
    let undeclared = differing.iter().filter(|name| !in_order.contains(name));
    // The declared networks come first, so that the container is never without any for longer than it must.
    steps.extend(in_order.iter().chain(undeclared).flat_map(|network| reattach(declared, live, network)));
    steps
}

/// An attachment cannot be altered, so it is taken off and made again.
fn reattach(declared: &Container, live: &LiveContainer, network: &str) -> Vec<Step> {
    let container = &live.name;
    let there = by_name(live.config.networks.as_ref(), network);
    let disconnect = there
        .map(|there| Step::DisconnectNetwork { container: container.clone(), network: there.name.clone() });
    let wanted = by_name(declared.networks.as_ref(), network).cloned();
    let connect = wanted.map(|attachment| Step::ConnectNetwork { container: container.clone(), attachment });
    disconnect.into_iter().chain(connect).collect()
}
