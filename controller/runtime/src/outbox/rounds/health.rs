//! Which channels refuse, and what they said.
//!
//! Owns the memory of that, in the store: a restart makes no channel well. Never decides what counts as a refusal.

use std::collections::BTreeMap;

use podsteward_specs::key::Name;
use podsteward_store::{Result, Store};

/// The name under which the store keeps it.
const META: &str = "channels_refusing";

/// What each channel that refuses said.
#[derive(Debug, Default)]
pub(in crate::outbox) struct Health(BTreeMap<String, String>);

impl Health {
    /// What the store remembers; what cannot be read is found out again.
    pub(in crate::outbox) fn read(store: &Store) -> Self {
        let kept = store.meta(META).ok().flatten();
        Self(kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default())
    }

    /// What a channel said when it refused, if it did.
    pub(super) fn of(&self, channel: &Name) -> Option<String> {
        self.0.get(channel.as_str()).cloned()
    }

    /// A channel took something.
    pub(super) fn accepted(&mut self, store: &Store, channel: &Name) -> Result<()> {
        if self.0.remove(channel.as_str()).is_some() { self.write(store) } else { Ok(()) }
    }

    /// A channel refused, and trying again soon cannot help.
    pub(super) fn refused(&mut self, store: &Store, channel: &Name, said: &str) -> Result<()> {
        let before = self.0.insert(channel.to_string(), said.to_owned());
        if before.is_some_and(|before| before == said) { Ok(()) } else { self.write(store) }
    }

    fn write(&self, store: &Store) -> Result<()> {
        store.put_meta(META, &serde_json::to_string(&self.0).unwrap_or_default())
    }
}
