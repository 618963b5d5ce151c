//! What happened to each object, as `describe` lists it.
//!
//! Owns the table `events`: identical events in a row are counted, and each object keeps its latest 50.

use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::store::Store;

/// Whether an event is good or bad news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventType {
    /// As it should be.
    Normal,
    /// Somebody may want to look.
    Warning,
}

/// An event to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// About which object.
    pub key: Key,
    /// Good or bad news.
    pub kind: EventType,
    /// One word in `CamelCase`.
    pub reason: String,
    /// A sentence for people.
    pub message: String,
    /// When.
    pub at: Moment,
}

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Good or bad news.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// One word in `CamelCase`.
    pub reason: String,
    /// A sentence for people.
    pub message: String,
    /// How often in a row.
    pub count: u64,
    /// When it first happened.
    pub first: Moment,
    /// When it last happened.
    pub last: Moment,
}

impl Store {
    /// Records an event, or counts it if it is the latest one again.
    pub fn record_event(&self, event: &NewEvent) -> Result<()> {
        let _ = event;
        todo!()
    }

    /// The events of an object, oldest first.
    pub fn events(&self, key: &Key) -> Result<Vec<Event>> {
        let _ = key;
        todo!()
    }
}
