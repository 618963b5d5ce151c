//! What is shown of an object: its state and its conditions.
//!
//! Owns the words of `get` and `describe` and how a new set of conditions takes over transition times. Never
//! decides what follows.

use std::fmt;

use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::time::Moment;

macro_rules! object_states {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)+) => {
        /// The state of an object, as `get` prints it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ObjectState {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl ObjectState {
            /// All states.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in listings and metrics.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

object_states! {
    /// The live object is as declared.
    Match = "MATCH";
    /// A declared field differs.
    Drift = "DRIFT";
    /// Something differs that is harmless or cannot be mended.
    Warning = "WARNING";
    /// Declared, and not there.
    Missing = "MISSING";
    /// Carries our labels, and nothing declares it.
    Orphan = "ORPHAN";
    /// The name is taken by something that is not ours.
    Foreign = "FOREIGN";
    /// It ended as it should.
    Completed = "COMPLETED";
    /// It keeps ending; the next start waits.
    CrashLoop = "CrashLoopBackOff";
    /// Not known.
    Unknown = "UNKNOWN";
}

impl fmt::Display for ObjectState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ConditionStatus {
    /// It holds.
    True,
    /// It does not.
    False,
    /// Nobody knows.
    Unknown,
}

/// The kinds of conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ConditionType {
    /// The document, as it stands in its file now, is valid.
    ManifestValid,
    /// The document is in force on the host.
    Applied,
    /// What it waits for is there.
    DependenciesReady,
    /// The main process runs.
    Running,
    /// The healthcheck says healthy.
    Healthy,
    /// The probes say ready.
    Ready,
    /// The filesystem has little space left.
    DiskPressure,
    /// The filesystem has few inodes left.
    InodePressure,
    /// The btrfs has little room left for its own records.
    MetadataPressure,
    /// The backup was made lately enough.
    Fresh,
    /// It was proven lately enough that the backup can be restored.
    Restorable,
    /// A test alert came in from the monitoring, not long ago.
    AlertPathProven,
    /// Something is left alone, by annotation, by `pause`, or because a hand stopped it.
    Held,
    /// Something is worth knowing: fields that are not acted on, a moved tag, an unfixable difference.
    Warning,
}

/// One condition, in Kubernetes' shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// Which one.
    #[serde(rename = "type")]
    pub kind: ConditionType,
    /// Whether it holds.
    pub status: ConditionStatus,
    /// One word in `CamelCase`: why.
    pub reason: String,
    /// A sentence for people.
    pub message: String,
    /// When the status last changed.
    pub last_transition_time: Moment,
}

/// What is shown of one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectStatus {
    /// Which object.
    pub key: Key,
    /// Its state.
    pub state: ObjectState,
    /// One short sentence: the most important thing to know.
    pub message: String,
    /// Its conditions, by type.
    pub conditions: Vec<Condition>,
    /// Restarts by podsteward.
    pub restarts: u64,
    /// The id of the live container, when there is one.
    pub container_id: Option<String>,
    /// The image reference declared, for containers.
    pub image: Option<String>,
    /// When the live object was made, in milliseconds since 1970.
    pub created_ms: Option<i64>,
    /// When this was computed.
    pub observed: Moment,
}

impl ObjectStatus {
    /// Takes over the transition times of conditions whose status did not change.
    pub fn keep_transitions(&mut self, before: &Self) {
        for condition in &mut self.conditions {
            let same = before.conditions.iter().find(|old| old.kind == condition.kind);
            if let Some(old) = same.filter(|old| old.status == condition.status) {
                condition.last_transition_time = old.last_transition_time;
            }
        }
    }

    /// The condition of a type.
    pub fn condition(&self, kind: ConditionType) -> Option<&Condition> {
        self.conditions.iter().find(|condition| condition.kind == kind)
    }
}
