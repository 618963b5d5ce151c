//! Which channels do not take what they are sent, how often in a row, and what was wrong.
//!
//! Owns the memory of that, in the store: a restart makes no channel well, and whoever looks beside the controller reads
//! it there. Never decides what counts as a refusal.

use std::collections::BTreeMap;

use podsteward_specs::key::Name;
use podsteward_store::{Result, Store};
use serde::{Deserialize, Serialize};

/// The name under which the store keeps it.
const META: &str = "channels_ill";

/// What is wrong with each channel that did not take the last that it was sent.
#[derive(Debug, Default)]
pub(in crate::outbox) struct Health(BTreeMap<String, Illness>);

/// What is wrong with a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::outbox) struct Illness {
    /// How often in a row it was tried in vain.
    pub(in crate::outbox) tries: u32,
    /// What was wrong the last time.
    pub(in crate::outbox) error: String,
    /// What it said when it refused, if trying again soon cannot help.
    pub(in crate::outbox) refused: Option<String>,
}

impl Health {
    /// What the store remembers; what cannot be read is found out again.
    pub(in crate::outbox) fn read(store: &Store) -> Self {
        let kept = store.meta(META).ok().flatten();
        Self(kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default())
    }

    /// What is wrong with a channel, if anything is.
    pub(in crate::outbox) fn of(&self, channel: &Name) -> Option<&Illness> {
        self.0.get(channel.as_str())
    }

    /// A channel took something, or is another one now.
    pub(super) fn well(&mut self, store: &Store, channel: &Name) -> Result<()> {
        if self.0.remove(channel.as_str()).is_some() { self.write(store) } else { Ok(()) }
    }

    /// A channel did not take something; what it refused once it refuses until it takes something.
    pub(super) fn failed(
        &mut self,
        store: &Store,
        channel: &Name,
        error: String,
        refused: Option<String>,
    ) -> Result<()> {
        let before = self.0.remove(channel.as_str());
        let (tries, known) = before.map_or((0, None), |before| (before.tries, before.refused));
        let illness = Illness { tries: tries.saturating_add(1), error, refused: refused.or(known) };
        self.0.insert(channel.to_string(), illness);
        self.write(store)
    }

    fn write(&self, store: &Store) -> Result<()> {
        store.put_meta(META, &serde_json::to_string(&self.0).unwrap_or_default())
    }
}
