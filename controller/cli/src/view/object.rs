//! One object in few words.
//!
//! Owns the word in the column HEALTH. Used by `get` and by the progress of `run --once`.

use podsteward_domain::status::{ConditionStatus, ConditionType};
use podsteward_runtime::listing::Object;

/// One word on how an object does: what its healthcheck and its probes say, the worse of them, else whether it runs, else
/// a dash.
pub(crate) fn health(object: &Object) -> &'static str {
    use ConditionStatus::{False, True, Unknown};
    let of = |kind| {
        object.conditions.iter().find(|condition| condition.kind == kind).map(|condition| condition.status)
    };
    match (of(ConditionType::Running), of(ConditionType::Healthy), of(ConditionType::Ready)) {
        (Some(False), ..) => "stopped",
        (_, Some(False), _) => "unhealthy",
        (.., Some(False)) => "not ready",
        (_, Some(Unknown), _) | (.., Some(Unknown)) => "starting",
        (_, Some(True), _) => "healthy",
        (.., Some(True)) => "ready",
        (Some(True), None, None) => "running",
        (Some(Unknown), None, None) => "unknown",
        (None, None, None) => "-",
    }
}
