//! Limits and requests of a container.
//!
//! Owns how a request for CPU becomes a weight. Never checks an amount.

use podsteward_specs::quantity::MilliCpu;

use super::Gathered;
use super::view::View;
use crate::draft::Draft;

/// The least weight that Linux takes.
const SHARES_MIN: u64 = 2;

/// Reads `resources`.
pub(super) fn resources(view: &View<'_>, draft: &mut Draft, gathered: &mut Gathered<'_>) {
    let Some(resources) = view.get("resources") else { return };
    if let Some(limits) = resources.get("limits") {
        for key in ["memory", "cpu"] {
            if let Some(amount) = limits.text(key) {
                draft.field(&format!("spec.resources.limits.{key}"), amount, &limits.at_of(key));
            }
        }
        limits.tell_rest(&[], gathered.warnings);
    }
    if let Some(requests) = resources.get("requests") {
        if let Some(memory) = requests.text("memory") {
            draft.field("spec.resources.requests.memory", memory, &requests.at_of("memory"));
        }
        if let Some(MilliCpu(millis)) = requests.text("cpu").and_then(|cpu| cpu.parse().ok()) {
            // As Kubernetes does it: a whole core weighs 1024.
            draft.field("spec.cpuShares", (millis * 1024 / 1000).max(SHARES_MIN), &requests.at_of("cpu"));
        }
        requests.tell_rest(&[], gathered.warnings);
    }
    resources.tell_rest(&[], gathered.warnings);
}
