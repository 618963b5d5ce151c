//! One object with its state and conditions.
//!
//! Owns the shape of `{"objects": [...]}`.

use podsteward_domain::status::{self, ConditionStatus, ConditionType, ObjectState, ObjectStatus};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use serde::Serialize;

use super::wall_age_secs;

/// All objects.
#[derive(Debug, Serialize)]
pub struct Objects {
    /// In the order of their keys.
    pub objects: Vec<Object>,
}

/// One object.
#[derive(Debug, Serialize)]
pub struct Object {
    /// Which object.
    pub key: Key,
    /// Its kind, as manifests write it.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: ObjectState,
    /// The most important thing to know.
    pub message: String,
    /// Its conditions.
    pub conditions: Vec<Condition>,
    /// Restarts by podsteward.
    pub restarts: u64,
    /// The live container.
    #[serde(rename = "containerId")]
    pub container_id: Option<String>,
    /// The image reference declared.
    pub image: Option<String>,
    /// How long ago the live object was made.
    pub age_seconds: Option<u64>,
    /// When this was computed.
    pub observed: String,
}

/// One condition.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// Which one.
    #[serde(rename = "type")]
    pub kind: ConditionType,
    /// Whether it holds.
    pub status: ConditionStatus,
    /// One word: why.
    pub reason: String,
    /// A sentence for people.
    pub message: String,
    /// When the status last changed.
    pub last_transition_time: String,
    /// The same, for ages.
    #[serde(skip)]
    pub since: Moment,
}

impl Objects {
    /// The objects at a time.
    pub fn new(statuses: impl IntoIterator<Item = ObjectStatus>, now: Moment) -> Self {
        let mut objects: Vec<_> = statuses.into_iter().map(|status| Object::new(status, now)).collect();
        objects.sort_by(|left, right| left.key.cmp(&right.key));
        Self { objects }
    }
}

impl Object {
    /// The object at a time.
    pub fn new(status: ObjectStatus, now: Moment) -> Self {
        Self {
            kind: status.key.kind.as_str(),
            name: status.key.name.to_string(),
            key: status.key,
            state: status.state,
            message: status.message,
            conditions: status.conditions.into_iter().map(Condition::from).collect(),
            restarts: status.restarts,
            container_id: status.container_id,
            image: status.image,
            age_seconds: status.created_ms.map(|then| wall_age_secs(now, then)),
            observed: status.observed.to_rfc3339(),
        }
    }
}

impl From<status::Condition> for Condition {
    fn from(condition: status::Condition) -> Self {
        Self {
            kind: condition.kind,
            status: condition.status,
            reason: condition.reason,
            message: condition.message,
            last_transition_time: condition.last_transition_time.to_rfc3339(),
            since: condition.last_transition_time,
        }
    }
}
