//! Findings about a container that has nearly used up what it may have.
//!
//! The host's own pressure is in [`crate::detect::host`].

use crate::detect::container;
use crate::detect::object::finding;
use crate::disk::{Size, percent};
use crate::finding::{Finding, FindingKind};
use crate::pressure::MemoryUse;
use crate::view::View;

/// It uses nearly all the memory that it may have, and has for a while.
pub(super) fn memory_pressure(view: &View<'_>) -> Option<Finding> {
    let (container, _) = container::ours(view).filter(|(container, _)| container.is_up())?;
    view.world.memory.memory_pressure?;
    let usage = container.facts.memory.usage.value();
    let message = match usage.and_then(|usage| sentence(*usage)) {
        Some(level) => format!("{level}; when it wants more, the kernel kills it"),
        None => "it used nearly all the memory that it may have when that could last be read".to_owned(),
    };
    Some(finding(view, FindingKind::MemoryPressure, message))
}

/// How much it uses of how much; `None` without a limit.
fn sentence(usage: MemoryUse) -> Option<String> {
    let (used, share) = (Size(usage.used), usage.share()?);
    Some(format!(
        "it uses {used} of the {} of memory that it may have ({})",
        Size(usage.limit?),
        percent(share)
    ))
}
