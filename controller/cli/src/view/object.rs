//! One object in few words.
//!
//! Owns the word in the column HEALTH. Used by `get` and by the progress of `run --once`.

use podsteward_domain::status::{ConditionStatus, ConditionType};
use podsteward_runtime::listing::Object;

/// One word on how an object does: what its healthcheck says, else whether it runs, else a dash.
pub(crate) fn health(object: &Object) -> &'static str {
    let of = |kind| {
        object.conditions.iter().find(|condition| condition.kind == kind).map(|condition| condition.status)
    };
    match (of(ConditionType::Healthy), of(ConditionType::Running)) {
        (_, Some(ConditionStatus::False)) => "stopped",
        (Some(ConditionStatus::True), _) => "healthy",
        (Some(ConditionStatus::False), _) => "unhealthy",
        (Some(ConditionStatus::Unknown), _) => "starting",
        (None, Some(ConditionStatus::True)) => "running",
        (None, Some(ConditionStatus::Unknown)) => "unknown",
        (None, None) => "-",
    }
}
