//! One plan in progress.
//!
//! Owns its shape.

use podsteward_domain::action::Action;
use podsteward_domain::intent;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use serde::Serialize;

use super::age_secs;

/// One plan in progress.
#[derive(Debug, Serialize)]
pub struct Intent {
    /// Its number.
    pub id: i64,
    /// The object.
    pub key: Key,
    /// The action.
    pub action: Action,
    /// Where it stands.
    pub state: &'static str,
    /// When it was begun.
    pub begun: String,
    /// How long ago that was.
    pub age_seconds: u64,
}

impl Intent {
    /// A plan at a time.
    pub fn new(intent: &intent::Intent, now: Moment) -> Self {
        Self {
            id: intent.id.0,
            key: intent.key.clone(),
            action: intent.action,
            state: intent.state.as_str(),
            begun: intent.begun.to_rfc3339(),
            age_seconds: age_secs(now, intent.begun),
        }
    }
}
